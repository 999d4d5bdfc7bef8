"""docs/policy_replay.md says what the command says."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from pipelines.policy.clauses import CLAUSES, assumptions, read_changes
from pipelines.policy.commands import COUNTS, MONEY

PAGE = (Path(__file__).parents[3] / "docs/policy_replay.md").read_text(encoding="utf-8")
OUTPUT = PAGE.split("```text\n")[1].split("```")[0]


def test_every_clause_has_its_row() -> None:
    assert [clause.name for clause in CLAUSES if f"| `{clause.name}` | " not in PAGE] == []


def test_the_output_that_is_shown_has_rows_and_assumptions_of_the_command() -> None:
    changes = PAGE.split("returnwatch policy replay ")[1].split("\n")[0].split("--change ")[1:]
    asked = read_changes([change.strip() for change in changes])
    assert len(asked) == 3
    assert [line for line in assumptions(asked, Decimal("0.1")) if f"- {line}\n" not in OUTPUT] == []
    table = OUTPUT.split("\n\n")[1].splitlines()[1:]
    labels = [line[:34].rstrip() for line in table]
    assert len(labels) > 10
    assert [label for label in labels if label not in {*MONEY.values(), *COUNTS.values()}] == []


def test_the_figures_that_are_shown_add_up() -> None:
    rows = {line[:34].strip(): line[34:].split() for line in OUTPUT.split("\n\n")[1].splitlines()[1:]}
    saved = [Decimal(cell.replace(",", "")) for cell in rows["saved"]]
    assert sum(saved[:-1]) == saved[-1]
    parts = [
        sum(Decimal(rows[label.strip()][column].replace(",", "")) for label in PARTS if label.strip() in rows)
        for column in range(len(saved))
    ]
    assert all(abs(part - whole) <= Decimal("0.05") for part, whole in zip(parts, saved, strict=True))


PARTS = [label for name, label in MONEY.items() if label.startswith("  ") and name != "saved_suspicious"]

"""The replay on a published set of a few lines, as a user runs it."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from pipelines.errors import ReturnwatchError
from pipelines.policy.clauses import policies, read_changes
from pipelines.policy.replay import LINES, Replay, replay
from tests.program import returnwatch

LOSS = Decimal("0.1")
COLUMNS = {
    "rma_id": "varchar", "rma_line_id": "varchar", "customer_id": "varchar", "is_returned": "boolean",
    "claim_type": "varchar", "is_shop_fault": "boolean", "days_held": "bigint", "is_late_so_far": "boolean",
    "is_opened": "boolean", "is_unauthorized": "boolean", "has_arrived": "boolean", "is_paid_out": "boolean",
    "is_keepable": "boolean", "n_rma_lines": "bigint", "rma_amount": "decimal(18, 4)",
    "requested_amount": "decimal(18, 4)", "fee_charged": "decimal(18, 4)", "refunds": "decimal(18, 4)",
    "outbound_shipping": "decimal(18, 4)", "label": "decimal(18, 4)", "handling": "decimal(18, 4)",
    "refurbish": "decimal(18, 4)", "write_off": "decimal(18, 4)", "payment_fee": "decimal(18, 4)",
    "support": "decimal(18, 4)", "fee_recovered": "decimal(18, 4)", "resale": "decimal(18, 4)",
    "other_cost": "decimal(18, 4)", "cost": "decimal(18, 4)", "is_flagged": "boolean", "is_suspicious": "boolean",
    "is_honest_shopper": "boolean", "shopper_sales": "decimal(18, 4)",
}  # fmt: skip
OPENED_AND_LATE = {
    "rma_id": "R1", "rma_line_id": "1", "customer_id": "C1", "is_returned": True, "claim_type": "return",
    "is_shop_fault": False, "days_held": 40, "is_late_so_far": False, "is_opened": True, "is_unauthorized": False,
    "has_arrived": True, "is_paid_out": True, "is_keepable": True, "n_rma_lines": 1, "rma_amount": 10,
    "requested_amount": 10, "fee_charged": 0, "refunds": 10, "outbound_shipping": 3, "label": 4, "handling": 2,
    "refurbish": 1, "write_off": 1, "payment_fee": "0.5", "support": 5, "fee_recovered": 0, "resale": -5,
    "other_cost": 0, "cost": "21.5", "is_flagged": False, "is_suspicious": False, "is_honest_shopper": True,
    "shopper_sales": 80,
}  # fmt: skip


def publish(home: Path, tables: tuple[str, ...] = (LINES,)) -> Path:
    """Publish two lines of 10 by hand: one late and opened, one neither, each of a shopper of its own."""
    folder = home / "published" / "20250201T000000Z-made"
    folder.mkdir(parents=True)
    facts = {"as_of": "2025-02-01T00:00:00Z", "reporting_currency": "EUR", "tables": {name: {} for name in tables}}
    (folder / "manifest.json").write_text(json.dumps(facts), encoding="utf-8")
    (home / "published" / "current").symlink_to(folder.name)
    early = OPENED_AND_LATE | {"rma_id": "R2", "customer_id": "C2", "days_held": 3, "is_opened": False}
    with duckdb.connect() as connection:
        connection.execute(f"create table lines ({', '.join(f'{name} {kind}' for name, kind in COLUMNS.items())})")
        marks = ", ".join("?" * len(COLUMNS))
        for row in (OPENED_AND_LATE, early):
            connection.execute(f"insert into lines values ({marks})", [row[name] for name in COLUMNS])  # noqa: S608
        connection.execute(f"copy lines to '{folder / f'{LINES}.parquet'}' (format parquet)")
    return folder


def ask(folder: Path, *changes: str) -> Replay:
    return replay(folder, policies(read_changes(changes), LOSS))


def test_the_columns_of_this_test_are_those_of_the_table() -> None:
    from pipelines.reports.policy import POLICY_LINES  # noqa: PLC0415 - beside what it is compared with

    assert list(COLUMNS) == list(POLICY_LINES.columns)


def test_each_change_alone_and_what_they_do_to_each_other(tmp_path: Path) -> None:
    found = ask(publish(tmp_path), "window_days=30", "restocking_fee_share=0.2", "keep_it_below=12")
    window, fee, keep = found.alone
    # Late: 10 + 3 + 4 + 2 + 1 + 1 + 0.50 - 5. A fee of 2 on the opened one. Kept, both: 4 + 2 + 1 + 1 - 5 each.
    assert [row["saved"] for row in (window, fee, keep)] == [Decimal("16.5"), Decimal(2), Decimal(6)]
    # Together the first is refused and neither charged nor kept, the second is kept.
    assert found.together["saved"] == Decimal("19.5")
    assert found.interaction["saved"] == Decimal(-5)
    assert found.interaction["n_lines_charged"] == -1
    assert "saved_share" not in found.interaction
    assert (found.base["cost"], found.base["n_honest_shoppers"]) == (Decimal(43), 2)


def test_one_change_has_no_interaction(tmp_path: Path) -> None:
    found = ask(publish(tmp_path), "window_days=30")
    assert set(found.interaction.values()) == {0}
    assert found.together["saved"] == found.alone[0]["saved"]


def test_a_set_without_lines_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(ReturnwatchError, match="run again to publish anew"):
        ask(publish(tmp_path, tables=()), "window_days=30")


def test_a_damaged_set_is_one_clear_line(tmp_path: Path) -> None:
    folder = publish(tmp_path)
    (folder / f"{LINES}.parquet").write_bytes(b"no parquet")
    with pytest.raises(ReturnwatchError, match=r"cannot be read .*publish anew"):
        ask(folder, "window_days=30")


def test_the_command_prints_figures_and_what_is_assumed(tmp_path: Path) -> None:
    publish(tmp_path)
    done = returnwatch(
        "policy", "replay", "--change", "window_days=30", "--change", "keep_it_below=12", "--home", tmp_path
    )
    assert (done.code, done.err) == (0, "")
    lines = {line[:34].strip(): line[34:].split() for line in done.out.splitlines()}
    assert "2 lines of 2 RMAs, accepted or denied, that cost 43.00 EUR net," in done.out
    assert lines["saved"] == ["16.50", "6.00", "-3.00", "19.50"]
    assert lines["honest shoppers affected"] == ["1", "0", "0", "1"]
    assert lines["sales at risk (assumption)"] == ["8.00", "0.00", "0.00", "8.00"]
    assert "lines charged" not in lines
    assert "- keep_it_below refunds RMAs" in done.out
    assert "unopened_only" not in done.out


def test_the_command_answers_programs_in_one_object(tmp_path: Path) -> None:
    publish(tmp_path)
    done = returnwatch(
        "policy", "replay", "--change", "unopened_only=yes", "--assumed-loss", "0.5", "--home", tmp_path, "--json"
    )
    assert done.json.keys() == {
        "published", "as_of", "currency", "changes", "base", "alone", "together", "interaction", "assumptions",
    }  # fmt: skip
    assert done.json["changes"] == {"unopened_only": "yes"}
    # Refund 10, refurbishing 1, write-off 1 and fees of 0.50 are saved, the goods worth 5 go back.
    assert done.json["alone"][0]["saved"] == 7.5
    assert done.json["together"]["sales_at_risk"] == 40.0


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--change", "window=30"), 2, "there are window_days"),
        (("--change", "window_days=30", "--assumed-loss", "2"), 2, "--assumed-loss 2"),
        ((), 2, "Missing option"),
        (("--change", "window_days=30"), 1, "nothing is published yet"),
    ],
)
def test_what_cannot_be_replayed_is_said(arguments: tuple[str, ...], code: int, words: str, tmp_path: Path) -> None:
    done = returnwatch("policy", "replay", *arguments, "--home", tmp_path)
    assert (done.code, done.out) == (code, "")
    assert words in done.err
    assert "Traceback" not in done.err

from __future__ import annotations

import re
from pathlib import Path

import pytest

from features.canonical import PERSONAL
from features.contracts import CANONICAL_TABLES, Kind
from pipelines.ingest import cells, csv_cells, json_cells, judge, noise, split
from pipelines.ingest.page import KINDS, MEANINGS, render_contract_doc

PAGE = Path(__file__).parents[3] / "docs" / "data_contract.md"


def test_the_page_is_what_the_code_declares() -> None:
    assert PAGE.read_text(encoding="utf-8") == render_contract_doc(), "run `make docs`"


@pytest.mark.parametrize("table", CANONICAL_TABLES.values(), ids=CANONICAL_TABLES)
def test_every_column_stands_in_its_table_with_kind_and_star(table: object) -> None:
    name = table.name  # type: ignore[attr-defined]
    section = render_contract_doc().split(f"\n### {name}\n")[1].split("\n### ")[0]
    rows = re.findall(r"^\| `(\w+)`( \*)? \| (\w+) \|", section, re.MULTILINE)
    columns = CANONICAL_TABLES[name].columns
    assert rows == [(column.name, " *" if column.required else "", column.kind.value) for column in columns]
    assert all(f"`{word}`" in section for column in columns for word in column.words)


def test_keys_are_told_as_the_contract_has_them() -> None:
    assert re.findall(r"^Key: `(.*)`\.$", render_contract_doc(), re.MULTILINE) == [
        "order_id", "order_id + line_id", "rma_id + coalesce(rma_line_id, sku)", "sku", "customer_id", "contact_id",
        "chargeback_id", "rma_id + decided_by",
    ]  # fmt: skip


def test_every_kind_is_described_and_the_personal_ones_come_last() -> None:
    assert set(KINDS) == set(Kind)
    assert set(list(Kind)[-7:]) == PERSONAL
    assert all(stored.startswith("hash") == (kind in PERSONAL) for kind, (_, stored) in KINDS.items())


def test_every_meaning_is_of_a_column_that_is_there() -> None:
    columns = {f"{table.name}.{column.name}" for table in CANONICAL_TABLES.values() for column in table.columns}
    assert set(MEANINGS) <= columns


def test_every_error_code_is_described() -> None:
    written = {
        code
        for module in (cells, csv_cells, json_cells, noise, split)
        for code in re.findall(r'BadRow\(\w+, "(\w+)"', Path(str(module.__file__)).read_text(encoding="utf-8"))
    }
    written |= set(
        re.findall(
            r"'(missing_value|unreadable_value|ambiguous_value|not_text)'",
            Path(judge.__file__).read_text(encoding="utf-8"),
        )
    )
    described = set(re.findall(r"^\| `(\w+)` \| (?:lacks|has|holds|is) ", render_contract_doc(), re.MULTILINE))
    assert written == described
    assert len(written) == 14

"""A row with a cell too many never becomes a good row, whichever reader takes its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ingest_tools import read

HEADER = "order_id,customer_id,ordered_at,currency,ship_city,channel"
GOOD = "O1,C1,2026-01-01,EUR,Rome,web"
SHIFTED = "O2,C1,2026-01-01,EUR,Jane Roe,Rome,web"
QUOTED = 'O2,C1,2026-01-01,EUR,"Jane\nRoe",Rome,web'

FILES = {
    "quick": [HEADER, GOOD, SHIFTED],
    "a balanced count of delimiters": [HEADER, GOOD, SHIFTED, "O3,C1,2026-01-01,EUR,Rome"],
    "its last cell empty": [HEADER, GOOD, SHIFTED.replace("web", "")],
    "a cell of two lines": [HEADER, GOOD, QUOTED],
    "a nameless last column": [f"{HEADER},", f"{GOOD},", SHIFTED],
    "a nameless last column and a cell of two lines": [f"{HEADER},", f"{GOOD},", QUOTED],
    "two nameless last columns": [f"{HEADER},,", f"{GOOD},,", f"{SHIFTED},"],
    "a last delimiter in every row": [HEADER, f"{GOOD},", f"{GOOD},", SHIFTED],
    "blank last names": [f'{HEADER}," "', f"{GOOD},", SHIFTED],
}


@pytest.mark.parametrize("lines", FILES.values(), ids=FILES)
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_row_with_a_cell_too_many_is_in_quarantine(tmp_path: Path, lines: list[str], mark: str) -> None:
    found = read(tmp_path, "orders.csv", "\n".join([*lines, ""]).replace(",", mark))
    assert found.staged.refusal is None
    assert {row["order_id"] for row in found.good} == {"O1"}
    assert found.codes[found.codes.index("wrong_cell_count") :].count(None) == 0
    assert found.staged.rows_read == len(lines) - 1
    assert not [row for row in found.rows if "Jane" in str(row)]


@pytest.mark.parametrize("ending", [",", ",,", ', ,"" '])
def test_empty_cells_under_nameless_columns_are_no_surplus(tmp_path: Path, ending: str) -> None:
    names = f"{HEADER}{',' * ending.count(',')}"
    found = read(tmp_path, "orders.csv", f"{names}\n{GOOD}{ending}\n{GOOD.replace('O1', 'O2')}{ending}\n")
    assert found.codes == [None, None]
    assert found.column("channel") == ["web", "web"]


def test_a_nameless_first_column_is_a_number_of_rows(tmp_path: Path) -> None:
    found = read(tmp_path, "orders.csv", f",{HEADER}\n0,{GOOD}\n1,{GOOD.replace('O1', 'O2')}\n")
    assert found.column("order_id") == ["O1", "O2"]

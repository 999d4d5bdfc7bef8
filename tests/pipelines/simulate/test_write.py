from __future__ import annotations

import gzip
import os
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.simulate.write import by_month, month_keys, write_csv


@pytest.mark.parametrize(
    ("first", "end", "keys"),
    [
        (date(2025, 1, 1), date(2025, 2, 1), ["2025-01"]),
        (date(2025, 1, 1), date(2025, 2, 2), ["2025-01", "2025-02"]),
        (date(2025, 11, 15), date(2026, 2, 15), ["2025-11", "2025-12", "2026-01", "2026-02"]),
        (date(2024, 1, 31), date(2024, 2, 29), ["2024-01", "2024-02"]),
    ],
)
def test_months_are_those_with_a_simulated_day(first: date, end: date, keys: list[str]) -> None:
    assert month_keys(first, end) == keys


def moments(*days: str) -> pl.Series:
    """Return moments from days."""
    return pl.Series([datetime.fromisoformat(day) for day in days], dtype=pl.Datetime("us"))


def test_a_table_is_cut_where_the_month_changes() -> None:
    table = pl.DataFrame({"n": [1, 2, 3, 4]})
    moment = moments("2025-01-05", "2025-01-31T23:59:59", "2025-02-01", "2025-04-30")
    parts = by_month(table, moment, ["2025-01", "2025-02", "2025-03", "2025-04"])
    assert {month: part["n"].to_list() for month, part in parts.items()} == {
        "2025-01": [1, 2],
        "2025-02": [3],
        "2025-03": [],
        "2025-04": [4],
    }


def test_an_empty_table_has_empty_months() -> None:
    parts = by_month(pl.DataFrame({"n": []}), moments(), ["2025-01", "2025-02"])
    assert [part.columns for part in parts.values()] == [["n"], ["n"]]


@given(st.lists(st.datetimes(datetime(2025, 1, 1), datetime(2025, 12, 31)), max_size=30))  # noqa: DTZ001
def test_no_row_is_lost_or_doubled(found: list[datetime]) -> None:
    moment = pl.Series(sorted(found), dtype=pl.Datetime("us"))
    table = pl.DataFrame({"at": moment})
    parts = by_month(table, moment, month_keys(date(2025, 1, 1), date(2026, 1, 1)))
    assert pl.concat(list(parts.values())).equals(table)
    for month, part in parts.items():
        assert all(at.strftime("%Y-%m") == month for at in part["at"])


def test_a_file_is_plain_or_gzipped_by_its_ending(tmp_path: Path) -> None:
    table = pl.DataFrame({"a": ["x", None], "at": moments("2025-01-05", "2025-01-06T07:08:09"), "is_b": [True, False]})
    expected = "a,at,is_b\nx,2025-01-05T00:00:00Z,true\n,2025-01-06T07:08:09Z,false\n"
    write_csv(table, tmp_path / "plain.csv")
    write_csv(table, tmp_path / "packed.csv.gz")
    assert (tmp_path / "plain.csv").read_text() == expected
    assert gzip.decompress((tmp_path / "packed.csv.gz").read_bytes()).decode() == expected


def test_a_gzipped_file_has_neither_time_nor_name_in_it(tmp_path: Path) -> None:
    table = pl.DataFrame({"a": [1]})
    write_csv(table, tmp_path / "one.csv.gz")
    write_csv(table, tmp_path / "deeper" / "other.csv.gz")
    first = (tmp_path / "one.csv.gz").read_bytes()
    assert first == (tmp_path / "deeper" / "other.csv.gz").read_bytes()
    # Flags and modification time of the gzip header.
    assert first[3:8] == bytes(5)


def test_a_file_is_replaced_whole_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("something longer that was there before\n" * 5)
    write_csv(pl.DataFrame({"a": [1]}), path)
    assert path.read_text() == "a\n1\n"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.csv"]


def test_text_with_commas_and_quotes_survives(tmp_path: Path) -> None:
    table = pl.DataFrame({"a": ['say "yes", please', "two\nlines"]})
    write_csv(table, tmp_path / "a.csv")
    assert pl.read_csv(tmp_path / "a.csv").equals(table)


def test_a_folder_that_is_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(OSError, match="taken"):
        write_csv(pl.DataFrame({"a": [1]}), tmp_path / "taken" / "a.csv")
    assert os.listdir(tmp_path) == ["taken"]  # noqa: PTH208

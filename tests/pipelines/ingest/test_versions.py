"""What tells a newer record from an older one: the names of files, the moments and statuses of rows."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from features.contracts import CANONICAL_TABLES
from pipelines.ingest.versions import natural_order, progress_term, read_name, updated_term


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("canonical/returns_2026-11-05.csv", date(2026, 11, 5)),
        ("canonical/returns_20261105.csv.gz", date(2026, 11, 5)),
        ("canonical/2026/11/returns_2026.11.05_2026-11-09.csv", date(2026, 11, 9)),
        ("canonical/2026_11_05/returns.csv", date(2026, 11, 5)),
        ("canonical/returns_2026-11.csv", date(2026, 11, 1)),
        ("canonical/2026-10/returns_2026-11-05.csv", date(2026, 11, 5)),
        ("canonical/returns_2026-02-30.csv", None),
        ("canonical/returns_202611.csv", None),
        ("canonical/returns_120261105.csv", None),
        ("canonical/returns_2026-1105.csv", None),
        ("canonical/returns.csv", None),
    ],
)
def test_a_name_tells_the_day_that_it_names(path: str, day: date | None) -> None:
    assert read_name(path).named_on == day


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ("canonical/returns_2026-11-05.csv", "canonical/returns_2026-11-04_fix.csv"),
        ("canonical/returns_10.csv", "canonical/returns_9.csv"),
        ("canonical/day10/returns.csv", "canonical/day09/returns.csv"),
        ("canonical/returns_2026-11-05_2.csv", "canonical/returns_2026-11-05_1.csv"),
        ("canonical/returns_20261105T0900.csv", "canonical/returns_20261105T0830.csv"),
    ],
)
def test_a_later_day_or_number_is_newer(newer: str, older: str) -> None:
    assert read_name(newer).is_after(read_name(older))
    assert not read_name(older).is_after(read_name(newer))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("canonical/returns_a.csv", "canonical/returns_b.csv"),
        ("canonical/returns_1.csv", "canonical/fix_returns_2.csv"),
        ("canonical/returns_07.csv", "canonical/returns_7.csv"),
        ("canonical/returns_2026-11-05.csv", "canonical/returns.csv"),
    ],
)
def test_names_of_no_one_series_tell_nothing(one: str, other: str) -> None:
    assert not read_name(one).is_after(read_name(other))
    assert not read_name(other).is_after(read_name(one))


def test_paths_sort_as_people_sort_them() -> None:
    paths = ["a/part_10.csv", "a/part_9.csv", "a/part_09.csv", "a b/part_1.csv", "a/part_100.csv"]
    in_order = ["a/part_09.csv", "a/part_9.csv", "a/part_10.csv", "a/part_100.csv", "a b/part_1.csv"]
    assert sorted(paths, key=natural_order) == in_order


def progress_of(**cells: str) -> int:
    """Return the progress of a return with these cells."""
    returns = CANONICAL_TABLES["returns"]
    names = {returns.progress.status, *returns.progress.milestones}
    columns = ", ".join(f"$cell_{name}::varchar as {name}" for name in names)
    values = {f"cell_{name}": cells.get(name or "") for name in names}
    statement = f"select {progress_term(returns)} from (select {columns})"  # noqa: S608 - columns of the contract
    ((found,),) = duckdb.execute(statement, values).fetchall()
    return int(found)


def test_a_return_moves_through_its_statuses() -> None:
    way = [
        progress_of(status="requested"),
        progress_of(status="authorized", authorized_at="2026-01-02"),
        progress_of(status="in_transit", authorized_at="2026-01-02", shipped_at="2026-01-03"),
        progress_of(status="received", authorized_at="2026-01-02", received_at="2026-01-05"),
        progress_of(status="inspected", authorized_at="2026-01-02", received_at="2026-01-05"),
        progress_of(status="refunded", received_at="2026-01-05", refunded_at="2026-01-07"),
        progress_of(status="closed", received_at="2026-01-05", refunded_at="2026-01-07"),
        progress_of(status="closed", received_at="2026-01-05", refunded_at="2026-01-07", closed_at="2026-01-08"),
    ]
    assert way == sorted(way)
    assert len(set(way)) == len(way)


def test_a_refund_after_the_closing_is_newer_than_the_closing() -> None:
    closed = progress_of(status="closed", closed_at="2026-01-08")
    assert progress_of(status="refunded", closed_at="2026-01-08", refunded_at="2026-01-09") > closed


def test_what_declares_nothing_has_no_evidence() -> None:
    assert progress_term(CANONICAL_TABLES["products"]) == "0"
    assert updated_term(CANONICAL_TABLES["products"]) == '"updated_at"'


def test_every_status_of_the_contract_has_its_stage() -> None:
    returns = CANONICAL_TABLES["returns"]
    staged = [word for stage in returns.progress.stages for word in stage]
    assert sorted(staged) == sorted(returns.column("status").words)
    assert set(returns.progress.milestones) <= {column.name for column in returns.columns}

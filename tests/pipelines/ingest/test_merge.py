"""Rows against rows: new, changed, the same; in one file, over several, over several deliveries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.ingest import merge
from pipelines.ingest.merge import MergeCounts, merge_files
from pipelines.ingest.sources import raw_tables
from pipelines.warehouse import Warehouse
from tests.ingest_tools import MEMORY

COLUMNS = ("contact_id", "contacted_at", "customer_id", "order_id", "topic", "agent_id", "resolution")
Rows = list[tuple[str, str | None]]


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    with Warehouse(tmp_path, MEMORY) as opened:
        yield opened


def staged(place: Path, rows: Rows, table: str = "support_contacts") -> Path:
    """Write a staged file of contacts: of each row the key and the topic; a topic of None is a bad row."""
    names = raw_tables()[table].stored_columns
    frame = pl.DataFrame(
        [{"row_number": number, "contact_id": key, "topic": topic} for number, (key, topic) in enumerate(rows, 1)],
        schema={"row_number": pl.Int64} | dict.fromkeys(names, pl.String),
    )
    bad = pl.when(pl.col("topic").is_null()).then(pl.lit("missing_value"))
    frame.with_columns(pl.col("contacted_at").cast(pl.Datetime("us")), error_code=bad).write_parquet(place)
    return place


def merged(warehouse: Warehouse, folder: Path, first_id: int, *files: Rows) -> list[tuple[int, int, int]]:
    """Merge files and return loaded, updated and duplicate rows of each."""
    places = [(number, staged(folder / f"{number}.parquet", rows)) for number, rows in enumerate(files, first_id)]
    counts = merge_files(warehouse.connection, raw_tables()["support_contacts"], places)
    return [(counts[number].loaded, counts[number].updated, counts[number].duplicate) for number, _ in places]


def held(warehouse: Warehouse) -> dict[str, tuple[str, int, int]]:
    """Return what the raw table holds: topic, delivery and row number, by key."""
    rows = warehouse.connection.execute(
        "select contact_id, topic, delivery_id, row_number from raw.support_contacts order by contact_id"
    ).fetchall()
    assert len({row[0] for row in rows}) == len(rows), "one row a key"
    return {key: (topic, delivery, row) for key, topic, delivery, row in rows}


def test_new_rows_are_loaded(warehouse: Warehouse, tmp_path: Path) -> None:
    assert merged(warehouse, tmp_path, 1, [("a", "x"), ("b", "y")], [("c", "z")]) == [(2, 0, 0), (1, 0, 0)]
    assert held(warehouse) == {"a": ("x", 1, 1), "b": ("y", 1, 2), "c": ("z", 2, 1)}


def test_a_changed_row_replaces_and_an_equal_one_is_a_duplicate(warehouse: Warehouse, tmp_path: Path) -> None:
    merged(warehouse, tmp_path, 1, [("a", "x"), ("b", "y")])
    assert merged(warehouse, tmp_path, 2, [("a", "new"), ("b", "y"), ("c", "z")]) == [(1, 1, 1)]
    assert held(warehouse) == {"a": ("new", 2, 1), "b": ("y", 1, 2), "c": ("z", 2, 3)}


@pytest.mark.parametrize(
    ("topics", "counts", "last"),
    [
        ("AA", (1, 0, 1), ("A", 1, 1)),
        ("AB", (1, 1, 0), ("B", 1, 2)),
        ("ABA", (1, 2, 0), ("A", 1, 3)),
        ("AAB", (1, 1, 1), ("B", 1, 3)),
        ("ABB", (1, 1, 1), ("B", 1, 2)),
    ],
)
def test_repeats_in_a_file_count_in_their_sequence(
    warehouse: Warehouse, tmp_path: Path, topics: str, counts: tuple[int, int, int], last: tuple[str, int, int]
) -> None:
    assert merged(warehouse, tmp_path, 1, [("k", topic) for topic in topics]) == [counts]
    topic, _, _ = held(warehouse)["k"]
    assert topic == last[0]


def test_a_sequence_that_ends_where_it_began_changes_nothing(warehouse: Warehouse, tmp_path: Path) -> None:
    merged(warehouse, tmp_path, 1, [("k", "A")])
    assert merged(warehouse, tmp_path, 2, [("k", "A"), ("k", "B"), ("k", "A")]) == [(0, 2, 1)]
    assert held(warehouse) == {"k": ("A", 1, 1)}


def test_files_are_one_sequence_in_their_order(warehouse: Warehouse, tmp_path: Path) -> None:
    counts = merged(warehouse, tmp_path, 1, [("k", "A")], [("k", "B"), ("k", "B")], [("k", "B"), ("j", "C")])
    assert counts == [(1, 0, 0), (0, 1, 1), (1, 0, 1)]
    assert held(warehouse)["k"][0] == "B"


def test_bad_rows_are_no_rows(warehouse: Warehouse, tmp_path: Path) -> None:
    assert merged(warehouse, tmp_path, 1, [("a", None), ("b", "y")], [("c", None)]) == [(1, 0, 0), (0, 0, 0)]
    assert held(warehouse) == {"b": ("y", 1, 2)}


def test_nothing_leaves_scratch_tables_behind(warehouse: Warehouse, tmp_path: Path) -> None:
    merged(warehouse, tmp_path, 1, [("a", "x"), ("a", "y")])
    left = warehouse.connection.execute("select name from (show all tables) where temporary").fetchall()
    assert left == []


def test_no_files_are_no_counts(warehouse: Warehouse) -> None:
    assert merge_files(warehouse.connection, raw_tables()["orders"], []) == {}


def model(before: dict[str, str], files: list[Rows]) -> tuple[list[list[int]], dict[str, str]]:
    """Say the same in plain Python: counts of each file, and what is held at the end."""
    now, counts = dict(before), []
    for rows in files:
        count = [0, 0, 0]
        for key, topic in rows:
            if topic is not None:
                count[0 if key not in now else 2 if now[key] == topic else 1] += 1
                now[key] = topic
        counts.append(count)
    return counts, now


ROWS = st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(["x", "y", "z", None])), max_size=8)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deliveries=st.lists(st.lists(ROWS, min_size=1, max_size=4), min_size=1, max_size=3), batch=st.integers(1, 3))
def test_any_sequence_of_rows_ends_as_a_dictionary_would(
    tmp_path: Path, deliveries: list[list[Rows]], batch: int
) -> None:
    number, now = 1, dict[str, str]()
    with pytest.MonkeyPatch.context() as patched, Warehouse(tmp_path, MEMORY) as warehouse:
        patched.setattr(merge, "BATCH", batch)
        for files in deliveries:
            counts, now = model(now, files)
            assert [list(count) for count in merged(warehouse, tmp_path, number, *files)] == counts
            assert {key: row[0] for key, row in held(warehouse).items()} == now
            number += len(files)


def with_keys(folder: Path, table: str, rows: list[dict[str, Any]]) -> Path:
    kind = raw_tables()[table]
    frame = pl.DataFrame(rows, schema_overrides={"row_number": pl.Int64})
    missing = [
        pl.lit(None, pl.String).alias(name)
        for name in (*kind.stored_columns, "error_code")
        if name not in frame.columns
    ]
    numbers = pl.int_range(1, pl.len() + 1).alias("row_number")
    place = folder / f"{table}{len(rows)}.parquet"
    frame.with_columns(numbers, *missing).write_parquet(place)
    return place


def test_an_rma_line_without_number_is_known_by_its_sku(warehouse: Warehouse, tmp_path: Path) -> None:
    lines: list[dict[str, Any]] = [
        {"rma_id": "R", "rma_line_id": None, "sku": "S"},
        {"rma_id": "R", "rma_line_id": None, "sku": "T"},
        {"rma_id": "R", "rma_line_id": "1", "sku": "S"},
        {"rma_id": "R", "rma_line_id": "2", "sku": "S"},
        {"rma_id": "R", "rma_line_id": None, "sku": "S", "status": "closed"},
    ]
    place = with_keys(tmp_path, "returns", lines)
    assert merge_files(warehouse.connection, raw_tables()["returns"], [(1, place)]) == {1: MergeCounts(4, 1, 0)}


def test_a_verdict_without_judge_has_a_key_of_its_own(warehouse: Warehouse, tmp_path: Path) -> None:
    verdicts: list[dict[str, Any]] = [
        {"rma_id": "R", "decided_by": None, "verdict": "fraud"},
        {"rma_id": "R", "decided_by": "jo", "verdict": "fraud"},
        {"rma_id": "R", "decided_by": None, "verdict": "legitimate"},
    ]
    place = with_keys(tmp_path, "review_labels", verdicts)
    kind = raw_tables()["review_labels"]
    assert merge_files(warehouse.connection, kind, [(1, place)]) == {1: MergeCounts(2, 1, 0)}
    assert merge_files(warehouse.connection, kind, [(2, place)]) == {2: MergeCounts(0, 2, 1)}

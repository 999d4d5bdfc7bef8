"""Pieces in any order come back in the order of their key, a span at a time."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from pipelines.pieces import SortedPieces, Span

ROWS = st.lists(st.tuples(st.sampled_from("abcdefgh'"), st.integers(0, 3)), max_size=30)


def piece(rows: list[tuple[str, int]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"key": pl.String, "n": pl.Int64}, orient="row")


@given(pieces=st.lists(ROWS, min_size=1, max_size=4), most=st.integers(1, 5), others=st.sets(st.sampled_from("aezZ")))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_spans_hold_every_row_once_in_order(
    pieces: list[list[tuple[str, int]]], most: int, others: set[str], tmp_path: Path
) -> None:
    frames = [piece(rows) for rows in pieces]
    kept = SortedPieces.of(frames, ("key", "n"), tmp_path)
    spans = kept.spans(most, pl.Series(sorted(others), dtype=pl.String))
    assert (spans[0].first, spans[-1].end) == (None, None)
    assert_frame_equal(pl.concat(kept.rows(span) for span in spans), pl.concat(frames).sort("key", "n"))
    by_span = [kept.rows(span)["key"].unique().to_list() for span in spans]
    assert max(map(len, by_span)) <= most * (len(pieces) + 1)


def test_a_large_piece_is_read_in_batches(tmp_path: Path) -> None:
    names = pl.Series("key", [f"{number:06d}" for number in range(30_000)])
    kept = SortedPieces.of([pl.DataFrame({"key": names.sample(fraction=1, shuffle=True, seed=1)})], ("key",), tmp_path)
    spans = kept.spans(7_000)
    assert len(spans) == 5
    assert_frame_equal(pl.concat(kept.rows(span) for span in spans), names.to_frame())


def test_a_span_is_a_condition_on_its_key() -> None:
    assert Span(None, None).condition("key") == "true"
    assert Span("a'b", None).condition("key") == "\"key\" >= 'a''b'"
    assert Span("a", "b").condition("key") == "\"key\" >= 'a' and \"key\" < 'b'"

"""The made-up set with code in place of every text that was imported, and in the reasons of what is flagged."""

from __future__ import annotations

import polars as pl

from tests.dashboards.conftest import tables
from tests.dashboards.payloads import PAYLOADS
from tests.dashboards.report_frames import report_frames
from tests.desk_shop import page_tables, scores

KEPT = {"basis", "level", "signal", "claim_type", "stage", "measure", "dimension", "component", "case_id"}
"""Columns of our own words, by which pages choose rows; a case is named by us as well."""
N = len(PAYLOADS)


def poisoned(frame: pl.DataFrame, offset: int) -> pl.DataFrame:
    """Return a frame in which each text that was imported is another payload."""
    columns = []
    for place, (name, dtype) in enumerate(frame.schema.items()):
        if dtype == pl.String and name not in KEPT:
            start = offset + place * frame.height
            columns.append(pl.Series(name, [PAYLOADS[(start + row) % N] for row in range(frame.height)]))
    return frame.with_columns(columns)


def said_badly(frame: pl.DataFrame) -> pl.DataFrame:
    """Return flagged RMAs whose reasons are payloads."""
    spoken = [
        [{**reason, "text": PAYLOADS[row], "customer_text": PAYLOADS[row + 1]} for reason in reasons]
        for row, reasons in enumerate(frame["reasons"].to_list())
    ]
    return frame.with_columns(pl.Series("reasons", spoken, dtype=frame["reasons"].dtype))


def hostile_set(shift: int = 0) -> dict[str, pl.DataFrame]:
    """Return the made-up set with payloads in all texts, RMAs and shoppers named alike in all tables.

    ``shift``: with which payload it begins.
    """
    frames = tables() | report_frames() | page_tables()
    hostile = {name: poisoned(frame, shift + 7 * place) for place, (name, frame) in enumerate(frames.items())}
    names = {"rma_id": "rma_id", "customer_id": "customer_id"}
    for table in ("rma_scores", "report_return_lines", "rma_features", "flagged_queue"):
        given = {
            name: pl.col(name).replace_strict(dict(zip(scores()[name].unique().sort(), PAYLOADS, strict=False)))
            for name in names
            if name in frames[table].columns
        }
        told_ = frames[table].with_columns(**given)
        hostile[table] = hostile[table].with_columns(told_[name] for name in given)
    return hostile | {"flagged_queue": said_badly(hostile["flagged_queue"])}

"""Rows of several tables on their way to one bucket: packed where they are read, unpacked where they are needed.

A block is some rows of one table that one bucket needs, as compressed Arrow bytes in one cell. Spark moves blocks,
whatever the columns of their tables, so that one grouping brings the rows of all tables together.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator

import polars as pl
import pyarrow as pa

from engines.spark.types import to_arrow

BUCKET = "bucket"
"""The column that says which bucket a row is for."""
BLOCK_SCHEMA = {BUCKET: pl.Int32(), "name": pl.String(), "rows": pl.Binary()}
BLOCK_ROWS = 200_000
"""Rows that a task holds before it packs them."""

Packer = Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]


def packer(name: str) -> Packer:
    """Return the task that makes blocks of a table's rows (with ``BUCKET``)."""

    def pack(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield the blocks of a partition."""
        for rows in _gathered(batches):
            yield from to_arrow(blocks_of(name, rows), BLOCK_SCHEMA).to_batches()

    return pack


def blocks_of(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows as blocks, one a bucket (``BLOCK_SCHEMA``)."""
    parts = rows.partition_by(BUCKET, maintain_order=True)
    return pl.DataFrame(
        [(part[BUCKET][0], name, packed(part.drop(BUCKET))) for part in parts], schema=BLOCK_SCHEMA, orient="row"
    )


def unpack(blocks: pa.Table) -> dict[str, pl.DataFrame]:
    """Return a bucket's rows by the name of their table; a table without rows is not there."""
    rows: dict[str, list[pl.DataFrame]] = {}
    for name, packed in zip(blocks["name"].to_pylist(), blocks["rows"].to_pylist(), strict=True):
        rows.setdefault(name, []).append(pl.read_ipc_stream(io.BytesIO(packed)))
    return {name: pl.concat(parts) for name, parts in rows.items()}


def packed(rows: pl.DataFrame) -> bytes:
    """Return rows as compressed bytes."""
    target = io.BytesIO()
    rows.write_ipc_stream(target, compression="lz4")
    return target.getvalue()


def _gathered(batches: Iterable[pa.RecordBatch]) -> Iterator[pl.DataFrame]:
    """Yield the rows of batches, many batches at a time."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        if sum(one.num_rows for one in held) >= BLOCK_ROWS:
            yield _frame(held)
            held = []
    if sum(one.num_rows for one in held):
        yield _frame(held)


def _frame(batches: list[pa.RecordBatch]) -> pl.DataFrame:
    """Return batches as one frame."""
    return pl.DataFrame(pl.from_arrow(pa.Table.from_batches(batches)))

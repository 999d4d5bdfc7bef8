from __future__ import annotations

from decimal import Decimal

import polars as pl
import pyarrow as pa
import pytest
from polars.testing import assert_frame_equal

from engines.spark import blocks
from engines.spark.blocks import BLOCK_SCHEMA, BUCKET, blocks_of, packer, unpack
from engines.spark.types import to_arrow
from tests.factories import at

ROWS = pl.DataFrame(
    {
        BUCKET: [1, 0, 1],
        "who": ["a", None, "c"],
        "amount": [Decimal("1.2345"), Decimal("-7.0000"), None],
        "at": [at(0), None, at(1.5)],
    },
    schema_overrides={BUCKET: pl.Int32, "amount": pl.Decimal(18, 4)},
)


def bucket(made: pl.DataFrame, number: int) -> dict[str, pl.DataFrame]:
    return unpack(to_arrow(made.filter(pl.col(BUCKET) == number), BLOCK_SCHEMA))


def test_a_bucket_unpacks_to_its_own_rows() -> None:
    made = blocks_of("orders", ROWS)
    assert sorted(made[BUCKET]) == [0, 1]
    assert_frame_equal(bucket(made, 1)["orders"], ROWS.filter(pl.col(BUCKET) == 1).drop(BUCKET))
    assert bucket(made, 0)["orders"].rows() == [(None, Decimal("-7.0000"), None)]


def test_blocks_of_one_table_come_together_and_other_tables_stay_apart() -> None:
    made = pl.concat([blocks_of("orders", ROWS), blocks_of("orders", ROWS), blocks_of("customers", ROWS)])
    found = bucket(made, 1)
    assert {name: rows.height for name, rows in found.items()} == {"orders": 4, "customers": 2}


def test_the_packing_task_holds_many_batches_and_loses_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK_ROWS", 5)
    batch = to_arrow(ROWS, dict(ROWS.schema)).to_batches()
    made = pa.Table.from_batches(packer("orders")(batch * 5)).to_pylist()
    assert [(row[BUCKET], row["name"]) for row in made] == [(1, "orders"), (0, "orders")] * 3
    rows = [unpack(pa.Table.from_pylist([row]))["orders"].height for row in made]
    assert rows == [4, 2, 4, 2, 2, 1]


def test_a_partition_without_rows_has_no_blocks() -> None:
    empty = to_arrow(ROWS.clear(), dict(ROWS.schema))
    assert list(packer("orders")([])) == []
    assert list(packer("orders")(pa.Table.from_batches([], schema=empty.schema).to_batches(1))) == []

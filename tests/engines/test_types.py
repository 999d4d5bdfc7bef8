from __future__ import annotations

from decimal import Decimal

import polars as pl
import pyarrow as pa
import pytest

from engines.spark.types import spark_schema, to_arrow
from tests.factories import at

SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "name": pl.String,
    "count": pl.Int64(),
    "place": pl.Int32(),
    "rate": pl.Float64,
    "is_on": pl.Boolean,
    "at": pl.Datetime("us"),
    "money": pl.Decimal(18, 4),
    "bytes": pl.Binary(),
    "reasons": pl.List(pl.Struct({"code": pl.String, "value": pl.Float64})),
}


def test_columns_are_named_as_spark_names_them() -> None:
    assert spark_schema(SCHEMA) == (
        "`name` string, `count` bigint, `place` int, `rate` double, `is_on` boolean, `at` timestamp_ntz, "
        "`money` decimal(18,4), `bytes` binary, `reasons` array<struct<code:string,value:double>>"
    )


def test_values_go_over_to_arrow_as_they_are() -> None:
    row = {
        "name": "é",
        "count": 2**40,
        "place": 3,
        "rate": 0.1,
        "is_on": None,
        "at": at(0.123456789),
        "money": Decimal("12.3400"),
        "bytes": b"\0x",
        "reasons": [{"code": "A", "value": None}],
    }
    made = to_arrow(pl.DataFrame([row], schema=SCHEMA), SCHEMA)
    assert made.to_pylist() == [row]
    assert made.schema.field("name").type == pa.string()
    assert made.schema.field("at").type == pa.timestamp("us")


def test_values_take_the_declared_types_and_unnamed_columns_are_left_out() -> None:
    made = to_arrow(pl.DataFrame({"count": ["7"], "more": [1]}), {"count": pl.Int64})
    assert made.to_pylist() == [{"count": 7}]


def test_a_type_that_spark_is_not_asked_for_is_no_type() -> None:
    with pytest.raises(KeyError):
        spark_schema({"when": pl.Time})

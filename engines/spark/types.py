"""Columns of Polars frames as Spark and Arrow name their types."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import pyarrow as pa

Schema = Mapping[str, pl.DataType | type[pl.DataType]]

_WORDS: Mapping[type[pl.DataType], str] = {
    pl.String: "string",
    pl.Float64: "double",
    pl.Int64: "bigint",
    pl.Int32: "int",
    pl.Boolean: "boolean",
    pl.Binary: "binary",
    pl.Datetime: "timestamp_ntz",
}
_ARROW: Mapping[str, pa.DataType] = {
    "string": pa.string(),
    "double": pa.float64(),
    "bigint": pa.int64(),
    "int": pa.int32(),
    "boolean": pa.bool_(),
    "binary": pa.binary(),
    "timestamp_ntz": pa.timestamp("us"),
}


def spark_schema(schema: Schema) -> str:
    """Return columns as Spark's ``name type, …``."""
    return ", ".join(f"`{name}` {_word(dtype)}" for name, dtype in schema.items())


def to_arrow(frame: pl.DataFrame, schema: Schema) -> pa.Table:
    """Return a frame's columns as Arrow, in the types that Spark takes for ``spark_schema``."""
    columns = pa.schema([(name, _arrow(dtype)) for name, dtype in schema.items()])
    return frame.select(pl.col(name).cast(dtype) for name, dtype in schema.items()).to_arrow().cast(columns)


def _word(dtype: pl.DataType | type[pl.DataType]) -> str:
    """Return Spark's word for a type."""
    if isinstance(dtype, pl.Decimal):
        return f"decimal({dtype.precision},{dtype.scale})"
    if isinstance(dtype, pl.List):
        return f"array<{_word(_instance(dtype.inner))}>"
    if isinstance(dtype, pl.Struct):
        return f"struct<{','.join(f'{field.name}:{_word(_instance(field.dtype))}' for field in dtype.fields)}>"
    return _WORDS[_class(dtype)]


def _arrow(dtype: pl.DataType | type[pl.DataType]) -> pa.DataType:
    """Return Arrow's type for a type."""
    if isinstance(dtype, pl.Decimal):
        return pa.decimal128(dtype.precision, dtype.scale)
    if isinstance(dtype, pl.List):
        return pa.list_(_arrow(_instance(dtype.inner)))
    if isinstance(dtype, pl.Struct):
        return pa.struct([(field.name, _arrow(_instance(field.dtype))) for field in dtype.fields])
    return _ARROW[_word(dtype)]


def _instance(dtype: object) -> pl.DataType:
    """Return a type that stands within another one, which may be given by its class."""
    made = dtype() if isinstance(dtype, type) else dtype
    if not isinstance(made, pl.DataType):
        raise TypeError(f"{dtype} is no type of a column")
    return made


def _class(dtype: pl.DataType | type[pl.DataType]) -> type[pl.DataType]:
    """Return the class of a type."""
    return dtype if isinstance(dtype, type) else type(dtype)

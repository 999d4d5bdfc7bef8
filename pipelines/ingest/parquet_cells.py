"""Parquet as text: the names of its columns, and each value as the text that any other format would hold."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipelines.errors import FileRefusedError
from pipelines.ingest.extra import NESTED
from pipelines.sqltext import literal, quoted

NESTED_TYPES = ("STRUCT", "MAP", "UNION", "VARIANT")
"""Types of Parquet columns that are no single value; so are those that end in ``]``."""


def top_names(connection: duckdb.DuckDBPyConnection, place: Path) -> list[str]:
    """Return the columns' names as the Parquet file has them: DuckDB renames one that repeats another."""
    entries = connection.execute(
        f"select name, coalesce(num_children, 0) from parquet_schema({literal(str(place))})"  # noqa: S608 - a literal
    ).fetchall()
    names, inside = [], 0
    for name, n_children in entries[1:]:
        if inside:
            inside -= 1
        else:
            names.append(name)
        inside += n_children
    return names


def parquet_cell(header: str, kind: str, *, is_known: bool) -> str:
    """Return the expression of a Parquet column as text; FileRefusedError where its values are lists or objects.

    A float that is whole loses its ``.0``, NaN is null, and bytes that are no text become a NUL byte. Of an unknown
    column what is no text is dropped, and a list or an object is told as such.
    """
    column = quoted(header)
    if kind.startswith(NESTED_TYPES) or kind.endswith("]"):
        if not is_known:
            return f"case when {column} is not null then {literal(NESTED)} end"
        raise FileRefusedError(f"column {header} holds lists or objects; deliver plain values")
    if kind in ("DOUBLE", "FLOAT"):
        # a comparison with NaN may be decided by the file's statistics, which know nothing of NaN
        return f"case when not isnan({column}) then regexp_replace(cast({column} as varchar), '\\.0$', '') end"
    if kind == "BLOB":
        text = f"case when {column} is not null then coalesce(try(decode({column})), chr(0)) end"
    else:
        text = f"cast({column} as varchar)"
    return text if is_known else f"replace({text}, chr(0), '')"

"""A Spark session with a folder that all its machines see: statements, views, and what is kept between steps.

What is kept is written as Parquet: whatever machine is lost, no step before it runs again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

import sql
from engines.base import Tables
from engines.spark.blocks import BLOCK_SCHEMA, BUCKET, packer
from engines.spark.types import Schema, spark_schema
from features.buckets import RMAS_A_BUCKET

Task = Callable[[pa.Table], pa.Table]
"""Turns the blocks of one bucket into rows; it runs where Spark lets it, and again where a machine is lost."""


@dataclass(frozen=True, slots=True)
class Work:
    """A session, the folder of its files, and how many tasks the cluster runs at once."""

    spark: Any
    folder: Path
    at_once: int

    def statement(self, name: str, folder: str = "spark") -> Any:  # noqa: ANN401 - a frame of a library that may not be there
        """Return the result of ``sql/<folder>/<name>.sql``."""
        return self.spark.sql(sql.statement(f"{folder}/{name}"))

    def keep(self, name: str, frame: Any) -> Path:  # noqa: ANN401 - as above
        """Write a frame's rows, let statements read them as ``name``, and return where they lie."""
        place = self.folder / name
        frame.write.mode("overwrite").parquet(str(place))
        self.view(name, place)
        return place

    def view(self, name: str, place: Path) -> None:
        """Let statements read Parquet files as ``name``."""
        self.spark.read.parquet(str(place)).createOrReplaceTempView(name)

    def load(self, tables: Tables, table: str, columns: Sequence[str]) -> str:
        """Write a stored table (``schema.name``) where the cluster sees it, and let statements read it as ``name``."""
        name = table.rpartition(".")[2]
        place = self.folder / f"{name}.parquet"
        tables.write_parquet(table, columns, place)
        self.view(name, place)
        return name

    def put(self, name: str, rows: pl.DataFrame) -> None:
        """Let statements read this program's own rows as ``name``."""
        place = self.folder / f"{name}.parquet"
        rows.write_parquet(place)
        self.view(name, place)

    def make_buckets(self, n_rmas: int) -> None:
        """Let statements put what belongs to so many RMAs into buckets: ``bucket_of(name)``.

        They are as large as on one machine, and one for each task at least.
        """
        n_buckets = max(self.at_once, -(-n_rmas // RMAS_A_BUCKET))
        self.spark.sql(
            "create or replace temporary function bucket_of(name string) returns int "
            f"return cast(pmod(xxhash64(name), {n_buckets:d}) as int)"
        )

    def by_bucket(self, rows: dict[str, Any], task: Task, schema: Schema) -> Any:  # noqa: ANN401 - as above
        """Return what a task makes of each bucket's rows: frames with ``BUCKET``, by the names the task knows."""
        packed = [frame.mapInArrow(packer(name), spark_schema(BLOCK_SCHEMA)) for name, frame in rows.items()]
        blocks = packed[0]
        for more in packed[1:]:
            blocks = blocks.unionAll(more)
        return blocks.groupBy(BUCKET).applyInArrow(task, spark_schema(schema))


def read(place: Path, schema: Schema) -> pl.DataFrame:
    """Return rows that were kept, in the columns and types of ``schema``; the order is Spark's."""
    files = sorted(place.glob("*.parquet"))
    rows = pl.concat(pl.read_parquet(file) for file in files) if files else pl.DataFrame(schema=schema)
    return rows.select(pl.col(name).cast(dtype) for name, dtype in schema.items())

"""The data: a made-up shop of so many order lines, its exports, and from them the columns of core that are compared.

The simulator makes about two order lines an order; a benchmark of N lines takes so many orders that there are about N,
and reports how many there are.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from pipelines.simulate import SimulationParams, simulate

LINES_AN_ORDER = 2.08
SEED = 7
TABLES = ("order_lines", "rma_lines")


def exports(folder: Path, lines: int) -> Path:
    """Return the folder of the exports of a shop of about so many order lines, made where it is not there."""
    place = folder / f"shop_{lines}"
    if not (place / "made").is_file():
        params = SimulationParams(orders=round(lines / LINES_AN_ORDER), seed=SEED)
        simulate(place / "landing", place / "truth.csv", params)
        (place / "made").touch()
    return place / "landing"


def core(landing: Path) -> Path:
    """Return the folder of the compared columns of core as Parquet, made from the exports where it is not there.

    Plain joins: they only make the input that all competitors read, and are not timed.
    """
    folder = landing.parent / "core"
    folder.mkdir(exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("set variable exports = cast($folder as varchar)", {"folder": str(landing / "canonical")})
        for name in TABLES:
            place = folder / f"{name}.parquet"
            if not place.is_file():
                statement = Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")
                connection.sql(statement).write_parquet(str(place))
    return folder


def rows(folder: Path) -> tuple[int, int]:
    """Return how many order lines and how many RMAs a folder of core columns has."""
    lines, rmas = (pl.scan_parquet(folder / f"{name}.parquet") for name in TABLES)
    n_lines, n_rmas = lines.select(pl.len()).collect().item(), rmas.select(pl.col("rma_id").n_unique()).collect().item()
    return int(n_lines), int(n_rmas)

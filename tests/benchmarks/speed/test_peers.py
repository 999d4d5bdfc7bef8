"""The competitors compute the product's own features: on shops where everything repeats and everything ties."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from benchmarks.speed import pandas_peer, sql_peer
from benchmarks.speed.common import COMMON, ORDER_LINES, RMA_LINES
from benchmarks.speed.ours import all_features, as_core, common_features
from features.contracts import Stage
from tests.random_shop import RandomShop, random_shop

SEEDS = range(3)


def by_product(shop: RandomShop) -> pl.DataFrame:
    """Return what a run computes, of each RMA at its request."""
    frames = {name: getattr(shop, name) for name in shop.__dataclass_fields__}
    told = all_features(frames).filter(pl.col("stage") == Stage.REQUEST.value)
    return told.select("rma_id", *COMMON)


def in_order(found: pl.DataFrame) -> pl.DataFrame:
    return found.select("rma_id", *(pl.col(name).cast(pl.Float64) for name in COMMON)).sort("rma_id")


@pytest.mark.parametrize("seed", SEEDS)
def test_our_own_part_is_what_a_run_computes(seed: int) -> None:
    shop = random_shop(seed)
    lines, rmas = shop.order_lines.select(ORDER_LINES), shop.rma_lines.select(RMA_LINES)
    found = common_features(as_core("order_lines", lines), as_core("rma_lines", rmas))
    assert_frame_equal(in_order(found), by_product(shop), rel_tol=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_sql_computes_the_same(seed: int) -> None:
    shop = random_shop(seed)
    connection = duckdb.connect()
    connection.register("order_lines", shop.order_lines.select(ORDER_LINES))
    connection.register("rma_lines", shop.rma_lines.select(RMA_LINES))
    assert_frame_equal(in_order(sql_peer.features(connection)), by_product(shop), rel_tol=1e-9)
    connection.close()


@pytest.mark.parametrize("seed", SEEDS)
def test_pandas_computes_the_same(tmp_path: Path, seed: int) -> None:
    shop = random_shop(seed)
    shop.order_lines.select(ORDER_LINES).write_parquet(tmp_path / "order_lines.parquet")
    shop.rma_lines.select(RMA_LINES).write_parquet(tmp_path / "rma_lines.parquet")
    found = pl.DataFrame(pandas_peer.features(*pandas_peer.read_core(tmp_path)).to_dict("list"))
    # a float that is no number is how pandas says that nothing is known
    assert_frame_equal(in_order(found).with_columns(pl.col(COMMON).fill_nan(None)), by_product(shop), rel_tol=1e-9)

"""The rows that buckets of RMAs need: told from them, features are those of the whole shop."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from engines.parts import ShopWide, tell
from features.assemble import build_features, learn, prepare
from pipelines.parts import read_parts
from pipelines.warehouse import Warehouse
from tests.pipelines.test_increment import store_core
from tests.random_shop import SENSITIVE, RandomShop, random_shop, with_mixed_rmas

SHOPS = [(random_shop, 1), (random_shop, 2), (lambda seed: with_mixed_rmas(random_shop(seed)), 0)]


@pytest.mark.parametrize(("make", "seed"), SHOPS, ids=["one", "two", "mixed"])
def test_features_told_from_parts_are_those_of_the_whole_shop(make: object, seed: int, tmp_path: Path) -> None:
    shop: RandomShop = make(seed)  # type: ignore[operator]
    prepared = prepare(shop)
    known = ShopWide(learn(prepared, SENSITIVE), prepared.products, SENSITIVE)
    with Warehouse(tmp_path, "1GB") as warehouse:
        store_core(warehouse, shop)
        parts = list(warehouse.parts(10))
        assert len(parts) > 3
        told = pl.concat(tell(rows, known) for rows in parts).sort("rma_id", "stage")
        whole = build_features(shop, SENSITIVE)
        assert_frame_equal(told, whole, check_exact=True)

        asked = whole.select("rma_id").unique().sort("rma_id").head(5)
        some = pl.concat(tell(rows, known) for rows in warehouse.parts(3, asked)).sort("rma_id", "stage")
        assert_frame_equal(some, whole.join(asked, on="rma_id", how="semi"), check_exact=True)
        assert list(warehouse.parts(3, asked.clear())) == []


def test_what_places_rows_is_dropped_even_where_reading_ends_early(tmp_path: Path) -> None:
    with Warehouse(tmp_path, "1GB") as warehouse:
        store_core(warehouse, random_shop(1))
        before = _temporary(warehouse)
        parts = read_parts(warehouse.connection, 10, None)
        next(parts)
        assert _temporary(warehouse) > before
        parts.close()
        assert _temporary(warehouse) == before


def _temporary(warehouse: Warehouse) -> set[str]:
    """Return the names of all temporary tables and views."""
    kinds = ("select table_name from duckdb_tables()", "select view_name from duckdb_views()")
    names = " union ".join(f"{kind} where temporary" for kind in kinds)
    return {name for (name,) in warehouse.connection.execute(names).fetchall()}

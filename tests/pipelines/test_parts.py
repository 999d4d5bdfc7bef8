"""The parts of a stored shop: learned from them and told of them, features are those of the whole shop."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from engines.base import BY_BUCKET, IS_HOME
from engines.parted import PartedShop
from features.assemble import build_features, learn_on
from pipelines.scratch import SPILL
from pipelines.warehouse import Warehouse
from tests.pipelines.test_increment import store_core
from tests.random_shop import SENSITIVE, RandomShop, random_shop, with_mixed_rmas


def mixed_shop(seed: int) -> RandomShop:
    """Return a random shop with RMAs that name several shoppers."""
    return with_mixed_rmas(random_shop(seed))


SHOPS = [
    (random_shop, 1),
    (random_shop, 2),
    (mixed_shop, 0),
    *(pytest.param(mixed_shop, seed, marks=pytest.mark.slow) for seed in range(3, 9)),
]
HOME_KEYS = {
    "rma_lines": ["rma_id", "rma_line_id"], "orders": ["order_id"], "order_lines": ["order_id", "line_id"],
    "chargebacks": ["chargeback_id"], "customers": ["customer_id"], "support_contacts": ["contact_id"],
}  # fmt: skip


@pytest.mark.parametrize(("make", "seed"), SHOPS)
def test_features_learned_and_told_in_parts_are_those_of_the_whole_shop(
    make: Callable[[int], RandomShop], seed: int, tmp_path: Path
) -> None:
    shop = make(seed)
    with Warehouse(tmp_path, "1GB") as warehouse, ExitStack() as until_told:
        store_core(warehouse, shop)
        stored = PartedShop.open(warehouse, 10, until_told)
        assert stored.parts.n > 3
        learned = learn_on(stored, SENSITIVE)
        told = pl.concat(stored.tell(learned, SENSITIVE)).sort("rma_id", "stage")
        whole = build_features(shop, SENSITIVE)
        assert_frame_equal(told, whole, check_exact=True)

        asked = whole.select("rma_id").unique().sort("rma_id").head(5)
        some = pl.concat(stored.tell(learned, SENSITIVE, asked)).sort("rma_id", "stage")
        assert_frame_equal(some, whole.join(asked, on="rma_id", how="semi"), check_exact=True)
        assert any((tmp_path / SPILL).rglob("*.teller"))
    assert list((tmp_path / SPILL).rglob("*")) == []


@pytest.mark.parametrize("most", [3, 10])
def test_every_row_is_at_home_in_one_part(most: int, tmp_path: Path) -> None:
    shop = mixed_shop(3)
    with Warehouse(tmp_path, "1GB") as warehouse:
        store_core(warehouse, shop)
        with warehouse.parts(most) as parts:
            rows = [parts.rows(number) for number in range(parts.n)]
        for name, key in HOME_KEYS.items():
            at_home = pl.concat(part[name].filter(IS_HOME).select(key) for part in rows)
            stored: pl.DataFrame = getattr(shop, name)
            if name == "support_contacts":  # a contact that names no shopper is nobody's past
                stored = stored.drop_nulls("customer_id")
            assert_frame_equal(at_home.sort(key), stored.select(key).sort(key))


def test_a_shop_with_many_purchases_and_few_returns_is_parted_as_well(tmp_path: Path) -> None:
    shop = random_shop(3, n_orders=200, n_rmas=3)
    with Warehouse(tmp_path, "1GB") as warehouse:
        store_core(warehouse, shop)
        with warehouse.parts(3) as parts:
            assert parts.n == -(-shop.order_lines.height // 24)


def test_a_small_shop_is_one_part_and_writes_nothing(tmp_path: Path) -> None:
    shop = random_shop(1)
    with Warehouse(tmp_path, "1GB") as warehouse:
        store_core(warehouse, shop)
        with warehouse.parts(10_000) as parts:
            assert parts.n == 1
            assert {name: parts.rows(0)[name].height for name in BY_BUCKET} == {
                name: getattr(shop, name).height for name in BY_BUCKET
            }
            assert list((tmp_path / SPILL / "parts").iterdir()) == []


def test_what_places_rows_is_dropped_when_the_parts_are_written(tmp_path: Path) -> None:
    with Warehouse(tmp_path, "1GB") as warehouse:
        store_core(warehouse, random_shop(1))
        before = _temporary(warehouse)
        with warehouse.parts(10):
            assert list((tmp_path / SPILL / "parts").iterdir())
            assert _temporary(warehouse) == before
        assert not (tmp_path / SPILL / "parts").exists()


def _temporary(warehouse: Warehouse) -> set[str]:
    """Return the names of all temporary tables and views."""
    kinds = ("select table_name from duckdb_tables()", "select view_name from duckdb_views()")
    names = " union ".join(f"{kind} where temporary" for kind in kinds)
    return {name for (name,) in warehouse.connection.execute(names).fetchall()}

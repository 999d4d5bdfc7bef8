"""The tasks without Spark: whatever stands together in a bucket, the buckets' rows are those of the whole shop."""

from __future__ import annotations

from random import Random

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from engines.parts import ShopWide, part_of, tell
from engines.spark.tasks import ACCOUNT, LINK, merge, see
from features.assemble import build_features, learn, prepare
from features.contracts import feature_schema
from features.learning import Part
from features.rings import gather_links, learn_links, memberships
from features.shop import Shop
from features.sightings import sightings
from tests.factories import at
from tests.random_shop import SENSITIVE, random_shop

EVERY = ("rma_lines", "orders", "order_lines", "chargebacks", "customers", "support_contacts")


def whole(shop: Shop) -> dict[str, pl.DataFrame]:
    return {name: getattr(shop, name) for name in EVERY}


def known(shop: Shop) -> ShopWide:
    prepared = prepare(shop)
    return ShopWide(learn(prepared, SENSITIVE), prepared.products, SENSITIVE)


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))])
def test_a_bucket_tells_its_own_rmas_alone(seed: int) -> None:
    shop = random_shop(seed)
    is_home = pl.col("rma_id").hash(1) % 2 == 0
    rows = whole(shop) | {"rma_lines": shop.rma_lines.with_columns(is_home=is_home)}
    told = tell(part_of(rows, shop.products), known(shop))
    features = build_features(shop, SENSITIVE)
    assert 0 < told.height < features.height
    assert_frame_equal(told, features.filter(is_home), check_exact=True)


def test_a_bucket_without_rmas_tells_nothing() -> None:
    shop = random_shop(0)
    told = tell(part_of({"orders": shop.orders}, shop.products), known(shop))
    assert (told.height, dict(told.schema)) == (0, feature_schema())


@pytest.mark.parametrize("seed", range(3))
def test_accounts_seen_apart_are_as_seen_together(seed: int) -> None:
    shop = random_shop(seed)
    prepared = prepare(shop)
    links = learn_links(gather_links(Part.whole(prepared)))
    owners = prepared.rma_lines.select("rma_id", "rma_customer_id").unique()
    parts = []
    for half in (0, 1):
        mine = [pl.col(column).hash(2) % 2 == half for column in ("customer_id", "rma_customer_id")]
        own = {name: getattr(shop, name).filter(mine[0]) for name in ("customers", "orders", "order_lines")}
        lines = shop.rma_lines.join(owners.filter(mine[1]), on="rma_id", how="semi")
        parts.append(see({**own, "rma_lines": lines}))
    found = pl.concat(parts)
    is_account = pl.col("kind") == ACCOUNT
    order = ["customer_id", "kind", "value"]
    seen = sightings(prepared, links.starts)
    assert_frame_equal(found.filter(~is_account).sort(order), seen.select(found.columns).sort(order))
    starts = found.filter(is_account).select("customer_id", since="seen_at")
    assert_frame_equal(starts.sort("customer_id"), links.starts.sort("customer_id"))


@pytest.mark.parametrize("seed", range(3))
def test_rings_merged_a_component_at_a_time_are_those_of_the_shop(seed: int) -> None:
    draw = Random(seed)  # noqa: S311 - test data, not a secret
    pairs = {(f"c{min(pair)}", f"c{max(pair)}") for pair in (draw.sample(range(30), 2) for _ in range(40))}
    dated = [(at(draw.randrange(9)), *pair) for pair in pairs]
    links = pl.DataFrame(dated, schema=dict(LINK), orient="row").sort("since", "a", "b")
    twins = links.with_columns(pl.col("a", "b") + "'")
    apart = pl.concat([merge({"links": part.sample(fraction=1, shuffle=True, seed=1)}) for part in (links, twins)])
    together = memberships(pl.concat([links, twins]).sort("since", "a", "b"))
    columns = ["customer_id", "from_at", "name"]
    assert apart.height > 60
    assert_frame_equal(apart.select(columns).sort(columns), together.select(columns).sort(columns))
    assert apart["part"].n_unique() == 2

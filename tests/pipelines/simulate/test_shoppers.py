from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from pipelines.simulate.homes import SAME_HOUSEHOLD
from pipelines.simulate.params import SimulationParams
from pipelines.simulate.shoppers import Shoppers, customers_table, make_shoppers

PARAMS = SimulationParams(orders=8_100)


@pytest.fixture(scope="module")
def shoppers() -> Shoppers:
    return make_shoppers(np.random.default_rng(4), PARAMS)


def test_there_is_a_shopper_for_every_few_orders(shoppers: Shoppers) -> None:
    assert shoppers.n == 3_000
    assert len(shoppers.people) == 3_300


def test_the_smallest_shop_has_one_shopper() -> None:
    assert make_shoppers(np.random.default_rng(4), SimulationParams(orders=1)).n == 1


def test_shoppers_stand_in_the_order_of_registration(shoppers: Shoppers) -> None:
    assert (np.diff(shoppers.joined) >= 0).all()
    assert shoppers.joined.max() <= PARAMS.ends_at
    assert (shoppers.joined < PARAMS.starts_at).mean() == pytest.approx(0.85, abs=0.005)


def test_few_buy_very_much(shoppers: Shoppers) -> None:
    largest = np.sort(shoppers.appetite)[::-1]
    assert largest[: shoppers.n // 100].sum() / largest.sum() > 0.06
    assert np.median(shoppers.appetite) < shoppers.appetite.mean()
    assert shoppers.appetite.max() <= 30


def test_fussiness_is_relative_to_the_mean(shoppers: Shoppers) -> None:
    assert shoppers.fussiness.mean() == pytest.approx(1.0, abs=0.06)


def test_only_households_share_devices_and_payments(shoppers: Shoppers) -> None:
    assert len(np.unique(shoppers.number)) == shoppers.n
    for things in (shoppers.devices, shoppers.payments):
        assert 0.95 * things.size < len(np.unique(things)) < things.size
        alone = ~shoppers.homes.shares & (np.bincount(shoppers.homes.home)[: shoppers.n] <= 1)
        _, place, users = np.unique(things, return_inverse=True, return_counts=True)
        assert users[place.reshape(things.shape)][alone].max() == 1


def test_people_can_be_reached_nowhere(shoppers: Shoppers) -> None:
    assert (
        shoppers.people["email"]
        .str.contains(r"^[a-z]+\.[a-z]+\d{6}@(example\.(com|org|net)|(mail|post)\.example)$")
        .all()
    )
    assert shoppers.people["phone"].str.contains(r"^\+999\d{9}$").all()


def test_a_person_is_complete(shoppers: Shoppers) -> None:
    assert shoppers.people.null_count().row(0) == (0,) * shoppers.people.width


def test_some_households_have_several_people(shoppers: Shoppers) -> None:
    address = shoppers.people.select("address", "city", "postcode", "country")
    shared = address.is_duplicated().mean()
    assert isinstance(shared, float)
    assert SAME_HOUSEHOLD < shared < 3 * SAME_HOUSEHOLD


def test_the_postcode_tells_the_city(shoppers: Shoppers) -> None:
    cities = shoppers.people.group_by(pl.col("postcode").cast(pl.Int64) // 2_000).agg(pl.col("city").n_unique())
    assert cities["city"].max() == 1


def test_customers_are_the_shoppers_without_the_recipients(shoppers: Shoppers) -> None:
    table = customers_table(shoppers, PARAMS)
    assert table.height == shoppers.n
    assert table["customer_id"].to_list() == [f"C{number}" for number in shoppers.number.tolist()]
    assert table["created_at"].is_sorted()
    assert table.null_count().row(0) == (0,) * table.width


def test_segments_rank_by_appetite(shoppers: Shoppers) -> None:
    table = customers_table(shoppers, PARAMS).with_columns(appetite=pl.Series(shoppers.appetite))
    least = table.group_by("segment").agg(pl.col("appetite").min(), pl.len().alias("n")).sort("appetite")
    assert least["segment"].to_list() == ["occasional", "regular", "loyal", "vip"]
    assert (least["n"] / shoppers.n).to_list() == pytest.approx([0.5, 0.3, 0.16, 0.04], abs=0.01)


def test_a_later_start_moves_the_registrations() -> None:
    later = SimulationParams(orders=100, start=date(2030, 6, 1), months=2)
    shoppers = make_shoppers(np.random.default_rng(4), later)
    assert later.starts_at < shoppers.joined.max() <= later.ends_at

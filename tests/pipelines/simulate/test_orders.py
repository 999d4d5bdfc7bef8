from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from pipelines.simulate.draw import DAY, NEVER
from pipelines.simulate.orders import CANCELLED, LOST, orders_table
from pipelines.simulate.params import SimulationParams
from pipelines.simulate.season import in_discount_days, in_gift_weeks
from pipelines.simulate.shop import Shop


@pytest.fixture(scope="module")
def table(shop: Shop) -> pl.DataFrame:
    return orders_table(shop.orders, shop.shoppers, shop.params)


def test_there_are_as_many_orders_as_asked(shop: Shop, params: SimulationParams) -> None:
    assert len(shop.orders) == params.orders
    assert len(np.unique(shop.orders.number)) == params.orders


def test_nobody_orders_before_registering_but_for_the_first(shop: Shop) -> None:
    joined = shop.shoppers.joined[shop.orders.shopper]
    assert (joined <= shop.orders.ordered).all()


def test_many_order_once_and_few_very_often(shop: Shop) -> None:
    counts = np.bincount(shop.orders.shopper)
    counts = counts[counts > 0]
    assert (counts == 1).mean() > 0.2
    assert counts.max() > 8 * counts.mean()


def test_parcels_go_forward_in_time(shop: Shop) -> None:
    orders = shop.orders
    sent, arrived = orders.shipped < NEVER, orders.delivered < NEVER
    assert (orders.shipped[sent] > orders.ordered[sent]).all()
    assert (orders.delivered[arrived] > orders.shipped[arrived]).all()
    assert not (arrived & ~sent).any()
    assert np.median((orders.delivered - orders.shipped)[arrived]) < 5 * DAY


def test_parcels_arrive_by_day(shop: Shop) -> None:
    arrived = shop.orders.delivered[shop.orders.delivered < NEVER]
    hour = arrived % DAY // 3_600
    assert hour.min() >= 8
    assert hour.max() < 20


def test_a_cancelled_order_is_never_sent(shop: Shop) -> None:
    assert (shop.orders.shipped[shop.orders.is_cancelled] == NEVER).all()
    assert shop.orders.is_cancelled.mean() == pytest.approx(CANCELLED, abs=0.006)


def test_few_parcels_are_lost(shop: Shop) -> None:
    sent = shop.orders.shipped < NEVER
    lost = (shop.orders.delivered == NEVER)[sent].mean()
    assert lost == pytest.approx(LOST, abs=0.003)


def test_presents_are_for_the_weeks_before_christmas(shop: Shop) -> None:
    season = in_gift_weeks(shop.orders.ordered)
    assert shop.orders.is_gift[season].mean() > 3 * shop.orders.is_gift[~season].mean()


def test_only_presents_go_to_somebody_else_who_is_no_shopper(shop: Shop) -> None:
    elsewhere = shop.orders.recipient != shop.orders.shopper
    assert shop.orders.is_gift[elsewhere].all()
    assert (shop.orders.recipient[elsewhere] >= shop.shoppers.n).all()
    assert elsewhere.any()


def test_the_late_november_sale_is_deeper(shop: Shop) -> None:
    sale = in_discount_days(shop.orders.ordered)
    assert (shop.orders.discount[sale] > 0).mean() > 0.6
    assert (shop.orders.discount[~sale] > 0).mean() < 0.3


def test_status_says_how_far_the_order_is(table: pl.DataFrame) -> None:
    rows = table.group_by("status").agg(
        pl.col("shipped_at").is_not_null().mean().alias("sent"),
        pl.col("delivered_at").is_not_null().mean().alias("arrived"),
        pl.col("delivery_proof").is_not_null().mean().alias("proof"),
    )
    found = {status: tuple(rest) for status, *rest in rows.iter_rows()}
    assert found["delivered"] == (1.0, 1.0, 1.0)
    assert found["shipped"] == (1.0, 0.0, 0.0)
    assert found["cancelled"] == (0.0, 0.0, 0.0)
    assert found["processing"] == (0.0, 0.0, 0.0)


def test_nothing_is_known_of_the_time_after_the_end(table: pl.DataFrame, params: SimulationParams) -> None:
    latest = table.select(pl.max_horizontal(pl.col("ordered_at", "shipped_at", "delivered_at").max())).item()
    assert latest.date() < params.end
    undelivered = table.filter(pl.col("status").is_in(["shipped", "processing"]))
    assert undelivered["ordered_at"].dt.date().is_in([params.end]).sum() == 0
    assert undelivered.height > 0


def test_the_bill_goes_to_the_shopper(table: pl.DataFrame, shop: Shop) -> None:
    buyer = shop.shoppers.people[shop.orders.shopper]
    moved = shop.shoppers.homes.moved[shop.orders.shopper] < NEVER
    same = (table["bill_postcode"] == buyer["postcode"]).to_numpy()
    assert same[~moved].all()
    assert not same[moved].all()
    assert table["email"].equals(buyer["email"], check_names=False)
    apart = table.filter((pl.col("ship_postcode") != pl.col("bill_postcode")) & ~pl.Series(moved))
    assert apart["is_gift"].all()


def test_cards_and_wallets_leave_a_fingerprint(table: pl.DataFrame) -> None:
    known = table.group_by("payment_method").agg(pl.col("payment_fingerprint").is_not_null().mean().alias("known"))
    assert dict(known.iter_rows()) == {
        "card": 1.0,
        "wallet": 1.0,
        "invoice": 0.0,
        "bank_transfer": 0.0,
        "gift_card": 0.0,
    }


def test_few_payments_and_devices_have_several_shoppers(table: pl.DataFrame) -> None:
    for column in ("payment_fingerprint", "device_id"):
        owners = table.drop_nulls(column).group_by(column).agg(pl.col("customer_id").n_unique())
        assert 0 < (owners["customer_id"] > 1).mean() < 0.05  # type: ignore[operator]


def test_addresses_of_networks_are_those_of_documentation(table: pl.DataFrame) -> None:
    home = table["ip_address"].str.starts_with("2001:db8:")
    shared = table["ip_address"].str.contains(r"^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}$")
    assert (home ^ shared).all()
    share = home.mean()
    assert share == pytest.approx(0.75, abs=0.02)


def test_a_home_network_is_one_household_and_a_shared_one_many(table: pl.DataFrame) -> None:
    users = table.group_by("ip_address").agg(pl.col("customer_id").n_unique().alias("users"))
    home = pl.col("ip_address").str.starts_with("2001:db8:")
    assert 0.9 < (users.filter(home)["users"] == 1).mean() < 1  # type: ignore[operator]
    assert users.filter(~home)["users"].median() > 1  # type: ignore[operator]


def test_currency_and_discounts_are_written_as_words(table: pl.DataFrame) -> None:
    assert table["currency"].unique().to_list() == ["EUR"]
    assert set(table["discount_code"].drop_nulls()) == {"SAVE10", "SAVE15", "SAVE20", "SAVE30"}

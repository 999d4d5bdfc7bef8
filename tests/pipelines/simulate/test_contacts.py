from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from pipelines.simulate.contacts import chargebacks_table, contacts_table
from pipelines.simulate.parcels import Parcels
from pipelines.simulate.plan import BAD_LOT, NOT_RECEIVED, RETURN
from pipelines.simulate.requests import Requests
from pipelines.simulate.shop import Shop
from pipelines.simulate.signs import Sign
from pipelines.simulate.vocabulary import TOPICS


@pytest.fixture(scope="module")
def contacts(shop: Shop, rmas: Requests) -> pl.DataFrame:
    return contacts_table(np.random.default_rng(0), shop, rmas)


@pytest.fixture(scope="module")
def chargebacks(shop: Shop, rmas: Requests, parcels: Parcels) -> pl.DataFrame:
    return chargebacks_table(np.random.default_rng(0), shop, rmas, parcels)


def order_ids(shop: Shop, positions: np.ndarray[tuple[int], np.dtype[np.int64]]) -> set[str]:
    """Return the identifiers of orders."""
    return {f"O{number}" for number in shop.orders.number[positions].tolist()}


def test_contacts_stand_in_the_order_of_time(contacts: pl.DataFrame, shop: Shop) -> None:
    assert contacts["contacted_at"].is_sorted()
    assert contacts["contacted_at"].null_count() == 0
    assert contacts["contact_id"].is_unique().all()
    assert contacts["contacted_at"].dt.date().max() < shop.params.end  # type: ignore[operator]


def test_contacts_are_about_known_orders_of_the_shopper(
    contacts: pl.DataFrame, tables: dict[str, pl.DataFrame]
) -> None:
    known = contacts.drop_nulls("order_id")
    joined = known.join(tables["orders"].select("order_id", owner="customer_id"), on="order_id", how="left")
    assert (joined["owner"] == joined["customer_id"]).all()
    assert 0.02 < contacts["order_id"].null_count() / contacts.height < 0.12


def test_every_topic_is_raised(contacts: pl.DataFrame) -> None:
    assert set(contacts["topic"]) == set(TOPICS)
    assert 0.1 < contacts["resolution"].null_count() / contacts.height < 0.3


def test_claims_and_bad_lots_are_asked_about_more(contacts: pl.DataFrame, shop: Shop, rmas: Requests) -> None:
    asked = set(contacts["order_id"].drop_nulls())

    def share(of: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float:
        orders = order_ids(shop, rmas.order[of])
        return len(orders & asked) / len(orders)

    ordinary = share((rmas.kind == RETURN) & (rmas.lookalike != BAD_LOT))
    assert share(rmas.kind == NOT_RECEIVED) > 2 * ordinary
    assert share(rmas.lookalike == BAD_LOT) > 2 * ordinary


def test_chargebacks_are_rare(chargebacks: pl.DataFrame, shop: Shop) -> None:
    assert 0.0005 < chargebacks.height / len(shop.orders) < 0.006
    assert chargebacks["order_id"].is_unique().all()
    assert chargebacks["chargeback_id"].is_unique().all()
    assert chargebacks["opened_at"].is_sorted()


def test_a_chargeback_is_of_a_delivered_order_and_not_above_its_goods(
    chargebacks: pl.DataFrame, tables: dict[str, pl.DataFrame]
) -> None:
    goods = tables["order_lines"].group_by("order_id").agg((pl.col("quantity") * pl.col("unit_price")).sum())
    joined = chargebacks.join(goods, on="order_id").join(tables["orders"], on="order_id")
    assert joined.height == chargebacks.height
    assert (joined["amount"].cast(pl.Float64) <= joined["quantity"] + 0.005).all()
    assert (joined["opened_at"] > joined["delivered_at"]).all()
    assert set(joined["payment_method"]) <= {"card", "wallet"}


def test_a_recent_chargeback_is_undecided(chargebacks: pl.DataFrame, shop: Shop) -> None:
    days_left = (pl.lit(shop.params.end) - pl.col("opened_at").dt.date()).dt.total_days()
    recent, old = chargebacks.filter(days_left < 45), chargebacks.filter(days_left > 46)
    assert recent["outcome"].null_count() == recent.height
    assert old["outcome"].null_count() == 0
    assert old.height > 0


def test_denials_and_disputes_lead_to_chargebacks_more_often(shop: Shop, rmas: Requests, parcels: Parcels) -> None:
    denied = order_ids(shop, rmas.order[parcels.is_denied])
    disputing = order_ids(shop, rmas.order[rmas.shows(Sign.DISPUTED)])
    found: list[str] = []
    for seed in range(8):
        found += chargebacks_table(np.random.default_rng(seed), shop, rmas, parcels)["order_id"].to_list()
    for orders, factor in ((denied, 3), (disputing, 100)):
        assert sum(order in orders for order in found) / len(found) > factor * len(orders) / len(shop.orders)


def test_a_shop_without_rmas_has_contacts_all_the_same(shop: Shop, rmas: Requests) -> None:
    none = np.zeros(0, dtype=np.int64)
    flags = np.zeros(0, dtype=bool)
    signs = np.zeros((0, len(Sign)), dtype=bool)
    empty = Requests(none, none, none, none, none, none, none, flags, signs, none, none, none, none, none, none)
    contacts = contacts_table(np.random.default_rng(0), shop, empty)
    with_rmas = contacts_table(np.random.default_rng(0), shop, rmas)
    assert 0 < contacts.height < with_rmas.height

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from features.matching import match_rma_lines
from tests.factories import Row, at, order_lines, rma_lines
from tests.random_shop import RandomShop, random_shop

Match = tuple[str, str, str, int, str]


def matched(bought: pl.DataFrame, *asked: Row) -> list[Match]:
    """Return (rma_id, order_id, line_id, quantity, method) of each allocation."""
    found = match_rma_lines(rma_lines(*asked), bought)
    assert found.columns == ["rma_id", "rma_line_id", "order_id", "line_id", "quantity", "match_method"]
    return found.drop("rma_line_id").rows()


def test_keys_find_their_line_whatever_its_sku_and_never_more_than_was_bought() -> None:
    bought = order_lines({"order_id": "o", "line_id": "7", "sku": "B", "quantity": 2, "customer_id": "c9"})

    assert matched(bought, {"order_id": "o", "line_id": "7", "quantity": 3}) == [("r0", "o", "7", 2, "keys")]


def test_keys_stand_even_where_the_units_were_returned_before() -> None:
    bought = order_lines({"order_id": "o", "line_id": "1"})
    again = {"order_id": "o", "line_id": "1"}

    assert matched(bought, again, again) == [("r0", "o", "1", 1, "keys"), ("r1", "o", "1", 1, "keys")]


def test_an_order_without_that_line_is_searched_by_sku() -> None:
    bought = order_lines(
        {"order_id": "o", "line_id": "1", "quantity": 1},
        {"order_id": "o", "line_id": "2", "sku": "B"},
        {"order_id": "o", "line_id": "3", "quantity": 5},
    )

    assert matched(bought, {"order_id": "o", "line_id": "99", "quantity": 3}) == [
        ("r0", "o", "1", 1, "order_sku"),
        ("r0", "o", "3", 2, "order_sku"),
    ]


def test_an_orders_units_are_given_once() -> None:
    bought = order_lines({"order_id": "o", "quantity": 2})
    asked: Row = {"order_id": "o", "quantity": 2}

    assert matched(bought, {"order_id": "o", "line_id": "1"}, asked, asked) == [
        ("r0", "o", "1", 1, "keys"),
        ("r1", "o", "1", 1, "order_sku"),
    ]


def test_a_known_order_without_the_sku_is_not_guessed_elsewhere() -> None:
    bought = order_lines({"order_id": "o", "sku": "B"}, {"order_id": "p", "sku": "A"})

    assert matched(bought, {"order_id": "o"}) == []


def test_a_return_that_names_an_unknown_order_is_priced_from_no_other() -> None:
    bought = order_lines({"order_id": "p"})

    assert matched(bought, {"order_id": "lost", "line_id": "1"}) == []
    assert matched(bought, {"order_id": "lost", "customer_id": None}) == []
    assert matched(bought, {"line_id": "1"}) == [("r0", "p", "1", 1, "shopper_sku")]


def test_the_latest_purchase_first_and_as_many_as_are_needed() -> None:
    bought = order_lines(
        {"order_id": "old", "ordered_at": at(0), "quantity": 9},
        {"order_id": "mid", "ordered_at": at(1), "quantity": 2},
        {"order_id": "new", "ordered_at": at(10), "quantity": 1},
        {"order_id": "late", "ordered_at": at(11), "quantity": 9},
        {"order_id": "his", "ordered_at": at(9), "quantity": 9, "customer_id": "c2"},
        {"order_id": "other", "ordered_at": at(9), "quantity": 9, "sku": "B"},
    )

    assert matched(bought, {"quantity": 4}) == [
        ("r0", "mid", "1", 2, "shopper_sku"),
        ("r0", "new", "1", 1, "shopper_sku"),
        ("r0", "old", "1", 1, "shopper_sku"),
    ]


def test_purchases_of_the_same_moment_are_taken_in_order_of_their_keys() -> None:
    bought = order_lines({"order_id": "b"}, {"order_id": "a", "line_id": "2"}, {"order_id": "a", "line_id": "1"})

    assert matched(bought, {}, {}, {}) == [
        ("r0", "a", "1", 1, "shopper_sku"),
        ("r1", "a", "2", 1, "shopper_sku"),
        ("r2", "b", "1", 1, "shopper_sku"),
    ]


def test_what_an_earlier_request_took_is_gone_whichever_way_it_took_it() -> None:
    bought = order_lines({"order_id": "o", "quantity": 3}, {"order_id": "p", "ordered_at": at(-5)})
    asked: tuple[Row, ...] = (
        {"rma_id": "z", "requested_at": at(1), "order_id": "o", "line_id": "1"},
        {"rma_id": "y", "requested_at": at(2), "order_id": "o"},
        {"rma_id": "x", "requested_at": at(3), "quantity": 3},
        {"rma_id": "w", "requested_at": at(4)},
    )

    assert matched(bought, *asked) == [
        ("x", "o", "1", 1, "shopper_sku"),
        ("x", "p", "1", 1, "shopper_sku"),
        ("y", "o", "1", 1, "order_sku"),
        ("z", "o", "1", 1, "keys"),
    ]


def test_requests_of_the_same_moment_are_served_in_order_of_their_ids() -> None:
    assert matched(order_lines({}), {"rma_id": "b"}, {"rma_id": "a"}) == [("a", "o0", "1", 1, "shopper_sku")]


def test_a_purchase_after_the_request_does_not_exist_yet() -> None:
    bought = order_lines({"order_id": "o", "ordered_at": at(11)}, {"order_id": "p", "ordered_at": at(1)})

    assert matched(bought, {}) == [("r0", "p", "1", 1, "shopper_sku")]


def test_a_return_dated_before_the_order_that_it_names_is_priced_from_no_other() -> None:
    bought = order_lines({"order_id": "o", "ordered_at": at(11)}, {"order_id": "p", "ordered_at": at(1)})

    assert matched(bought, {"order_id": "o", "line_id": "1"}, {"order_id": "o"}) == []


def test_nothing_bought_or_nothing_returned() -> None:
    assert matched(order_lines(), {"order_id": "o", "line_id": "1"}, {}) == []
    assert match_rma_lines(rma_lines(), order_lines({})).height == 0
    assert match_rma_lines(rma_lines(), order_lines()).schema["quantity"] == pl.Int64


def test_many_returns_of_one_thing_by_one_shopper_are_served_in_good_time() -> None:
    # Half of them find nothing left: walking over all the emptied purchases each time would take minutes.
    bought = order_lines({}).select(pl.all().repeat_by(20_000).explode()).with_columns(order_id=_numbers(20_000))
    asked = rma_lines({}).select(pl.all().repeat_by(40_000).explode()).with_columns(rma_id=_numbers(40_000))

    assert match_rma_lines(asked, bought)["order_id"].n_unique() == 20_000


def _numbers(count: int) -> pl.Expr:
    return pl.int_range(count).cast(pl.String)


def _units(shop: RandomShop) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return all allocations, and those that were searched for rather than named by the export's keys."""
    found = match_rma_lines(shop.rma_lines, shop.order_lines)
    return found, found.filter(pl.col("match_method") != "keys")


@given(st.integers(0, 100_000))
@settings(max_examples=60, deadline=None)
def test_never_more_units_than_asked_for_or_than_bought(seed: int) -> None:
    shop = random_shop(seed, n_orders=15, n_rmas=40)
    found, searched = _units(shop)

    by_ask = found.group_by("rma_id", "rma_line_id").agg(pl.col("quantity").sum().alias("given"))
    asked = shop.rma_lines.join(by_ask, on=["rma_id", "rma_line_id"])
    assert asked.filter(pl.col("given") > pl.col("quantity")).height == 0
    by_line = searched.group_by("order_id", "line_id").agg(pl.col("quantity").sum().alias("given"))
    bought = shop.order_lines.join(by_line, on=["order_id", "line_id"])
    assert bought.filter(pl.col("given") > pl.col("quantity")).height == 0
    assert found.filter(pl.col("quantity") <= 0).height == 0


@given(st.integers(0, 100_000))
@settings(max_examples=60, deadline=None)
def test_allocations_are_those_of_the_plain_rule(seed: int) -> None:
    shop = random_shop(seed, n_orders=15, n_rmas=40)

    assert match_rma_lines(shop.rma_lines, shop.order_lines).rows() == _plainly(shop)


def _plainly(shop: RandomShop) -> list[tuple[object, ...]]:
    """Match one request after the other by looking at every order line: the rules, without any of the speed."""
    lines = sorted(shop.order_lines.to_dicts(), key=lambda line: (line["order_id"], line["line_id"]))
    left = [line["quantity"] for line in lines]
    rows: list[tuple[object, ...]] = []
    for ask in sorted(
        shop.rma_lines.to_dicts(), key=lambda ask: (ask["requested_at"], ask["rma_id"], ask["rma_line_id"])
    ):
        there = [n for n, line in enumerate(lines) if line["ordered_at"] <= ask["requested_at"]]
        of_order = [n for n in there if lines[n]["order_id"] == ask["order_id"]]
        keyed = [n for n in of_order if lines[n]["line_id"] == ask["line_id"]]
        if keyed:
            units = min(ask["quantity"], lines[keyed[0]]["quantity"])
            left[keyed[0]] = max(0, left[keyed[0]] - units)
            rows.append((ask["rma_id"], ask["rma_line_id"], *_key(lines[keyed[0]]), units, "keys"))
            continue
        mine = [n for n in there if ask["customer_id"] is not None and lines[n]["customer_id"] == ask["customer_id"]]
        method, pool = ("shopper_sku", mine) if ask["order_id"] is None else ("order_sku", of_order)
        wanted = ask["quantity"]
        for n in sorted(pool, key=lambda n: lines[n]["ordered_at"], reverse=True):
            units = min(wanted, left[n]) if lines[n]["sku"] == ask["sku"] else 0
            if units:
                left[n], wanted = left[n] - units, wanted - units
                rows.append((ask["rma_id"], ask["rma_line_id"], *_key(lines[n]), units, method))
    return sorted(rows)


def _key(line: dict[str, object]) -> tuple[object, object]:
    return line["order_id"], line["line_id"]

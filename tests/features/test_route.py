from __future__ import annotations

from collections.abc import Sequence

import pytest

from features.contracts import Stage
from tests.factories import Row, at, frame
from tests.stage_facts import DONE, MATCHED, shop_of, told

LOST: Row = {"claim_type": "item_not_received", "requested_at": at(5), "line_id": "1", "ordered_at": at(0)}


def orders(n: int, area: str, prefix: str) -> list[Row]:
    return [
        {
            "order_id": f"{prefix}{k}",
            "customer_id": f"{prefix}{k}",
            "ordered_at": at(0),
            "ship_postcode": f"{area}{k:03}",
        }
        for k in range(n)
    ]


def lost(*names: str) -> list[dict[str, object]]:
    return [dict(LOST) | {"rma_id": f"lost{n}", "customer_id": n, "order_id": n} for n in names]


def trouble(rmas: Sequence[Row], *placed: Row, stage: Stage = Stage.REQUEST) -> float | None:
    mine: Row = {"order_id": "o0", "customer_id": "c1", "ordered_at": at(0), "ship_postcode": "10 999"}
    now = {"rma_id": "now"} | dict(DONE) | dict(MATCHED)
    shop = shop_of([*rmas, now], orders=frame("orders", mine, *placed))
    value: float | None = told(shop, "now", stage)["route_trouble"]
    return value


def test_claims_of_neighbours_explain_and_those_of_other_areas_do_not() -> None:
    here, there = orders(20, "10", "h"), orders(180, "99", "t")

    # 5 claims of 201 orders; on the route 5 of 20, leaning on the shop's rate by 2 claims.
    usual = 5 / 201
    explained = 1 - usual / ((5 + 2) / (20 + 2 / usual))
    assert trouble(lost("h0", "h1", "h2", "h3", "h4"), *here, *there) == pytest.approx(explained)
    assert trouble(lost("t0", "t1", "t2", "t3", "t4"), *here, *there) == 0


def test_who_claims_again_explains_nobody() -> None:
    here = orders(20, "10", "h")
    again = [row | {"rma_id": f"again{k}"} for k, row in enumerate(lost("h0", "h0", "h0", "h0"))]
    own = [row | {"customer_id": "c1", "order_id": "o0"} for row in lost("x")]

    assert trouble(again, *here) == trouble(lost("h0"), *here)
    assert trouble(own, *here, *orders(50, "99", "t")) == 0


def test_a_carrier_that_loses_parcels_explains_a_missing_receipt() -> None:
    done = dict(DONE) | {"requested_at": at(1), "shipped_at": at(2), "received_at": at(4), "dock_received": True}
    good = [done | {"rma_id": f"g{k}", "customer_id": f"g{k}", "carrier": "north"} for k in range(50)]
    bad = [
        done | {"rma_id": f"b{k}", "customer_id": f"b{k}", "carrier": "swift", "dock_received": k > 4} for k in range(9)
    ]
    now = {"rma_id": "now", "dock_received": False} | dict(DONE)

    def of(carrier: str) -> float | None:
        value: float | None = told(shop_of([*good, *bad, now | {"carrier": carrier}]), "now", Stage.RECEIVED)[
            "route_trouble"
        ]
        return value

    usual = 5 / 59
    assert of("swift") == pytest.approx(1 - usual / ((5 + 2) / (9 + 2 / usual)))
    assert of("north") == 0
    assert of("other") == 0


def test_nothing_known_is_no_trouble_known() -> None:
    assert trouble([]) is None


def test_who_asked_support_before_is_half_explained() -> None:
    contact: dict[str, object] = {"contact_id": "k", "customer_id": "c1", "order_id": "o0", "topic": "where is it"}
    now = {"rma_id": "now"} | dict(DONE) | dict(MATCHED)

    def explained(day: float) -> list[float | None]:
        contacts = frame("support_contacts", contact | {"contacted_at": at(day)})
        found = told(shop_of([now], support_contacts=contacts), "now", Stage.REQUEST)
        return [found["contacted_before"], found["delivery_trouble"]]

    assert explained(9) == [1, 0.5]
    assert explained(10) == [0, 0]


@pytest.mark.parametrize(
    ("first", "second", "share"),
    [
        (("1", "1"), ("1", "2"), 0.5),
        (("1", "1"), ("1", "1"), 0),
        (("1", "1"), ("3", "2"), 0),
        (("1", "2"), ("1", "2"), 0),
        (("1", "1"), ("1", None), 0),
    ],
    ids=["moved", "home", "gift", "never home", "unknown"],
)
def test_a_parcel_to_where_the_shopper_was_billed_before_went_to_an_old_address(
    first: tuple[str, str], second: tuple[str, str | None], share: float
) -> None:
    placed = [
        {"order_id": name, "customer_id": "c1", "ordered_at": at(day), "ship_postcode": to, "bill_postcode": bill}
        for name, day, (to, bill) in (("o9", -90, first), ("o0", 0, second))
    ]
    now = {"rma_id": "now"} | dict(DONE) | dict(MATCHED)

    assert told(shop_of([now], orders=frame("orders", *placed)), "now", Stage.REQUEST)["delivery_trouble"] == share


def test_an_order_of_somebody_elses_tells_of_no_move() -> None:
    placed = [
        {"order_id": name, "customer_id": "c2", "ordered_at": at(day), "ship_postcode": "1", "bill_postcode": bill}
        for name, day, bill in (("o9", -90, "1"), ("o0", 0, "2"))
    ]
    now = {"rma_id": "now"} | dict(DONE) | dict(MATCHED)

    assert told(shop_of([now], orders=frame("orders", *placed)), "now", Stage.REQUEST)["delivery_trouble"] == 0

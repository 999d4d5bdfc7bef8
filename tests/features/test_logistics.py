from __future__ import annotations

from math import log, log10, sqrt

import pytest

from features.contracts import Stage
from features.params import FeatureParams
from tests.factories import at, products
from tests.stage_facts import DONE, peers, shop_of, told

GOODS = products({"sku": "A", "weight_g": 1000}, {"sku": "B", "weight_g": 1000}, {"sku": "?"})


def now(**facts: object) -> dict[str, object]:
    return {"rma_id": "now"} | dict(DONE) | facts


def weighed(*grams: int) -> list[dict[str, object]]:
    """Return parcels of other shoppers with one unit of A each."""
    return [row | {"scan_weight_g": g} for row, g in zip(peers(len(grams)), grams, strict=True)]


def standing(grams: int, usual: list[int]) -> float:
    """Return how far a parcel of 1,000 g of goods stands off those weighed before, by hand."""
    logs = [log(g / 1000) for g in usual]
    mean = sum(logs) / len(logs)
    square = sum(x * x for x in logs) / len(logs)
    return (log(grams / 1000) - mean) / max(sqrt(square - mean * mean), 0.02)


def test_a_parcel_against_what_parcels_of_such_goods_weigh() -> None:
    usual = [1050, 1100, 1150, 1200] * 10
    shop = shop_of([*weighed(*usual), now(scan_weight_g=700)], products=GOODS)

    found = told(shop, "now", Stage.RECEIVED, FeatureParams())

    assert found["parcel_weight_deficit"] == pytest.approx(-standing(700, usual), rel=1e-3)
    assert found["parcel_weight_surplus"] == 0


def test_the_parcel_is_weighed_once_and_parcels_are_added() -> None:
    usual = [1050, 1150] * 20
    lines = [
        now(rma_line_id="1", sku="A", scan_weight_g=2200, tracking_number="t1"),
        now(rma_line_id="2", sku="B", scan_weight_g=2200, tracking_number="t1"),
    ]
    apart = [
        now(rma_id="two", rma_line_id=str(n), sku="A", scan_weight_g=1100, tracking_number=f"u{n}") for n in range(2)
    ]
    shop = shop_of([*weighed(*usual), *lines, *apart], products=GOODS)

    for rma in ("now", "two"):
        assert told(shop, rma, Stage.RECEIVED, FeatureParams())["parcel_weight_deficit"] == 0
        assert told(shop, rma, Stage.RECEIVED, FeatureParams())["parcel_weight_surplus"] == 0


@pytest.mark.parametrize("facts", [{"sku": "?"}, {"scan_weight_g": None}, {"claim_type": "item_not_received"}])
def test_without_weights_nothing_is_light(facts: dict[str, object]) -> None:
    shop = shop_of([*weighed(*[1100] * 40), now(**{"scan_weight_g": 100, **facts})], products=GOODS)

    assert told(shop, "now", Stage.RECEIVED)["parcel_weight_deficit"] is None


def test_before_thirty_parcels_nothing_is_usual() -> None:
    shop = shop_of([*weighed(*[1100] * 29), now(scan_weight_g=100)], products=GOODS)

    assert told(shop, "now", Stage.RECEIVED, FeatureParams())["parcel_weight_deficit"] is None


def test_light_parcels_repeat() -> None:
    light = [now(rma_id=f"l{k}", received_at=at(13 + k), scan_weight_g=300) for k in range(3)]
    shop = shop_of([*weighed(*[1050, 1150] * 20), *light], products=GOODS)

    first, second, third = (told(shop, f"l{k}", Stage.RECEIVED)["light_parcel_ledger"] for k in range(3))
    # Nobody's parcel could be called light before the first of them.
    assert first is None
    assert 1.5 < second < third


def test_a_destination_is_rare_by_its_share_of_the_last_90_days() -> None:
    there = peers(59, tracking_destination_postcode="1000")
    once: dict[str, object] = {"tracking_destination_postcode": "1001"}
    elsewhere = peers(1, **once)[0] | {"rma_id": "once"}
    shop = shop_of([*there, elsewhere, now(**once)])
    odd = told(shop, "now", Stage.RECEIVED, FeatureParams())["destination_surprise"]

    assert odd == pytest.approx(-log10(1.5 / 61), rel=1e-6)
    usual = shop_of([*there, now(tracking_destination_postcode="1000")])
    assert told(usual, "now", Stage.RECEIVED, FeatureParams())["destination_surprise"] == 0
    late = shop_of([*there, now(tracking_destination_postcode="1001", received_at=at(100))])
    assert told(late, "now", Stage.RECEIVED, FeatureParams())["destination_surprise"] is None


@pytest.mark.parametrize(
    ("shopper", "asked", "received", "reused"),
    [
        ("c2", 10, 12, 1),
        ("c1", 10, 12, 0),
        ("c1", 5, 12, 1),
        # Booked apart, asked together: one parcel.
        ("c1", 9, 9.5, 0),
        ("c2", 10, 13, 0),
        ("c2", 10, 14, 0),
        ("c1", 5, 14, 0),
    ],
)
def test_a_tracking_number_on_an_earlier_parcel(shopper: str, asked: float, received: float, reused: int) -> None:
    other = now(
        rma_id="other", customer_id=shopper, requested_at=at(asked), received_at=at(received), tracking_number="t1"
    )
    shop = shop_of([other, now(tracking_number="t1", requested_at=at(10), received_at=at(13))])

    assert told(shop, "now", Stage.RECEIVED)["tracking_reused"] == reused


def test_a_number_on_everything_is_a_placeholder() -> None:
    many = [row | {"tracking_number": "none"} for row in peers(51)]

    assert told(shop_of([*many, now(tracking_number="none")]), "now", Stage.RECEIVED)["tracking_reused"] == 0
    assert told(shop_of([*many[:50], now(tracking_number="none")]), "now", Stage.RECEIVED)["tracking_reused"] == 1


def test_units_that_did_not_come() -> None:
    lines = [
        now(rma_line_id="1", quantity=3, received_quantity=1),
        now(rma_line_id="2", quantity=1, received_quantity=4),
        now(rma_line_id="3", quantity=9),
    ]

    assert told(shop_of(lines), "now", Stage.RECEIVED)["missing_unit_share"] == pytest.approx(0.5)
    assert told(shop_of([now()]), "now", Stage.RECEIVED)["missing_unit_share"] is None


@pytest.mark.parametrize(("came", "share"), [(19, 0), (18, 0.1)])
def test_of_many_units_some_are_miscounted(came: int, share: float) -> None:
    found = told(shop_of([now(quantity=20, received_quantity=came)]), "now", Stage.RECEIVED)

    assert found["missing_unit_share"] == pytest.approx(share)


def test_a_long_way_for_the_carrier() -> None:
    quick = [
        row | {"carrier": "north", "shipped_at": at(3), "received_at": at(4 + k % 2)} for k, row in enumerate(peers(40))
    ]
    slow = now(carrier="north", shipped_at=at(10), received_at=at(19), refunded_at=at(20), inspected_at=at(20))
    logs = [log(1.25), log(2.25)]
    mean, spread = sum(logs) / 2, (logs[1] - logs[0]) / 2

    found = told(shop_of([*quick, slow]), "now", Stage.RECEIVED, FeatureParams())["transit_excess"]

    assert found == pytest.approx((log(9.25) - mean) / spread, rel=1e-3)

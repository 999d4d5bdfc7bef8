from __future__ import annotations

import pytest

from features.contracts import Stage
from tests.factories import Row, at, frame
from tests.stage_facts import DONE, MATCHED, shop_of, told

NOW: Row = {"rma_id": "now"} | dict(DONE) | dict(MATCHED)
ORDERS = frame("orders", {"order_id": "o0", "customer_id": "c1", "ordered_at": at(0)})


def other(**facts: object) -> Row:
    """Return an earlier RMA of another shopper for the same purchase."""
    early = {"requested_at": at(5), "shipped_at": None, "received_at": at(7), "inspected_at": None}
    return dict(NOW) | {"rma_id": "other", "customer_id": "c2", "refunded_at": at(8)} | early | facts


def test_refunds_of_one_purchase_by_several_rmas() -> None:
    found = told(shop_of([other(refund_amount="4.00"), NOW], orders=ORDERS), "now")

    assert found["paid_twice_share"] == pytest.approx(1.4)


@pytest.mark.parametrize(
    ("facts", "mine"),
    [
        ({"refunded_at": at(15)}, {}),
        ({"refund_amount": "0.40"}, {}),
        ({"refund_amount": None}, {}),
        ({"line_id": "2"}, {}),
        ({}, {"refund_amount": None}),
    ],
)
def test_what_is_not_paid_twice(facts: Row, mine: Row) -> None:
    shop = shop_of([other(**facts), dict(NOW) | dict(mine)], orders=ORDERS)

    assert told(shop, "now")["paid_twice_share"] == 0


def test_units_asked_for_again() -> None:
    bought: list[Row] = [{"quantity": 3}]
    again = dict(NOW) | {"quantity": 2}

    assert told(shop_of([other(quantity=2), again], bought), "now", Stage.REQUEST)["units_asked_twice"] == 1
    assert told(shop_of([other(quantity=1), again], bought), "now", Stage.REQUEST)["units_asked_twice"] == 0
    # What was refused or called off may be asked again.
    refused = other(quantity=2, status="denied", refund_amount=None)
    assert told(shop_of([refused, again], bought), "now", Stage.REQUEST)["units_asked_twice"] == 0


def test_refunded_after_a_refusal() -> None:
    refused = other(status="rejected", refund_amount=None, refunded_at=None, closed_at=at(8))

    assert told(shop_of([refused, NOW]), "now")["refunded_after_refusal"] == 1
    assert told(shop_of([refused, dict(NOW) | {"refund_amount": None}]), "now")["refunded_after_refusal"] == 0
    assert told(shop_of([other(), NOW]), "now")["refunded_after_refusal"] == 0


@pytest.mark.parametrize(
    ("first", "second", "contrary"),
    [
        ("item_not_received", "return", 1),
        ("return", "item_not_received", 1),
        ("return", "return", 0),
        ("item_not_received", "item_not_received", 0),
        ("return", None, 0),
        ("missing_item", None, 1),
    ],
)
def test_an_order_that_is_lost_and_returned(first: str, second: str | None, contrary: int) -> None:
    shop = shop_of(
        [other(claim_type=first, line_id="2"), dict(NOW) | {"claim_type": second}],
        [{}, {"order_id": "o0", "line_id": "2"}],
    )

    assert told(shop, "now", Stage.REQUEST)["lost_and_returned"] == contrary


def test_a_replaced_unit_has_another_serial() -> None:
    contact = {
        "contact_id": "k",
        "contacted_at": at(9),
        "customer_id": "c1",
        "order_id": "o0",
        "topic": "Repair status",
    }

    def replaced(rmas: list[Row], *contacts: Row) -> float | None:
        shop = shop_of(rmas, support_contacts=frame("support_contacts", *contacts))
        value: float | None = told(shop, "now", Stage.REQUEST)["unit_replaced"]
        return value

    assert replaced([NOW]) == 0
    assert replaced([NOW], contact) == 0.9
    assert replaced([NOW], contact | {"contacted_at": at(10)}) == 0
    assert replaced([NOW], contact | {"topic": "sizing"}) == 0
    assert replaced([other(refund_method="exchange"), NOW]) == 1
    assert replaced([other(claim_type="warranty"), NOW]) == 1


def test_chargebacks_of_the_order_and_of_others() -> None:
    orders = frame("orders", *({"order_id": f"o{k}", "customer_id": "c1", "ordered_at": at(0)} for k in range(3)))
    opened = {"o0": 15.5, "o1": 5, "o2": 16}
    charged = frame(
        "chargebacks",
        *({"chargeback_id": o, "order_id": o, "opened_at": at(day), "amount": "9"} for o, day in opened.items()),
    )
    shop = shop_of([NOW], [{}, {}, {}], orders=orders, chargebacks=charged)

    settled, request = told(shop, "now"), told(shop, "now", Stage.REQUEST)
    assert (settled["charged_back"], settled["refunded_and_charged_back"]) == (1, 1)
    assert settled["chargebacks_before"] == request["chargebacks_before"] == 1
    assert request["charged_back"] is None


def test_without_a_refund_a_chargeback_is_no_double_and_without_any_nothing_is_known() -> None:
    charged = frame("chargebacks", {"chargeback_id": "b", "order_id": "o0", "opened_at": at(14), "amount": "9"})
    unpaid = dict(NOW) | {"refund_amount": None}
    found = told(shop_of([unpaid], orders=ORDERS, chargebacks=charged), "now")

    assert (found["charged_back"], found["refunded_and_charged_back"]) == (1, 0)
    assert told(shop_of([NOW], orders=ORDERS), "now")["charged_back"] is None


def test_a_refund_that_answers_a_dispute_is_no_double() -> None:
    charged = frame("chargebacks", {"chargeback_id": "b", "order_id": "o0", "opened_at": at(14), "amount": "9"})

    disputed_first = told(shop_of([NOW], orders=ORDERS, chargebacks=charged), "now")
    undated = told(shop_of([dict(NOW) | {"refunded_at": None}], orders=ORDERS, chargebacks=charged), "now")

    assert (disputed_first["charged_back"], disputed_first["refunded_and_charged_back"]) == (1, 0)
    assert undated["refunded_and_charged_back"] == 1

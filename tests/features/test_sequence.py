from __future__ import annotations

from typing import Any

import pytest

from features.assemble import build_features
from features.params import FeatureParams
from features.shop import Shop
from tests.factories import Row, at, order_lines, rma_lines


def told(
    *returned: Row, bought: tuple[Row, ...] = ({"order_id": "o"},), stage: str = "request"
) -> dict[str, dict[str, Any]]:
    shop = Shop.of({"rma_lines": rma_lines(*returned), "order_lines": order_lines(*bought)})
    built = build_features(shop, FeatureParams()).filter(stage=stage)
    return {row["rma_id"]: row for row in built.iter_rows(named=True)}


def asked(rma: str, day: float, reason: str | None = "changed_mind", **more: object) -> Row:
    return {"rma_id": rma, "order_id": "o", "requested_at": at(day), "reason_code": reason} | more


SETTLED: dict[str, Any] = {"refunded_at": at(40), "refund_amount": "1.00"}


def test_earlier_rmas_of_the_order_whosever_and_of_how_large_an_order() -> None:
    lines = tuple({"order_id": "o", "line_id": str(line)} for line in range(5))
    earlier = [asked("a", 1), asked("b", 2, customer_id="other"), asked("b", 2, rma_line_id="2"), asked("tie", 5)]

    found = told(*earlier, asked("now", 5, **SETTLED), asked("elsewhere", 6, order_id="p"), bought=lines)

    assert found["now"]["order_rmas_before"] == 2
    assert found["now"]["order_rmas_split"] == pytest.approx(2 / (1 + 4**0.5))
    assert found["elsewhere"]["order_rmas_before"] == 0
    # When it was settled the tie was known, and the RMA itself is no other.
    assert told(*earlier, asked("now", 5, **SETTLED), stage="settled")["now"]["order_rmas_before"] == 3


def test_an_order_of_one_line_cannot_be_sent_back_in_parts() -> None:
    found = told(asked("a", 1), asked("now", 5))

    assert found["now"]["order_rmas_split"] == 1


def test_the_same_item_with_another_reason() -> None:
    earlier = [asked("a", 1, "size"), asked("b", 2, "changed_mind"), asked("c", 3, sku="B"), asked("d", 4, None)]

    found = told(*earlier, asked("now", 5, "size"), asked("silent", 5, None))

    assert found["now"]["item_reasons_changed"] == 1
    assert found["silent"]["item_reasons_changed"] is None


def test_from_choice_to_blame_and_after_a_no() -> None:
    no: dict[str, Any] = {"status": "denied", "authorized_at": at(3)}
    found = told(
        asked("first", 1, "changed_mind", **no),
        asked("early", 2, "defective"),
        asked("late", 4, "defective"),
        asked("choice", 4, "size"),
        asked("claim", 4, None, claim_type="item_not_received"),
        asked("other item", 4, "defective", sku="B"),
    )

    escalated = {rma: row["reason_escalation"] for rma, row in found.items()}
    assert escalated == {"first": 0, "early": 1, "late": 2, "choice": 0, "claim": 2, "other item": 0}
    after_no = {rma: row["item_asked_after_no"] for rma, row in found.items()}
    assert after_no == {"first": 0, "early": 0, "late": 1, "choice": 1, "claim": 1, "other item": 0}


def test_blame_that_was_there_before_is_no_escalation() -> None:
    found = told(asked("first", 1, "damaged"), asked("now", 5, "defective"))

    assert found["now"]["reason_escalation"] == 0
    assert found["now"]["item_reasons_changed"] == 1


@pytest.mark.parametrize(
    ("now", "escalation"),
    [
        ({"A": "defective"}, 1),
        ({"A": "defective", "B": "broken"}, 1),
        ({"A": "defective", "B": "size", "C": "broken"}, 1),
        ({"A": "defective", "new": "size"}, 1),
        ({"A": "defective", "B": "size"}, 0),
        ({"A": "defective", "B": "size", "C": "style"}, 0),
        ({"A": "defective", "C": "broken", "blamed": "size"}, 0),
        ({"A": "defective", "C": "broken", "B": "broken", "blamed": "size"}, 0),
        ({"A": "defective", "C": "broken", "B": "broken", "blamed": "damaged"}, 1),
        ({"A": "defective", "blamed": "size"}, 0),
        ({"A": "defective", "blamed": "size", "wrong": "size"}, 0),
    ],
)
def test_of_several_items_most_must_be_blamed_for_the_first_time(now: dict[str, str], escalation: float) -> None:
    reasons = {"A": "changed_mind", "B": "size", "C": "style", "blamed": "quality", "wrong": "wrong_item"}
    first = [asked("first", 1, reason, sku=sku, rma_line_id=sku) for sku, reason in reasons.items()]
    again = [asked("now", 5, reason, sku=sku, rma_line_id=sku) for sku, reason in now.items()]

    assert told(*first, *again)["now"]["reason_escalation"] == escalation


def test_its_own_refusal_and_what_came_later_change_nothing() -> None:
    own = asked("own", 2, "defective", status="denied", inspected_at=at(8))
    later = asked("later", 5, "changed_mind")

    settled = told(own, later, stage="settled")["own"]

    assert (settled["item_asked_after_no"], settled["reason_escalation"]) == (0, 0)


def test_an_rma_without_an_order_has_no_sequence() -> None:
    found = told(asked("a", 1), asked("now", 5, "defective", order_id=None))["now"]

    names = (
        "order_rmas_before",
        "order_rmas_split",
        "item_reasons_changed",
        "item_asked_after_no",
        "reason_escalation",
    )
    assert [found[name] for name in names] == [None] * 5

from __future__ import annotations

import pytest

from features.assemble import prepare
from features.contacts import contacted
from features.stages import Cases, case_lines, case_rows
from tests.factories import Row, at, frame
from tests.stage_facts import MATCHED, shop_of


@pytest.mark.parametrize(
    ("facts", "topic", "said"),
    [
        ({}, None, 1),
        ({}, "parcel", 1),
        ({}, "sizing", 0),
        ({"topic": None}, None, 1),
        ({"topic": None}, "parcel", 0),
        ({"contacted_at": at(10)}, None, 0),
        ({"customer_id": "c2"}, None, 0),
        ({"order_id": "o7"}, None, 0),
        ({"order_id": None}, None, 0),
    ],
)
def test_who_had_turned_to_support_about_the_order(facts: Row, topic: str | None, said: float) -> None:
    contact = {"contact_id": "k", "customer_id": "c1", "order_id": "o0", "contacted_at": at(9), "topic": "Parcel lost"}
    shop = prepare(
        shop_of([dict(MATCHED) | {"rma_id": "now"}], support_contacts=frame("support_contacts", contact | dict(facts)))
    )
    rows = case_rows(shop.rma_lines, shop.chargebacks)

    found = contacted(Cases(rows, case_lines(rows, shop.rma_lines), shop), "said", topic)

    assert found.rows() == [("now", "request", said)]

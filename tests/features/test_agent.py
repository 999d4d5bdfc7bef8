from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Any

import pytest

from features.agent import PEER_LINES
from features.assemble import build_features
from features.catalogue.agent import AGENT
from features.contracts import Stage
from features.params import FeatureParams
from features.shop import Shop
from tests.factories import Row, at, order_lines, products, rma_lines

GOODS = products({"sku": "A", "return_window_days": 14})
PARCEL: Row = {"received_at": at(40), "agent_id": "g1"}
KNOWN: Row = {"ordered_at": at(0), "matched_quantity": 1, "requested_at": at(10)}
LATE: Row = dict(KNOWN) | {"requested_at": at(30)}


def handled(agent: str, day: float, kind: Row = KNOWN, **more: object) -> Row:
    """Return a line that an agent handled on a day, of a shopper of its own."""
    shopper = f"{agent}-{day}-{more.get('n', '')}"
    more.pop("n", None)
    head = {"rma_id": f"r-{shopper}", "customer_id": shopper, "agent_id": agent, "received_at": at(day)}
    return dict(kind) | head | more


def rows_of(rma_id: str, lines: Sequence[Row]) -> dict[str, dict[str, Any]]:
    """Return an RMA's features by stage."""
    shop = Shop.of({"order_lines": order_lines({}), "rma_lines": rma_lines(*lines), "products": GOODS})
    built = build_features(shop, FeatureParams())
    return {row["stage"]: row for row in built.iter_rows(named=True) if row["rma_id"] == rma_id}


def now(kind: Row = LATE, **more: object) -> Row:
    return dict(kind) | {"rma_id": "now", "customer_id": "me"} | dict(PARCEL) | more


def test_an_agent_grants_more_than_the_peers() -> None:
    granted = [handled("g1", 35 + n / 10, LATE) for n in range(6)]
    peers = [handled("g2", 35 + n / 100, LATE if n < 5 else KNOWN) for n in range(50)]

    found = rows_of("now", [*granted, *peers, now()])

    # Peers grant 5 of 50, so 6 lines would hold 0.6; the standard deviation counts as 1 at least.
    assert found[Stage.RECEIVED]["agent_breach_excess"] == pytest.approx(6 - 0.6)
    assert found[Stage.REQUEST]["agent_breach_excess"] is None


def test_an_rma_within_the_rules_is_no_exception_of_its_agent() -> None:
    granted = [handled("g1", 35 + n / 10, LATE) for n in range(6)]

    assert rows_of("now", [*granted, now(KNOWN)])[Stage.RECEIVED]["agent_breach_excess"] == 0


def test_what_was_granted_at_the_same_moment_or_later_does_not_count() -> None:
    granted = [handled("g1", day, LATE) for day in (40, 41)]

    assert rows_of("now", [*granted, now()])[Stage.RECEIVED]["agent_breach_excess"] == 0


def test_peers_are_those_of_the_store() -> None:
    granted = [handled("g1", 35 + n / 10, LATE, store_id="s1") for n in range(6)]
    peers = [handled("g2", 35 + n / 1000, LATE, store_id="s1") for n in range(50)]
    others = [handled("g3", 35 + n / 1000, KNOWN, store_id="s2") for n in range(150)]

    found = rows_of("now", [*granted, *peers, *others, now(store_id="s1")])

    # All that 50 peers did was late; of the whole shop's other 200 lines a quarter was.
    rate = (50 + PEER_LINES * 0.25) / (50 + PEER_LINES)
    assert found[Stage.RECEIVED]["agent_breach_excess"] == pytest.approx(
        (6 - 6 * rate) / max(1, sqrt(6 * rate * (1 - rate)))
    )
    # The store's 56 late lines against 0.5 of 150 and 50 imagined ones.
    usual = 0.5 / (150 + PEER_LINES)
    assert found[Stage.RECEIVED]["store_exception_excess"] == pytest.approx(56 - 56 * usual)


def test_an_agent_refunds_to_other_cards() -> None:
    paid = dict(KNOWN) | {"refund_amount": "9.00", "refunded_at": at(39), "refund_method": "original"}
    moved = paid | {"refund_method": "other_card"}
    past = [handled("g1", 35 + n / 10, moved) for n in range(4)]
    peers = [handled("g2", 35 + n / 10, paid) for n in range(4)]

    settled = rows_of("now", [*past, *peers, now(moved, refunded_at=at(45))])

    assert settled[Stage.SETTLED]["agent_payout_excess"] == pytest.approx(4)
    assert settled[Stage.RECEIVED]["agent_payout_excess"] is None
    to_the_card = rows_of("now", [*past, *peers, now(paid, refunded_at=at(45))])
    assert to_the_card[Stage.SETTLED]["agent_payout_excess"] == 0


def test_the_same_agent_again_and_again() -> None:
    met = [handled("g1", 35 + n / 10, customer_id="me") for n in range(3)]
    others = [handled(agent, 36 + n / 100) for agent in ("g1", "g2", "g3", "g4") for n in range(9)]

    found = rows_of("now", [*met, *others, now()])

    # The agent handled 12 of the store's 39 RMAs, so 4 of this shopper's would be 4 * 12 / 39.
    share = 12 / 39
    expected = (4 - 4 * share) / max(1, sqrt(4 * share * (1 - share)))
    assert found[Stage.RECEIVED]["agent_shopper_excess"] == pytest.approx(expected)
    assert found[Stage.RECEIVED]["agent_shopper_rmas"] == 4


def test_a_first_meeting_and_the_only_agent_tell_nothing() -> None:
    others = [handled("g2", 36 + n / 100) for n in range(9)]
    met = [handled("g1", 35 + n / 10, customer_id="me") for n in range(3)]

    assert rows_of("now", [*others, now()])[Stage.RECEIVED]["agent_shopper_excess"] == 0
    assert rows_of("now", [*met, now()])[Stage.RECEIVED]["agent_shopper_excess"] == pytest.approx(0)


def test_the_lines_of_one_rma_are_one_meeting_and_not_its_own_past() -> None:
    lines = [now(rma_line_id=str(n), received_at=at(day)) for n, day in enumerate((38, 39, 40))]

    received = rows_of("now", lines)[Stage.RECEIVED]

    assert received["agent_shopper_rmas"] == 1
    assert received["agent_breach_excess"] == 0


def test_exceptions_that_an_agent_makes_for_one_shopper() -> None:
    paid = dict(KNOWN) | {"refund_amount": "9.00", "refunded_at": at(39), "refund_method": "original"}
    moved = paid | {"refund_method": "cash"}
    past = [handled("g1", 35 + n / 10, moved, customer_id="me") for n in range(2)]
    peers = [handled("g2", 35 + n / 10, paid) for n in range(4)]

    found = rows_of("now", [*past, *peers, now(moved, refunded_at=at(45))])
    first = rows_of("now", [*peers, now(moved, refunded_at=at(45))])

    # Peers never pay in cash: three refunds of this kind against none.
    assert found[Stage.SETTLED]["agent_favour_excess"] == pytest.approx(3)
    assert first[Stage.SETTLED]["agent_favour_excess"] == 0


def test_without_agent_and_store_nothing_is_said() -> None:
    lines = [now(agent_id=None), handled("g1", 30)]

    found = rows_of("now", lines)[Stage.RECEIVED]
    assert {feature.name: found[feature.name] for feature in AGENT} == dict.fromkeys(
        (feature.name for feature in AGENT), None
    )


def test_an_anonymous_return_is_nobodys_favour() -> None:
    found = rows_of("now", [now(customer_id=None)])[Stage.RECEIVED]

    assert found["agent_shopper_excess"] is None
    assert found["agent_breach_excess"] == 0

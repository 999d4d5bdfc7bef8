from __future__ import annotations

from math import sqrt

import pytest

from tests.factories import at, features_by_rma, order_lines, rma_lines


def line(
    rma: str, day: float, reason: str | None = None, claim: str | None = None, shopper: str | None = "c1"
) -> dict[str, object]:
    return {"rma_id": rma, "requested_at": at(day), "reason_code": reason, "claim_type": claim, "customer_id": shopper}


def test_the_same_reason_against_how_often_everybody_gives_it() -> None:
    returned = rma_lines(
        *[line(f"a{number}", 1, "size") for number in range(6)],
        *[line(f"b{number}", 1, "broken") for number in range(2)],
        *[line(f"c{number}", 1, "broken", shopper="c2") for number in range(8)],
        line("now", 5, "size"),
        line("tie", 5, "size"),
    )

    found = features_by_rma(order_lines(), returned)["now"]

    # 6 of 16 lines gave it: of the shopper's 8, 3 are expected, with a variance of 8 * 3/8 * 5/8.
    assert found["same_reason_lines_ever"] == 6
    assert found["same_reason_excess"] == pytest.approx(3 / sqrt(8 * 0.375 * 0.625))
    assert found["distinct_reasons_ever"] == 2


def test_an_rma_may_give_several_reasons() -> None:
    returned = rma_lines(
        line("a", 1, "size"),
        line("b", 2, "broken"),
        line("c", 3, "late"),
        line("d", 3, None),
        line("now", 5, "size") | {"rma_line_id": "1"},
        line("now", 5, "late") | {"rma_line_id": "2"},
        line("now", 5, "late") | {"rma_line_id": "3"},
        line("now", 6, "broken") | {"rma_line_id": "4"},
    )

    found = features_by_rma(order_lines(), returned)["now"]

    assert found["same_reason_lines_ever"] == 2
    assert found["same_reason_excess"] == pytest.approx(0)
    assert found["distinct_reasons_ever"] == 3


def test_without_a_reason_a_shopper_or_any_reason_before() -> None:
    names = ("same_reason_lines_ever", "same_reason_excess", "distinct_reasons_ever")
    returned = rma_lines(
        line("a", 1), line("b", 2, "size"), line("c", 3), line("d", 4, "size", shopper=None), line("e", 4, "new")
    )

    found = features_by_rma(order_lines(), returned)

    assert [found["b"][name] for name in names] == [0, None, 0]
    assert [found["c"][name] for name in names] == [None, None, 1]
    assert [found["d"][name] for name in names] == [None, None, None]
    assert [found["e"][name] for name in names] == [0, 0, 1]


def test_claims_against_the_populations_claims_per_purchase() -> None:
    bought = order_lines(*[{}] * 20, *[{"customer_id": "c2"}] * 20)
    returned = rma_lines(
        line("a", 1, claim="item_not_received"),
        line("b", 2, claim="missing_item"),
        line("c", 3, claim="damaged_in_transit"),
        line("d", 3, claim="warranty"),
        line("e", 3, claim="missing_item", shopper="c2"),
        line("now", 5, claim="missing_item") | {"rma_line_id": "1"},
        line("now", 5, claim="item_not_received") | {"rma_line_id": "2"},
        line("plain", 6, claim="return"),
    )

    found = features_by_rma(bought, returned)

    # 4 claims on 40 purchases: 2 expected of 20 purchases, 3 made and 2 more now.
    assert found["now"]["claim_lines_ever"] == 3
    assert found["now"]["claim_excess"] == pytest.approx(3 / sqrt(2))
    assert found["plain"]["claim_lines_ever"] == 5
    assert found["plain"]["claim_excess"] == 0


def test_a_claim_without_any_purchase_before() -> None:
    found = features_by_rma(order_lines(), rma_lines(line("now", 5, claim="missing_item")))["now"]

    assert found["claim_excess"] == 1


def test_no_claims_where_no_export_said_so_by_then_or_nobody_is_known() -> None:
    returned = rma_lines(
        line("a", 1), line("b", 2, claim="return"), line("c", 3), line("d", 4, claim="missing_item", shopper=None)
    )

    found = features_by_rma(order_lines(), returned)

    assert [found[rma]["claim_lines_ever"] for rma in "abcd"] == [None, 0, 0, None]
    assert [found[rma]["claim_excess"] for rma in "abcd"] == [None, 0, 0, None]

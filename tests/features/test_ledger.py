from __future__ import annotations

from datetime import datetime
from math import log, log10

import polars as pl
import pytest

from features.ledger import learn_rates, ledger_excess, surprise, with_chance
from features.windows import CHANCE_UNITS
from tests.factories import at

Event = tuple[str, str | None, datetime | None, bool | None, str | None]


def events(*rows: Event) -> pl.DataFrame:
    """Return events: RMA, shopper, when known, sign, group."""
    schema = pl.Schema(
        {
            "rma_id": pl.String(),
            "customer_id": pl.String(),
            "known_at": pl.Datetime("us"),
            "sign": pl.Boolean(),
            "carrier": pl.String(),
        }
    )
    return pl.DataFrame(rows, schema=schema, orient="row")


def case(shopper: str | None, day: float, rma: str = "now") -> pl.DataFrame:
    row = {"rma_id": rma, "stage": "settled", "stage_at": at(day), "customer_id": shopper, "day": at(day).date()}
    return pl.DataFrame([row], schema_overrides={"stage_at": pl.Datetime("us"), "customer_id": pl.String})


def own(day: float, sign: bool | None, rma: str = "now") -> pl.DataFrame:
    row = {"rma_id": rma, "stage": "settled", "day": at(day).date(), "sign": sign, "carrier": "north"}
    return pl.DataFrame([row], schema_overrides={"sign": pl.Boolean})


def ledger(rows: pl.DataFrame, now: pl.DataFrame, past: pl.DataFrame) -> float | None:
    again, before = both(rows, now, past)
    assert again is None or before is None or 0 in {again, before}
    return None if again is None or before is None else again + before


def both(rows: pl.DataFrame, now: pl.DataFrame, past: pl.DataFrame) -> tuple[float | None, float | None]:
    """Return the ledger where this RMA shows the sign, too, and where it does not."""
    again, before = ledger_excess(rows, now, past, learn_rates(past, ["carrier"])).row(0)
    return again, before


def others(signs: int, n: int, day: float = 1, carrier: str = "north") -> tuple[Event, ...]:
    return tuple((f"x{k}", f"other{k}", at(day), k < signs, carrier) for k in range(n))


def test_a_rate_holds_what_was_known_the_day_before_and_leans_on_the_shop() -> None:
    past = events(*others(5, 30, carrier="north"), *others(1, 20, carrier="swift"), ("u", "c", None, True, "north"))
    asked = pl.DataFrame(
        {"day": [at(1).date(), at(2).date(), at(2).date(), at(2).date()], "carrier": ["north", "north", "new", None]}
    )

    chances = with_chance(asked, learn_rates(past, ["carrier"]))["chance"] / CHANCE_UNITS

    shop = (6 + 1) / (50 + 50)
    assert chances.to_list() == pytest.approx([0.02, (5 + 20 * shop) / 50, shop, shop])


def test_without_groups_the_shop_has_one_rate() -> None:
    rates = learn_rates(events(*others(6, 50)))

    assert with_chance(pl.DataFrame({"day": [at(9).date()]}), rates)["chance"].to_list() == [70_000_000]


def test_signs_of_other_rmas_and_this_one_against_what_was_expected() -> None:
    past = events(
        *others(0, 50),
        ("a", "c1", at(2), True, "north"),
        ("b", "c1", at(3), True, "north"),
        ("now", "c1", at(4), True, "north"),
    )

    value = ledger(case("c1", 5), own(5, sign=True), past)

    # North so far: 0 of 50 on day 2, 1 of 51 on day 3, 3 of 53 on day 5 (the RMA's own sign of day 4 among them).
    chances = [(signs + 20 * (signs + 1) / (n + 50)) / (n + 20) for signs, n in ((0, 50), (1, 51), (3, 53))]
    mean = sum(chances)
    assert value == pytest.approx((3 * log(3 / mean) - 5 * log(5 / (mean + 2))) / log(10), rel=1e-6)


def test_the_lines_of_one_parcel_are_one_sign() -> None:
    lines = [("a", "c1", at(2), True, "north")] * 4
    quiet = [("b", "c1", at(3), False, "north")]

    one, four = (
        ledger(case("c1", 5), own(5, sign=True), events(*others(0, 50), *few, *quiet)) for few in (lines[:1], lines)
    )

    assert one is not None
    assert four is not None
    # Four lines of one parcel are expected to show it more, never less, and count once.
    assert 0 < four <= one


def test_one_sign_is_no_ledger() -> None:
    past = events(*others(1, 50), ("a", "c1", at(2), False, "north"), ("now", "c1", at(4), True, "north"))

    assert ledger(case("c1", 5), own(5, sign=True), past) == 0


def test_earlier_signs_count_where_this_rma_shows_none_or_does_not_tell() -> None:
    past = events(*others(0, 50), ("a", "c1", at(2), True, "north"), ("b", "c1", at(2), True, "north"))

    silent, shown_not = (ledger(case("c1", 5), own(5, sign=sign), past) for sign in (None, False))
    assert silent is not None
    assert shown_not is not None
    assert silent > shown_not > 2


@pytest.mark.parametrize(("sign", "is_again"), [(True, True), (False, False), (None, False)])
def test_a_sign_that_this_rma_shows_again_is_told_apart_from_earlier_ones(*, sign: bool | None, is_again: bool) -> None:
    past = events(*others(0, 50), ("a", "c1", at(2), True, "north"), ("b", "c1", at(2), True, "north"))

    again, before = both(case("c1", 5), own(5, sign=sign), past)

    assert again is not None
    assert before is not None
    assert (again > 2, before > 2) == (is_again, not is_again)
    assert 0 in {again, before}


def test_nothing_of_that_moment_or_later_counts() -> None:
    before = events(*others(0, 50))
    late = events(*others(0, 50), ("a", "c1", at(5), True, "north"), ("b", "c1", at(6), True, "north"))

    assert ledger(case("c1", 5), own(5, sign=True), late) == ledger(case("c1", 5), own(5, sign=True), before) == 0


def test_who_returns_much_is_expected_to_show_more() -> None:
    few = [(f"s{k}", "c1", at(2), True, "north") for k in range(3)]
    many = [(f"n{k}", "c1", at(2), False, "north") for k in range(60)]

    rare, usual = (
        ledger(case("c1", 5), own(5, sign=None), events(*others(5, 100), *few, *more)) for more in ([], many)
    )
    assert rare is not None
    assert usual is not None
    assert rare > usual + 1


def test_nobody_has_a_ledger_and_nothing_told_is_nothing_known() -> None:
    past = events(*others(1, 50), ("a", None, at(2), True, "north"))

    assert ledger(case(None, 5), own(5, sign=True), past) is None
    assert ledger(case("c1", 5), own(5, sign=None), events(("a", "c1", at(2), None, "north"))) is None
    assert ledger(case("c1", 1), own(1, sign=None), past) is None


@pytest.mark.parametrize(("count", "expected"), [(1, 0.1), (3, 0.1), (7, 2.0), (30, 12.5)])
def test_the_surprise_never_exceeds_the_tail_of_owners_that_differ(count: int, expected: float) -> None:
    # Negative binomial of shape 2: the chance of k is (k + 1) q^2 (1 - q)^k.
    q = 2 / (2 + expected)
    tail = 1 - sum((k + 1) * q**2 * (1 - q) ** k for k in range(count))
    value = pl.select(surprise(pl.lit(count), pl.lit(expected))).item()

    assert 0.3 * -log10(tail) < value <= -log10(tail)


def test_a_habit_of_a_heavy_shopper_is_less_than_a_few_rare_signs() -> None:
    habit, rare = (pl.select(surprise(pl.lit(k), pl.lit(m))).item() for k, m in ((40, 10.0), (3, 0.1)))

    assert habit < rare / 2


def test_no_more_than_expected_is_no_surprise() -> None:
    assert pl.select(surprise(pl.lit(2), pl.lit(2.5))).item() == 0
    assert pl.select(surprise(pl.lit(0), pl.lit(0.0))).item() == 0

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.format import (
    MINUS,
    MISSING,
    MONTHS,
    THIN,
    change,
    day,
    masked,
    moment,
    money,
    month,
    number,
    plural,
    sentence,
    share,
    words,
)

AMOUNTS = st.decimals(min_value=-(10**13), max_value=10**13, places=4)


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (0, 0, "0"),
        (999, 0, "999"),
        (1234567, 0, "1,234,567"),
        (-1234, 0, f"{MINUS}1,234"),
        (Decimal("12.5"), 0, "13"),
        (Decimal("-12.5"), 0, f"{MINUS}13"),
        (Decimal("2.675"), 2, "2.68"),
        (98.44, 1, "98.4"),
        (Decimal("-0.004"), 2, "0.00"),
        (None, 0, MISSING),
        (float("nan"), 1, MISSING),
        (float("inf"), 1, MISSING),
    ],
)
def test_number(value: Decimal | float | None, decimals: int, expected: str) -> None:
    assert number(value, decimals) == expected


@given(AMOUNTS, st.integers(0, 4))
def test_number_reads_back_within_half_a_unit(amount: Decimal, decimals: int) -> None:
    text = number(amount, decimals)
    read = Decimal(text.replace(",", "").replace(MINUS, "-"))
    assert abs(read - amount) <= Decimal("0.5").scaleb(-decimals)
    assert len(text.partition(".")[2]) == decimals


@given(AMOUNTS)
def test_number_parts_thousands_and_has_one_sign_at_most(amount: Decimal) -> None:
    head, *groups = number(abs(amount)).split(",")
    assert 1 <= len(head) <= 3
    assert all(len(group) == 3 for group in groups)
    assert number(-abs(amount)).removeprefix(MINUS) == number(abs(amount))


def test_money_is_a_number_without_its_currency() -> None:
    assert money(Decimal("402310.4999")) == "402,310"
    assert money(Decimal("310.5"), 2) == "310.50"
    assert money(None) == MISSING


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        (0.2134, f"21.3{THIN}%"),
        (1, f"100.0{THIN}%"),
        (Decimal("-0.244"), f"{MINUS}24.4{THIN}%"),
        (0.0, f"0.0{THIN}%"),
        (None, MISSING),
        (float("nan"), MISSING),
    ],
)
def test_share(rate: Decimal | float | None, expected: str) -> None:
    assert share(rate) == expected


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (0.21, 0.18, "up 3.0 points"),
        (0.15, 0.18, "down 3.0 points"),
        (0.18, 0.1801, "unchanged"),
        (None, 0.18, ""),
        (0.18, None, ""),
        (float("nan"), 0.18, ""),
    ],
)
def test_change(now: float | None, before: float | None, expected: str) -> None:
    assert change(now, before) == expected


@given(st.floats(0, 2), st.floats(0, 2))
def test_change_turned_round_has_the_other_direction(now: float, before: float) -> None:
    turned = {"up": "down", "down": "up", "unchanged": "unchanged"}
    direction, _, points = change(now, before).partition(" ")
    assert change(before, now) == f"{turned[direction]} {points}".strip()


def test_dates() -> None:
    assert day(date(2026, 11, 9)) == "9 Nov 2026"
    assert day(datetime(2026, 11, 9, 23, 59)) == "9 Nov 2026"  # noqa: DTZ001 - moments are UTC without a zone
    assert month(date(2026, 11, 1)) == "Nov 2026"
    assert moment(datetime(2026, 1, 2, 6, 5)) == "2 Jan 2026 06:05 UTC"  # noqa: DTZ001 - as above
    assert day(None) == month(None) == moment(None) == MISSING


@given(st.dates())
def test_dates_are_english_in_every_locale(at: date) -> None:
    assert day(at).split() == [str(at.day), MONTHS[at.month - 1], f"{at.year:04d}"]


def test_words_and_sentences() -> None:
    assert words("item_not_received") == "Item not received"
    assert words("") == words(None) == MISSING
    assert sentence("returned 3 of 4 items; SKU X") == "Returned 3 of 4 items; SKU X"
    assert sentence("") == ""


def test_plural() -> None:
    assert plural(1, "file") == "1 file"
    assert plural(0, "file") == "0 files"
    assert plural(1234, "RMA needs", "RMAs need") == "1,234 RMAs need"


def test_of_a_masked_identifier_its_end_alone_is_left() -> None:
    assert masked("CUST-0042") == "•••42"

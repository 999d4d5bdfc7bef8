from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pipelines.simulate.texts import moments, money, numbered, only, words


def test_a_code_below_zero_has_no_word() -> None:
    assert words(np.array([1, -1, 0, 1, -7]), ("a", "b")).to_list() == ["b", None, "a", "b", None]


def test_words_of_no_codes_are_an_empty_text_column() -> None:
    column = words(np.array([], dtype=np.int64), ("a", "b"))
    assert column.to_list() == []
    assert column.dtype == pl.String


def test_identifiers_are_prefix_and_number() -> None:
    assert numbered("R", np.array([7, 120])).to_list() == ["R7", "R120"]


def test_money_has_two_decimals() -> None:
    assert money(np.array([0, 5, 99, 100, 12_345])).to_list() == ["0.00", "0.05", "0.99", "1.00", "123.45"]


@given(st.lists(st.integers(0, 10**12), max_size=20))
def test_money_is_exact_to_the_cent(cents: list[int]) -> None:
    written = money(np.array(cents, dtype=np.int64)).to_list()
    assert [Decimal(text) * 100 for text in written] == cents
    assert all(len(text.split(".")[1]) == 2 for text in written)


def test_moments_after_the_end_are_not_known() -> None:
    known = moments(np.array([0, 86_400, 86_401, 2**60]), 86_400)
    assert known.to_list() == [datetime(1970, 1, 1), datetime(1970, 1, 2), None, None]  # noqa: DTZ001
    assert known.dtype == pl.Datetime("us")


def test_only_leaves_out_what_is_not_known() -> None:
    assert only(pl.Series(["a", "b"]), np.array([False, True])).to_list() == [None, "b"]
    assert only(pl.Series([3, 4]), np.array([True, True])).to_list() == [3, 4]

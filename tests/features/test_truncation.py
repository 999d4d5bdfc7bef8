"""Nothing of the future: exports that end at a moment give every earlier RMA the same features and matches."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from features.assemble import build_features
from features.matching import match_rma_lines
from tests.factories import at
from tests.random_shop import SENSITIVE, RandomShop, random_shop

DAYS = (15.0, 60.0, 117.5)
"""The days that exports end at."""
SEEDS = st.integers(0, 100_000)


def features(shop: RandomShop) -> pl.DataFrame:
    return build_features(shop, SENSITIVE)


def matches(shop: RandomShop) -> pl.DataFrame:
    return match_rma_lines(shop.rma_lines, shop.order_lines)


def hold_features(seed: int) -> None:
    """Demand of a random shop, cut at each of the days, the features that the whole shop gives."""
    shop = random_shop(seed)
    told = features(shop)
    for day in DAYS:
        whole = told.filter(pl.col("stage_at") < at(day))

        # A stage that goes on after the cut is told earlier by it, as of another moment.
        cut = features(shop.before(at(day))).join(
            whole, on=["rma_id", "stage", "stage_at"], how="semi", maintain_order="left"
        )

        assert_frame_equal(cut, whole, check_exact=True)


def hold_order(seed: int) -> None:
    """Demand of a random shop whose rows are mixed the same features and matches."""
    shop = random_shop(seed)
    mixed = shop.shuffled(seed + 1)

    assert_frame_equal(features(mixed), features(shop), check_exact=True)
    assert_frame_equal(matches(mixed), matches(shop), check_exact=True)


@given(seed=SEEDS)
@example(seed=2024)  # a line that came short, and whose inspection found other goods later
@settings(max_examples=5)
def test_features_are_those_of_exports_that_end_there(seed: int) -> None:
    hold_features(seed)


@pytest.mark.slow
@given(seed=SEEDS)
@settings(max_examples=60)
def test_features_of_many_shops_are_those_of_exports_that_end_there(seed: int) -> None:
    hold_features(seed)


@pytest.mark.parametrize("day", DAYS)
@given(seed=SEEDS)
@settings(max_examples=25)
def test_matches_are_those_of_exports_that_end_there(day: float, seed: int) -> None:
    shop = random_shop(seed)
    lines = shop.rma_lines.filter(pl.col("requested_at") < at(day)).select("rma_id", "rma_line_id")

    whole = matches(shop).join(lines, on=["rma_id", "rma_line_id"], how="semi", maintain_order="left")

    assert_frame_equal(matches(shop.before(at(day))), whole, check_exact=True)


@given(seed=SEEDS)
@settings(max_examples=4)
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    hold_order(seed)


@pytest.mark.slow
@given(seed=SEEDS)
@settings(max_examples=60)
def test_the_order_of_rows_of_many_shops_changes_nothing(seed: int) -> None:
    hold_order(seed)


def test_the_cuts_do_cut() -> None:
    shop = random_shop(1, n_orders=200, n_rmas=400)
    cut = shop.before(at(30))

    assert 0 < cut.rma_lines.height < shop.rma_lines.height
    assert 0 < cut.order_lines.height < shop.order_lines.height
    kept = shop.rma_lines.filter(pl.col("requested_at") < at(30))
    assert cut.rma_lines["refunded_at"].null_count() > kept["refunded_at"].null_count()
    assert cut.rma_lines["refund_amount"].null_count() > kept["refund_amount"].null_count()
    assert cut.rma_lines["delivered_at"].null_count() > kept["delivered_at"].null_count()
    assert cut.rma_lines["ordered_at"].null_count() > kept["ordered_at"].null_count()
    added_later = (
        shop.rma_lines.group_by("rma_id").agg(pl.col("requested_at").n_unique()).filter(pl.col("requested_at") > 1)
    )
    assert added_later.height > 0

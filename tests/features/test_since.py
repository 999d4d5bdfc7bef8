"""Rows of before a moment stand where a shop differs in nothing that was known before it."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from features.assemble import build_features, prepare
from features.buckets import owned_rmas
from features.learning import Part
from features.since import ROW, gather_rows, standing_rmas, touched_rmas
from tests.bucketed import told_in_buckets
from tests.factories import at
from tests.random_shop import SENSITIVE, RandomShop, random_shop, with_mixed_rmas

DAYS = (15.0, 60.0, 117.5)
SEEDS = st.integers(0, 100_000)


def rows_of(shop: RandomShop) -> pl.DataFrame:
    """Return as of which moment each RMA of a shop is told at each stage."""
    return gather_rows(Part.whole(prepare(shop)))["rows"]


def grow(earlier: pl.DataFrame, shop: RandomShop, day: float) -> tuple[pl.DataFrame, int]:
    """Return the features of a shop from those of before a day, and how many RMAs were computed for that."""
    prepared = prepare(shop)
    now = rows_of(shop)
    touched = touched_rmas(now, earlier.select(*ROW, "stage_at"), at(day))
    owned = owned_rmas(prepared.rma_lines).join(touched, on="rma_id", how="semi")
    rows = told_in_buckets(prepared, SENSITIVE, owned, 7)
    kept = earlier.join(standing_rmas(now, touched), on="rma_id", how="semi")
    return pl.concat([rows, kept]).sort(*ROW), touched.height


def hold_growth(shop: RandomShop) -> None:
    """Demand of a shop that grows from day to day, and shrinks again, the features that each state gives by itself."""
    states = [shop.before(at(day)) for day in DAYS]
    told = build_features(states[0], SENSITIVE)
    for day, state in zip(DAYS, [*states[1:], shop], strict=True):
        told, n_touched = grow(told, state, day)
        assert_frame_equal(told, build_features(state, SENSITIVE), check_exact=True)
        assert n_touched < told["rma_id"].n_unique()
    shrunk, _ = grow(told, states[1], DAYS[1])
    assert_frame_equal(shrunk, build_features(states[1], SENSITIVE), check_exact=True)


@given(seed=SEEDS)
@settings(max_examples=3)
def test_a_shop_that_grows_has_the_features_of_one_build(seed: int) -> None:
    hold_growth(random_shop(seed))


@pytest.mark.slow
@given(seed=SEEDS)
@settings(max_examples=40)
def test_many_shops_that_grow_have_the_features_of_one_build(seed: int) -> None:
    hold_growth(random_shop(seed))
    hold_growth(with_mixed_rmas(random_shop(seed + 1)))


def test_where_nothing_is_new_no_rma_is_touched() -> None:
    shop = random_shop(5)
    earlier = build_features(shop, SENSITIVE).select(*ROW, "stage_at")
    assert touched_rmas(rows_of(shop), earlier, at(1_000)).is_empty()
    assert touched_rmas(rows_of(shop), earlier, at(-1_000)).height == earlier["rma_id"].n_unique()

from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from features.assemble import build_features, prepare
from features.buckets import RMAS_A_BUCKET, lines_of, owned_rmas
from features.params import FeatureParams
from features.shop import Shop
from tests.bucketed import told_in_buckets
from tests.factories import at, order_lines, rma_lines
from tests.random_shop import SENSITIVE, random_shop, with_mixed_rmas


def build_in_buckets(shop: Shop, params: FeatureParams, most: int = RMAS_A_BUCKET) -> pl.DataFrame:
    """Return the features of all RMAs, some computed at once, in the order of ``build_features``."""
    prepared = prepare(shop)
    rmas = owned_rmas(prepared.rma_lines).sort("rma_id")
    return told_in_buckets(prepared, params, rmas, most).sort("rma_id", "stage")


SHOPS = [(0, 1), (1, 7), *(pytest.param(seed, most, marks=pytest.mark.slow) for seed in (2, 3) for most in (1, 7))]
"""Random shops by their seed, and how many RMAs a bucket takes."""


@pytest.mark.parametrize(("seed", "most"), SHOPS)
def test_buckets_are_as_all_together(seed: int, most: int) -> None:
    shop = random_shop(seed)
    assert_frame_equal(build_in_buckets(shop, SENSITIVE, most), build_features(shop, SENSITIVE), check_exact=True)


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))])
def test_rmas_that_name_several_shoppers_are_as_all_together(seed: int) -> None:
    shop = with_mixed_rmas(random_shop(seed))
    assert_frame_equal(build_in_buckets(shop, SENSITIVE, 3), build_features(shop, SENSITIVE), check_exact=True)


def test_a_shop_that_fits_is_one_bucket() -> None:
    shop = random_shop(9)
    assert_frame_equal(build_in_buckets(shop, FeatureParams()), build_features(shop, FeatureParams()))


def test_a_shop_without_returns_has_no_rows() -> None:
    empty = Shop.of({"order_lines": order_lines({})})
    assert build_in_buckets(empty, FeatureParams(), 1).equals(build_features(empty, FeatureParams()))


def test_a_bucket_has_its_shoppers_rmas_whole_and_its_own_alone() -> None:
    lines = rma_lines(
        {"rma_id": "own", "customer_id": "c1", "requested_at": at(1)},
        {"rma_id": "mixed", "rma_line_id": "1", "customer_id": "c2", "requested_at": at(2)},
        {"rma_id": "mixed", "rma_line_id": "2", "customer_id": "c1", "requested_at": at(3)},
        {"rma_id": "nobody", "customer_id": None, "requested_at": at(4)},
        {"rma_id": "theirs", "customer_id": "c2", "requested_at": at(5)},
        {"rma_id": "other", "customer_id": "c3", "requested_at": at(6)},
    )
    prepared = prepare(Shop.of({"order_lines": order_lines({}), "rma_lines": lines})).rma_lines
    rmas = prepared.select("rma_id", "rma_customer_id").unique("rma_id")

    def needed(rma_id: str) -> list[tuple[str, str]]:
        found = lines_of(prepared, rmas.filter(rmas["rma_id"] == rma_id))
        return found.select("rma_id", "rma_line_id").rows()

    assert needed("own") == [("own", "1"), ("mixed", "1"), ("mixed", "2")]
    # whom its lines name has a past as well
    assert needed("mixed") == [("own", "1"), ("mixed", "1"), ("mixed", "2"), ("theirs", "1")]
    assert needed("nobody") == [("nobody", "1")]

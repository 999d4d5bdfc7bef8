from __future__ import annotations

import pytest
from polars.testing import assert_frame_equal

from features.assemble import build_features, prepare
from features.buckets import build_in_buckets, lines_of
from features.params import FeatureParams
from features.shop import Shop
from tests.factories import at, order_lines, rma_lines
from tests.random_shop import SENSITIVE, random_shop


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("most", [1, 7])
def test_buckets_are_as_all_together(seed: int, most: int) -> None:
    shop = random_shop(seed)
    assert_frame_equal(build_in_buckets(shop, SENSITIVE, most), build_features(shop, SENSITIVE), check_exact=True)


def test_a_shop_that_fits_is_one_bucket() -> None:
    shop = random_shop(9)
    assert_frame_equal(build_in_buckets(shop, FeatureParams()), build_features(shop, FeatureParams()))


def test_a_shop_without_returns_has_no_rows() -> None:
    empty = Shop.of({"order_lines": order_lines({})})
    assert build_in_buckets(empty, FeatureParams(), 1).equals(build_features(empty, FeatureParams()))


def test_a_bucket_has_its_shoppers_lines_and_those_of_its_rmas_alone() -> None:
    lines = rma_lines(
        {"rma_id": "own", "customer_id": "c1", "requested_at": at(1)},
        {"rma_id": "mixed", "rma_line_id": "1", "customer_id": "c2", "requested_at": at(2)},
        {"rma_id": "mixed", "rma_line_id": "2", "customer_id": "c1", "requested_at": at(3)},
        {"rma_id": "nobody", "customer_id": None, "requested_at": at(4)},
        {"rma_id": "other", "customer_id": "c3", "requested_at": at(5)},
    )
    prepared = prepare(Shop.of({"order_lines": order_lines({}), "rma_lines": lines})).rma_lines
    rmas = prepared.filter(prepared["rma_id"].is_in(["own"])).select("rma_id", "rma_customer_id")
    found = lines_of(prepared, rmas)
    assert found.select("rma_id", "rma_line_id").rows() == [("own", "1"), ("mixed", "2")]

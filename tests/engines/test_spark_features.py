"""Features on a small cluster against those of one process; slow, because a cluster takes seconds to start."""

from __future__ import annotations

import pytest
from polars.testing import assert_frame_equal

from engines.spark.engine import SparkEngine
from features.assemble import build_features
from features.shop import Shop
from tests.engines.frame_tables import FrameTables, features_on
from tests.factories import order_lines
from tests.random_shop import SENSITIVE, random_shop, with_mixed_rmas

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", range(3))
def test_features_are_those_of_one_process(cluster: SparkEngine, seed: int) -> None:
    shop = random_shop(seed, 120, 60)
    told = features_on(cluster, FrameTables.of_shop(shop), SENSITIVE)
    assert_frame_equal(told, build_features(shop, SENSITIVE), check_exact=True)


def test_an_rma_that_names_two_shoppers_is_the_past_of_both(cluster: SparkEngine) -> None:
    shop = with_mixed_rmas(random_shop(5, 120, 60))
    told = features_on(cluster, FrameTables.of_shop(shop), SENSITIVE)
    assert_frame_equal(told, build_features(shop, SENSITIVE), check_exact=True)


def test_a_shop_without_returns_has_no_rows(cluster: SparkEngine) -> None:
    empty = Shop.of({"order_lines": order_lines({})})
    told = features_on(cluster, FrameTables.of_shop(empty), SENSITIVE)
    assert told.equals(build_features(empty, SENSITIVE))

from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from features.assemble import build_features, core_frame, features_of, request_lines
from features.catalogue import FEATURES, WINDOWS_DAYS, Family
from features.contracts import CORE_FRAMES, feature_schema
from features.params import FeatureParams
from features.rates import global_tables
from tests.factories import at, features_by_rma, order_lines, products, random_shop, rma_lines

PARAMS = FeatureParams()


def test_one_row_an_rma_in_order_with_the_columns_of_the_contract() -> None:
    shop = random_shop(1)

    built = build_features(shop.order_lines, shop.rma_lines, shop.products, PARAMS)

    assert dict(built.schema) == feature_schema()
    assert built["rma_id"].to_list() == sorted(set(shop.rma_lines["rma_id"]))
    assert built["stage"].unique().to_list() == ["request"]


def test_the_random_shop_reaches_every_feature() -> None:
    shop = random_shop(2, n_orders=80, n_rmas=80)

    built = build_features(shop.order_lines, shop.rma_lines, shop.products, PARAMS)

    # A feature that is constant in a shop where everything happens would pass every comparison unnoticed.
    constant = [feature.name for feature in FEATURES if built[feature.name].drop_nulls().n_unique() < 2]
    assert constant == []


@pytest.mark.parametrize("kept", [(), ("order_lines",), ("rma_lines",), ("rma_lines", "products")])
def test_empty_frames_give_the_same_columns(kept: tuple[str, ...]) -> None:
    shop = random_shop(3)
    frames = {name: getattr(shop, name) if name in kept else getattr(shop, name).clear() for name in CORE_FRAMES}

    built = build_features(frames["order_lines"], frames["rma_lines"], frames["products"], PARAMS)

    assert dict(built.schema) == feature_schema()
    assert built.height == frames["rma_lines"]["rma_id"].n_unique()


def test_without_optional_columns_their_features_are_absent_and_nothing_fails() -> None:
    shop = random_shop(4)
    bare = {
        name: frame.with_columns(pl.lit(None).alias(column) for column in frame.columns if column not in kept)
        for name, frame, kept in (
            ("order_lines", shop.order_lines, {"order_id", "line_id", "customer_id", "ordered_at", "sku", "quantity"}),
            ("rma_lines", shop.rma_lines, {"rma_id", "rma_line_id", "customer_id", "sku", "quantity", "requested_at"}),
            ("products", shop.products, {"sku"}),
        )
    }

    built = build_features(bare["order_lines"], bare["rma_lines"], bare["products"], PARAMS)

    absent = [name for name in feature_schema() if built[name].is_null().all()]
    assert absent == [
        *("rma_amount", "rma_share_of_spend", "returned_share_of_spend"),
        *("hours_since_order", "days_since_delivery", "window_used_share", "days_past_window"),
        *("restricted_line_share", "refund_to_paid_ratio"),
        *("same_reason_lines_ever", "same_reason_excess", "claim_lines_ever", "claim_excess"),
    ]


def test_the_shopper_features_of_an_anonymous_return_are_null() -> None:
    found = features_by_rma(order_lines({}), rma_lines({"customer_id": None, "reason_code": "size"}))["r0"]

    families = {Family.SHOPPER, Family.EXCESS, Family.VELOCITY, Family.REASON}
    assert [f.name for f in FEATURES if f.family in families and found[f.name] is not None] == []
    assert {f.name for f in FEATURES if found[f.name] is not None} >= {"rma_units", "item_return_rate"}


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ValueError, match=r"delivered_at, sku of order_lines"):
        core_frame("order_lines", order_lines({}).drop("delivered_at", "sku"))


def test_further_columns_are_let_be() -> None:
    shop = random_shop(5)
    wider = shop.rma_lines.with_columns(status=pl.lit("closed"), condition_grade=pl.lit("empty_box"))

    assert_frame_equal(
        build_features(shop.order_lines, wider, shop.products.with_columns(weight_g=pl.lit(1)), PARAMS),
        build_features(shop.order_lines, shop.rma_lines, shop.products, PARAMS),
    )


def test_what_is_not_known_at_the_request_changes_nothing() -> None:
    shop = random_shop(6)
    other_fate = shop.rma_lines.with_columns(return_method=pl.lit("keep_it"), bought_quantity=pl.lit(99))
    later = other_fate.with_columns(pl.when(pl.col("refunded_at").is_not_null()).then("refund_amount"))

    assert_frame_equal(
        build_features(shop.order_lines, later, shop.products, PARAMS),
        build_features(shop.order_lines, shop.rma_lines, shop.products, PARAMS),
    )


def test_own_lines_are_those_of_the_first_moment() -> None:
    lines = request_lines(
        rma_lines(
            {"rma_id": "r", "rma_line_id": "1", "customer_id": None, "requested_at": at(1)},
            {"rma_id": "r", "rma_line_id": "2", "customer_id": "c1", "requested_at": at(2), "matched_quantity": 1},
            {"rma_id": "s", "customer_id": "c2", "matched_quantity": 1, "ordered_at": at(10)},
        )
    )

    assert lines["is_own"].to_list() == [True, False, True]
    # The shopper became known with the later line only.
    assert lines["rma_customer_id"].to_list() == [None, None, "c2"]
    assert lines["customer_id"].to_list() == [None, "c1", "c2"]
    assert lines["is_matched"].to_list() == [False, False, True]


@pytest.mark.parametrize("seed", range(4))
def test_shoppers_bucket_by_bucket_are_as_all_together(seed: int) -> None:
    shop = random_shop(seed)
    asked = request_lines(core_frame("rma_lines", shop.rma_lines))
    tables = global_tables(shop.order_lines, asked)

    parts = [
        features_of(
            shop.order_lines.filter(pl.col("customer_id").is_in(shoppers, nulls_equal=True)),
            asked.filter(pl.col("customer_id").is_in(shoppers, nulls_equal=True)),
            shop.products,
            tables,
            PARAMS,
        )
        for shoppers in (["c1", "c3"], ["c2"], ["c4", "c5", None])
    ]

    whole = build_features(shop.order_lines, shop.rma_lines, shop.products, PARAMS)
    assert_frame_equal(pl.concat(parts).sort("rma_id"), whole, check_exact=True)


def test_every_window_of_the_catalogue_is_computed() -> None:
    found = features_by_rma(order_lines({}), rma_lines({}), products())["r0"]

    assert {f"orders_{window}": found[f"orders_{window}"] for window in WINDOWS_DAYS} == {
        "orders_30d": 1,
        "orders_90d": 1,
        "orders_365d": 1,
        "orders_ever": 1,
    }

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from features.assemble import build_features, features_of, learn, prepare, request_lines
from features.catalogue import FEATURES, WINDOWS_DAYS, Direction, Family
from features.contracts import CORE_FRAMES, FEATURE_NAMES, Stage, feature_schema
from features.shop import Shop, core_frame
from features.stages import INSPECTION, PARCEL, with_knowledge
from tests.factories import at, features_by_rma, order_lines, products, rma_lines
from tests.random_shop import SENSITIVE, STRANGERS, random_shop

PARAMS = SENSITIVE


def frames_of(shop: Shop) -> dict[str, pl.DataFrame]:
    return {name: getattr(shop, name) for name in CORE_FRAMES}


def test_one_row_an_rma_in_order_with_the_columns_of_the_contract() -> None:
    shop = random_shop(1)

    built = build_features(shop, PARAMS)

    assert dict(built.schema) == feature_schema()
    assert built["rma_id"].unique(maintain_order=True).to_list() == sorted(set(shop.rma_lines["rma_id"]))
    assert set(built["stage"]) == set(Stage)
    assert built.select("rma_id", "stage").is_unique().all()


def test_no_zero_has_a_sign() -> None:
    built = build_features(random_shop(2, n_orders=80, n_rmas=80), PARAMS)
    signed = {
        name: int(np.signbit(values[values == 0]).sum())
        for name in FEATURE_NAMES
        if (values := built[name].fill_null(1.0).to_numpy()).size
    }
    assert {name: n for name, n in signed.items() if n} == {}


def test_random_shops_reach_every_feature() -> None:
    built = pl.concat(
        build_features(random_shop(seed, n_orders=orders, n_rmas=rmas), PARAMS)
        for seed, orders, rmas in ((2, 80, 80), (9, 80, 160), (2, 100, 240), (1, 60, 40))
    )

    # A feature that is constant in a shop where everything happens would pass every comparison unnoticed.
    constant = [feature.name for feature in FEATURES if built[feature.name].drop_nulls().n_unique() < 2]
    assert constant == []


@pytest.mark.parametrize("kept", [(), ("order_lines",), ("rma_lines",), ("rma_lines", "products")])
def test_empty_frames_give_the_same_columns(kept: tuple[str, ...]) -> None:
    shop = random_shop(3)
    frames = {name: getattr(shop, name) if name in kept else getattr(shop, name).clear() for name in CORE_FRAMES}

    built = build_features(Shop.of(frames), PARAMS)

    assert dict(built.schema) == feature_schema()
    assert built["rma_id"].n_unique() == frames["rma_lines"]["rma_id"].n_unique()


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

    built = build_features(Shop.of(bare), PARAMS)

    assert built["stage"].unique().to_list() == ["request"]

    # Who, what, when and how many of it is all that such exports tell: no other family finds anything suspicious.
    suspicious = [
        f for f in FEATURES if f.direction is not Direction.CONTEXT and (built[f.name].fill_null(0) > 0).any()
    ]
    told = {feature.family.value for feature in suspicious}
    assert told <= {"shopper", "excess", "value", "timing", "policy", "reason", "velocity", "pace", "sequence"}
    needed = {"excess_lines_returned_90d", "rma_units", "unmatched_unit_share", "item_return_rate", "rma_acceleration"}
    assert [name for name in needed if built[name].is_null().all()] == []
    unknown = {"rma_amount", "days_since_delivery", "restricted_line_share", "refund_to_paid_ratio", "claim_excess"}
    assert [name for name in (*unknown, "ring_id") if not built[name].is_null().all()] == []


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
    wider = shop.rma_lines.with_columns(label_cost=pl.lit("closed"), source=pl.lit("shopify"))

    assert_frame_equal(
        build_features(Shop.of(frames_of(shop) | {"rma_lines": wider}), PARAMS),
        build_features(shop, PARAMS),
    )


def test_what_is_not_known_at_the_request_changes_nothing() -> None:
    shop = random_shop(6)
    undated = (*PARCEL, *INSPECTION, "refund_method", "restocking_fee")
    mixed = shop.rma_lines.select(undated).sample(fraction=1, shuffle=True, seed=1)
    later = shop.rma_lines.with_columns(mixed.get_columns(), bought_quantity=pl.lit(99))

    def requests(rma_lines: pl.DataFrame) -> pl.DataFrame:
        known = with_knowledge(rma_lines)
        # What others' facts tell is theirs to change: only RMAs before any other's fact was known are compared.
        first = known.select(pl.min_horizontal("parcel_known_at", "inspection_known_at", "outcome_known_at").min())
        built = build_features(Shop.of(frames_of(shop) | {"rma_lines": rma_lines}), PARAMS)
        return built.filter(pl.col("stage") == "request", pl.col("requested_at") <= first.item())

    assert requests(shop.rma_lines).height > 0
    assert_frame_equal(requests(later), requests(shop.rma_lines))


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
    prepared = prepare(random_shop(seed))
    learned = learn(prepared, PARAMS)
    parts = []
    for shoppers in (["c1", "c3"], ["c2", *STRANGERS], ["c4", "c5", None]):
        named = [pl.col(name).is_in(shoppers, nulls_equal=True) for name in ("rma_customer_id", "customer_id")]
        lines = prepared.rma_lines.filter(pl.any_horizontal(named))
        built = features_of(prepared.of_shoppers(pl.Series(shoppers), lines), learned, PARAMS)
        parts.append(built.filter(pl.col("customer_id").is_in(shoppers, nulls_equal=True)))

    whole = build_features(random_shop(seed), PARAMS)
    assert_frame_equal(pl.concat(parts).sort("rma_id", maintain_order=True), whole, check_exact=True)


def test_every_window_of_the_catalogue_is_computed() -> None:
    found = features_by_rma(order_lines({}), rma_lines({}), products())["r0"]

    assert {f"orders_{window}": found[f"orders_{window}"] for window in WINDOWS_DAYS} == {
        "orders_30d": 1,
        "orders_90d": 1,
        "orders_365d": 1,
        "orders_ever": 1,
    }

"""What was paid, asked or said twice: other RMAs of the same purchase, whoever made them, and chargebacks.

What belongs here: an RMA against other RMAs of its purchases, and against its orders' chargebacks. What does not: the
RMA by itself (``settlement``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

import polars as pl

from features.contacts import contacted
from features.learning import Gathered, Learner, Part
from features.params import FeatureParams
from features.stages import REFUSED, Cases
from features.windows import Timeline, earliest, money_units, timeline, view

LEAST_SHARE = 1.05
"""Refunds of up to so many times the price paid tell nothing: rounding, price changes, postage."""
SERVICE = "repair|replac|warranty|service"
"""Topics of contacts after which a unit may have another serial number."""
SERVICE_EXPLAINS = 0.9
LOST = ("item_not_received", "missing_item")
_KEY = ["rma_id", "stage"]
_PURCHASE = ["order_id", "line_id"]
_MEASURES = ["units", "refund", "refusals", "lost", "returned", "replaced"]


@dataclass(frozen=True, slots=True)
class Doubles:
    """What became of each purchase (each order), and of it by each RMA; when the first chargeback was told."""

    purchases: Timeline
    own_purchases: Timeline
    orders: Timeline
    own_orders: Timeline
    first_chargeback_at: datetime | None


def _gather(part: Part) -> Gathered:
    """Return what was asked and paid for each purchase, and when the first chargeback was told."""
    return {
        "events": _events(part.home.rma_lines),
        "chargebacks": part.home.chargebacks.select(pl.col("opened_at").min()),
    }


def _learn(gathered: Gathered, params: FeatureParams) -> partial[pl.DataFrame]:  # noqa: ARG001 - a learner takes both
    """Learn what was asked and paid for each purchase."""
    events = gathered["events"]
    return partial(
        _tell_doubles,
        learned=Doubles(
            timeline(events, _PURCHASE, "at", _MEASURES),
            timeline(events, [*_PURCHASE, "rma_id"], "at", _MEASURES),
            timeline(events, ["order_id"], "at", _MEASURES),
            timeline(events, ["order_id", "rma_id"], "at", _MEASURES),
            earliest(gathered["chargebacks"], "opened_at"),
        ),
    )


LEARNER = Learner(_gather, _learn)


def _events(rma_lines: pl.DataFrame) -> pl.DataFrame:
    """Return what was asked at the request, and what was refunded or refused when that was known."""
    asked = rma_lines.filter("is_matched").select(
        "rma_id",
        *_PURCHASE,
        pl.col("requested_at").alias("at"),
        units=pl.col("quantity"),
        lost=pl.col("claim_type").is_in(LOST).cast(pl.Int64),
        returned=(pl.col("claim_type").fill_null("return") == "return").cast(pl.Int64),
        replaced=(pl.col("claim_type") == "warranty").cast(pl.Int64),
    )
    is_refused = pl.col("status").is_in((*REFUSED, "cancelled")).fill_null(value=False)
    told = rma_lines.filter("is_matched", pl.col("outcome_known_at").is_not_null()).select(
        "rma_id",
        *_PURCHASE,
        # A thing that is answered before it is asked counts from when it is asked.
        pl.max_horizontal("outcome_known_at", "requested_at").alias("at"),
        units=pl.when(is_refused).then(-pl.col("quantity")).otherwise(0),
        refund=money_units("refund_amount"),
        refusals=pl.col("status").is_in(REFUSED).cast(pl.Int64),
        replaced=(pl.col("refund_method") == "exchange").cast(pl.Int64),
    )
    return pl.concat([asked, told], how="diagonal")


def _tell_doubles(cases: Cases, learned: Doubles) -> pl.DataFrame:
    """Return what other RMAs of the same purchases, and chargebacks of the same orders, say of each RMA."""
    lines = cases.purchased.filter("is_matched")
    by_purchase = _of_purchases(lines, learned)
    told = cases.rows.join(by_purchase, on=_KEY, how="left", maintain_order="left")
    for facts in (_chargebacks(cases), contacted(cases, "_serviced", SERVICE)):
        told = told.join(facts, on=_KEY, how="left", maintain_order="left")
    has_chargebacks = pl.col("stage_at") >= pl.lit(learned.first_chargeback_at, dtype=pl.Datetime("us"))
    charged = ("charged_back", "refunded_and_charged_back", "chargebacks_before")
    known = told.with_columns(pl.when(has_chargebacks).then(pl.col(charged).fill_null(0)))
    return known.with_columns(
        unit_replaced=pl.max_horizontal("unit_replaced", SERVICE_EXPLAINS * pl.col("_serviced")),
        chargebacks_before=pl.when(pl.col("customer_id").is_not_null()).then("chargebacks_before"),
    ).select(*_KEY, *by_purchase.columns[2:], *charged)


def _of_purchases(lines: pl.DataFrame, learned: Doubles) -> pl.DataFrame:
    """Return an RMA's purchases refunded, asked and refused on other RMAs as well, the most over its lines."""
    asked = lines.group_by(*_KEY, "stage_at", *_PURCHASE).agg(
        pl.col("quantity").sum().alias("own_units"),
        money_units("refund_amount").sum().alias("own_refund"),
        pl.col("claim_type").is_in(LOST).any().alias("own_lost"),
        (pl.col("claim_type").fill_null("return") == "return").any().alias("own_returned"),
        money_units("line_paid").max().alias("paid"),
        pl.col("line_units").max(),
    )
    others = _others(asked, learned.purchases, learned.own_purchases)
    ordered = _others(asked, learned.orders, learned.own_orders)
    counted = asked.hstack(others).with_columns(order_lost=ordered["lost"], order_returned=ordered["returned"])
    share = (pl.col("refund") + pl.col("own_refund")) / pl.col("paid")
    is_twice = (pl.col("refund") > 0) & (pl.col("own_refund") > 0) & (share >= LEAST_SHARE)
    is_contrary = (pl.col("own_lost") & (pl.col("order_returned") > 0)) | (
        pl.col("own_returned") & (pl.col("order_lost") > 0)
    )
    over = pl.when(pl.col("units") > 0).then(pl.col("units") + pl.col("own_units") - pl.col("line_units")).otherwise(0)
    return counted.group_by(_KEY).agg(
        paid_twice_share=pl.when(is_twice).then(share).otherwise(0.0).max(),
        units_asked_twice=over.clip(lower_bound=0).max().cast(pl.Float64),
        refunded_after_refusal=((pl.col("refusals") > 0) & (pl.col("own_refund") > 0)).any().cast(pl.Float64),
        unit_replaced=(pl.col("replaced") > 0).any().cast(pl.Float64),
        lost_and_returned=is_contrary.any().cast(pl.Float64),
    )


def _others(asked: pl.DataFrame, whole: Timeline, own: Timeline) -> pl.DataFrame:
    """Return what other RMAs made of each row's purchase (order) before the stage's moment."""
    seen, itself = view(whole, asked, "stage_at"), view(own, asked, "stage_at")
    return pl.DataFrame([(seen.total(name) - itself.total(name)).fill_null(0) for name in _MEASURES])


def _chargebacks(cases: Cases) -> pl.DataFrame:
    """Return whether an RMA's orders were charged back by its moment, and how often the shopper's others were."""
    lines = (
        cases.lines.filter("is_matched")
        .group_by(*_KEY, "stage_at", "order_id")
        .agg(
            is_refunded=(pl.col("refund_amount") > 0).any(),
            refunded_at=pl.col("refunded_at").filter(pl.col("refund_amount") > 0).min(),
        )
    )
    # Who disputes a payment and is then refunded was refunded because of it; a refund that nobody dates came before.
    is_after = pl.col("is_refunded") & (pl.col("refunded_at") < pl.col("opened_at")).fill_null(value=True)
    disputes = cases.part.chargebacks.group_by("order_id", "opened_at").agg(n=pl.len().cast(pl.Int64))
    own = (
        lines.join(disputes, on="order_id")
        .filter(pl.col("opened_at") <= pl.col("stage_at"))
        .group_by(_KEY)
        .agg(
            charged_back=pl.lit(1.0),
            refunded_and_charged_back=is_after.any().cast(pl.Float64),
            own=pl.col("n").filter(pl.col("opened_at") < pl.col("stage_at")).sum(),
        )
    )
    buyers = cases.part.orders.select("order_id", "customer_id").drop_nulls()
    seen = view(
        timeline(disputes.join(buyers, on="order_id"), ["customer_id"], "opened_at", ["n"]), cases.rows, "stage_at"
    )
    counted = cases.rows.select(_KEY).with_columns(n=seen.total("n").fill_null(0))
    joined = counted.join(own, on=_KEY, how="left", maintain_order="left")
    before = (pl.col("n") - pl.col("own").fill_null(0)).clip(lower_bound=0).cast(pl.Float64)
    return joined.with_columns(chargebacks_before=before).drop("n", "own")

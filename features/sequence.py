"""What was asked back before on the same purchase: again, with another reason, after a no.

What belongs here: earlier RMAs of the order and of its item. What does not: the shopper's reasons on other orders
(``reason``).

An RMA's purchase is the order that its lines name; the item is a SKU of it. What others' RMAs asked counts when it
was asked, what became of them when that was known. Sending back one thing after the other of a large order is
ordinary, so RMAs of an order are compared with its lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import polars as pl

from features.learning import Gathered, Learner, Part
from features.params import FeatureParams
from features.stages import REFUSED, Cases
from features.windows import Timeline, timeline, view

FAULT = r"defect|damag|broken|fault|not_as|wrong|missing|quality|not_received|never_arrived|kaputt|falsch"
"""What a reason that blames the shop has in its name; the others are the customer's choice."""
_ITEM = ["order_id", "sku"]


@dataclass(frozen=True, slots=True)
class SequenceTables:
    """RMAs of the whole shop by what they give back.

    ``orders``: RMAs by order; ``items``: RMA lines that say why, by order and SKU, and of them ``fault``, which blame
    the shop; ``reasons``: the same by reason; ``refusals``: refused lines by order and SKU.
    """

    orders: Timeline
    items: Timeline
    reasons: Timeline
    refusals: Timeline


def _gather(part: Part) -> Gathered:
    """Return what was asked back of every order, and why, and what of it was refused."""
    lines = _asked(part.home.rma_lines).with_columns(n=pl.lit(1))
    return {
        "orders": lines.group_by("order_id", "rma_id").agg(pl.col("requested_at").min(), n=pl.lit(1)).drop("rma_id"),
        "said": lines.drop_nulls("said").select(*_ITEM, "said", "requested_at", "n", "fault"),
        "refusals": lines.filter(pl.col("status").is_in(REFUSED)).select(*_ITEM, "outcome_known_at", "n"),
    }


def _learn(gathered: Gathered, params: FeatureParams) -> partial[pl.DataFrame]:  # noqa: ARG001 - as every learner
    """Learn what was asked back of every order."""
    said = gathered["said"]
    return partial(
        _tell_sequence,
        tables=SequenceTables(
            orders=timeline(gathered["orders"], ["order_id"], "requested_at", ["n"]),
            items=timeline(said, _ITEM, "requested_at", ["n", "fault"]),
            reasons=timeline(said, [*_ITEM, "said"], "requested_at", ["n"]),
            refusals=timeline(gathered["refusals"], _ITEM, "outcome_known_at", ["n"]),
        ),
    )


LEARNER = Learner(_gather, _learn)


def _tell_sequence(cases: Cases, tables: SequenceTables) -> pl.DataFrame:
    """Return the features of the family ``sequence`` of each RMA and stage that names an order."""
    asked_at = cases.rows.select("rma_id", "stage", asked_at="requested_at")
    lines = _asked(cases.lines).join(asked_at, on=["rma_id", "stage"])
    orders = _orders(lines, cases.part.order_lines, tables)
    items = _items(lines, tables)
    return orders.join(items, on=["rma_id", "stage"], how="left", maintain_order="left")


def _asked(rma_lines: pl.DataFrame) -> pl.DataFrame:
    """Return RMA lines that name an order, with what they ``said`` and whether that blames the shop (``fault``)."""
    claim = pl.when(pl.col("claim_type") != "return").then("claim_type")
    said = rma_lines.drop_nulls("order_id").with_columns(said=pl.coalesce(claim, "reason_code"))
    return said.with_columns(fault=pl.col("said").str.to_lowercase().str.contains(FAULT).cast(pl.Int64))


def _orders(lines: pl.DataFrame, order_lines: pl.DataFrame, tables: SequenceTables) -> pl.DataFrame:
    """Return how many RMAs had asked of the RMA's order before, and how many more than its further lines explain."""
    is_past = (pl.col("requested_at") < pl.col("stage_at")).cast(pl.Int64)
    asked = (
        lines.with_columns(is_past=is_past)
        .group_by("rma_id", "stage", "stage_at", "order_id")
        .agg(own=pl.col("is_past").max())
    )
    placed = asked.join(order_lines.select("order_id", "ordered_at"), on="order_id").filter(
        pl.col("ordered_at") < pl.col("stage_at")
    )
    key = ["rma_id", "stage", "order_id"]
    bought = placed.group_by(key).agg(bought=pl.len().cast(pl.Int64))
    sized = asked.join(bought, on=key, how="left", maintain_order="left")
    before = view(tables.orders, sized, "stage_at").total("n") - sized["own"]
    spare = pl.col("bought").fill_null(1) - 1
    return (
        sized.with_columns(before=before)
        .group_by("rma_id", "stage")
        .agg(
            order_rmas_before=pl.col("before").max().cast(pl.Float64),
            order_rmas_split=(pl.col("before") / (1 + spare.sqrt())).max(),
        )
    )


def _items(lines: pl.DataFrame, tables: SequenceTables) -> pl.DataFrame:
    """Return what the RMA's items were asked back for before it, the most over them.

    Earlier are RMAs requested before this one was; a later one changes nothing of its reason.
    """
    key = ["rma_id", "stage", "stage_at", "asked_at", "order_id", "sku"]
    refused = pl.col("status").is_in(REFUSED) & (pl.col("outcome_known_at") < pl.col("stage_at"))
    own = lines.group_by(key).agg(
        own_refused=refused.fill_null(value=False).sum(),
        fault=pl.col("fault").max(),
        told=pl.col("said").is_not_null().any(),
    )
    same = lines.drop_nulls("said").select(*key, "said").unique()
    same = same.with_columns(view(tables.reasons, same, "asked_at").total("n").alias("same"))
    alike = same.group_by(key).agg(pl.col("same").sum())
    seen, no = view(tables.items, own, "asked_at"), view(tables.refusals, own, "stage_at")
    counted = own.with_columns(
        before=seen.total("n"), fault_before=seen.total("fault"), refused=no.total("n") - own["own_refused"]
    ).join(alike, on=key, how="left", maintain_order="left", nulls_equal=True)
    changed = pl.when("told").then(pl.col("before") - pl.col("same").fill_null(0))
    blames = pl.col("fault") == 1
    turned = (blames & (pl.col("before") > pl.col("fault_before"))).fill_null(value=False)
    softened = (~blames & (pl.col("fault_before") > 0)).fill_null(value=False)
    # Who asks for several items again words each anew: one blamed for the first time says little beside others that
    # are not, and nothing beside one that is blamed no more.
    # Counts are unsigned: what is taken off stands on the other side.
    is_most = 2 * turned.sum() > (pl.col("before") > 0).sum() + 2 * softened.sum()
    escalation = turned.cast(pl.Float64) * pl.when(pl.col("refused") > 0).then(2.0).otherwise(1.0)
    return counted.group_by("rma_id", "stage").agg(
        item_reasons_changed=changed.cast(pl.Float64).max(),
        item_asked_after_no=pl.col("refused").cast(pl.Float64).max(),
        reason_escalation=pl.when("told").then(escalation).max() * is_most.cast(pl.Float64),
    )

"""What was known about an RMA, and from when on: as requested, as received, as settled.

What belongs here: which moment dates which fact of an RMA line, which stages an RMA has reached, as of which
moment each stage is told, and an RMA's lines as they were known then. What does not: any feature.

* A **parcel** fact (carrier, tracking, weight, dock, agent, store) is known from the receipt on; where no receipt
  is dated, from the inspection, closing, refund or shipment on, the first of these that is dated.
* An **inspection** fact (grade, serial, opened, restocked) from the inspection on, else the closing, refund or
  receipt.
* An **outcome** (refund, its method and card, fee, status) from the refund on, else the closing; a denial without
  either from the inspection or authorisation.

Stage ``received`` is told as of the last line's parcel facts that came, stage ``settled`` as of the last fact of any
line: chargebacks on its purchases are facts of it, and so is that the goods were bought again cheaper, which mostly
comes after the refund. A fact whose moment no export tells counts for its own RMA at its stage
(as of the moments that are told), and never as another RMA's past: when it was known is not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from features.contracts import AT, Stage
from features.purchases import with_purchase
from features.shop import Shop

DATES = ("authorized_at", "shipped_at", "received_at", "inspected_at", "refunded_at", "closed_at")
"""The moments of an RMA line's life; each is known from itself on."""
PARCEL = (
    *("carrier", "tracking_number", "scan_weight_g", "tracking_destination_postcode", "dock_received"),
    *("received_quantity", "agent_id", "store_id"),
)
INSPECTION = ("received_serial", "condition_grade", "is_opened", "restocked")
OUTCOME = ("refund_amount", "refund_method", "refund_payment_fingerprint_hash", "restocking_fee", "status")
REFUSED = ("denied", "rejected")
"""The statuses that say no to the customer."""

KNOWN_AT = {"parcel_known_at": PARCEL, "inspection_known_at": INSPECTION, "outcome_known_at": OUTCOME}
"""Which column dates which facts of an RMA line."""


@dataclass(frozen=True)
class Cases:
    """RMAs at the stages that they reached, what was known of them, and their shoppers' rows.

    ``rows``: one row an RMA and stage, in order of their names: ``rma_id``, ``stage``, ``stage_at``, ``customer_id``,
    ``requested_at``, ``day`` (of ``stage_at``). ``lines``: the lines of each such row as known then, a fact that was
    not known is null. ``part``: the shop's rows of these RMAs' shoppers (and their RMA lines), all moments.
    """

    rows: pl.DataFrame
    lines: pl.DataFrame
    part: Shop

    @cached_property
    def purchased(self) -> pl.DataFrame:
        """The lines with their purchases (``purchases.with_purchase``)."""
        return with_purchase(self.lines, self.part)

    @cached_property
    def past_purchased(self) -> pl.DataFrame:
        """The part's RMA lines with their purchases."""
        return with_purchase(self.part.rma_lines, self.part)


def with_knowledge(rma_lines: pl.DataFrame) -> pl.DataFrame:
    """Add to RMA lines when their facts were known: the columns of ``KNOWN_AT``, null where no export tells."""
    refused = pl.when(pl.col("status").is_in(REFUSED)).then(pl.coalesce("inspected_at", "authorized_at"))
    return rma_lines.with_columns(
        parcel_known_at=pl.coalesce("received_at", "inspected_at", "closed_at", "refunded_at", "shipped_at"),
        inspection_known_at=pl.coalesce("inspected_at", "closed_at", "refunded_at", "received_at"),
        outcome_known_at=pl.coalesce("refunded_at", "closed_at", refused),
    )


def case_rows(rma_lines: pl.DataFrame, chargebacks: pl.DataFrame, rebuys: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return one row an RMA and stage that it reached, in order of their names, and as of which moment it is told.

    ``rma_lines`` carry what ``assemble.request_lines`` and ``with_knowledge`` add; ``rebuys`` is what ``rebuy.rebuys``
    returns.
    """
    facts = _line_moments(rma_lines, chargebacks)
    reached = facts.group_by("rma_id").agg(
        pl.col("rma_customer_id").min().alias("customer_id"),
        pl.col("requested_at").min(),
        received_at=pl.col("parcel").max(),
        settled_at=pl.when(pl.col("is_settled").any()).then(pl.col("last").max()),
    )
    if rebuys is not None:
        # It is told of what is settled: who buys again before that is known to have by then.
        again = rebuys.select("rma_id", "rebought_at").drop_nulls()
        later = pl.max_horizontal("settled_at", "rebought_at")
        reached = reached.join(again, on="rma_id", how="left").with_columns(
            settled_at=pl.when(pl.col("settled_at").is_not_null()).then(later)
        )
    stages = {
        Stage.REQUEST: pl.col("requested_at"),
        Stage.RECEIVED: pl.max_horizontal("received_at", "requested_at"),
        Stage.SETTLED: pl.max_horizontal("settled_at", "requested_at"),
    }
    reached_by = {Stage.RECEIVED: "received_at", Stage.SETTLED: "settled_at"}
    return pl.concat(
        (reached.drop_nulls(reached_by[stage]) if stage in reached_by else reached).select(
            "rma_id",
            pl.lit(stage.value).alias("stage"),
            moment.cast(AT).alias("stage_at"),
            "customer_id",
            "requested_at",
            moment.dt.date().alias("day"),
        )
        for stage, moment in stages.items()
    ).sort("rma_id", "stage")


def case_lines(rows: pl.DataFrame, rma_lines: pl.DataFrame) -> pl.DataFrame:
    """Return the lines of each RMA and stage (``stage``, ``stage_at`` and an RMA line's columns) as known then.

    At the request the lines are those of the RMA's first moment, later all that were asked by then. ``day`` is the
    stage's.
    """
    told = rows.select("rma_id", "stage", "stage_at", pl.col("day").alias("stage_day"))
    lines = told.join(rma_lines, on="rma_id", maintain_order="left_right").filter(
        pl.when(pl.col("stage") == Stage.REQUEST).then("is_own").otherwise(pl.col("requested_at") <= pl.col("stage_at"))
    )
    is_later = pl.col("stage") != Stage.REQUEST
    masked = lines.with_columns(
        *(pl.when(is_later & (pl.col(date) <= pl.col("stage_at"))).then(date).alias(date) for date in DATES),
        *(pl.when(_is_known(known_at)).then(pl.col(columns)) for known_at, columns in KNOWN_AT.items()),
    )
    return masked.with_columns(day="stage_day").drop("stage_day")


def _is_known(known_at: str) -> pl.Expr:
    """Return whether facts with this date were known at the row's stage; undated ones are at theirs."""
    first = Stage.RECEIVED if known_at == "parcel_known_at" else Stage.SETTLED
    own_stages = [stage.value for stage in Stage][list(Stage).index(first) :]
    is_dated = pl.col(known_at) <= pl.col("stage_at")
    is_told = pl.when(pl.col(known_at).is_null()).then(pl.col("stage").is_in(own_stages)).otherwise(is_dated)
    return is_told & (pl.col("stage") != Stage.REQUEST)


def _line_moments(rma_lines: pl.DataFrame, chargebacks: pl.DataFrame) -> pl.DataFrame:
    """Return for each RMA line when its parcel facts were known, when its last fact was, and whether it is settled."""
    opened = chargebacks.group_by("order_id").agg(pl.col("opened_at").alias("_opened"))
    lines = rma_lines.join(opened, on="order_id", how="left").with_columns(
        _opened=pl.col("_opened").list.eval(pl.element().sort()).list.last()
    )
    disputed = pl.when(pl.col("_opened") >= pl.col("requested_at")).then("_opened")
    end = pl.max_horizontal("received_at", "inspected_at", "refunded_at", "closed_at", "outcome_known_at", disputed)
    # Any status but a refusal may change, so it settles nothing by itself.
    has_outcome = _any_of((*OUTCOME[:-1], "refunded_at", "closed_at")) | pl.col("status").is_in(REFUSED).fill_null(
        value=False
    )
    return lines.select(
        "rma_id",
        "rma_customer_id",
        "requested_at",
        parcel=pl.when(_any_of((*PARCEL, "shipped_at", "received_at"))).then(
            pl.coalesce("parcel_known_at", "requested_at")
        ),
        last=pl.coalesce(end, "requested_at"),
        is_settled=_any_of((*INSPECTION, "inspected_at")) | has_outcome | disputed.is_not_null(),
    )


def _any_of(columns: Sequence[str]) -> pl.Expr:
    """Return whether any of the columns is known."""
    return pl.any_horizontal(pl.col(columns).is_not_null())

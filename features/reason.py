"""What the shopper says: the same reason again, many reasons, repeated claims of loss or damage.

What belongs here: reasons and claims of the shopper's earlier RMAs against this one's. What does not:
free comments (their wording is no feature yet).
"""

from __future__ import annotations

import polars as pl

from features.excess import standardised
from features.rates import CLAIMS, GlobalTables, population_counts, reason_counts
from features.shopper import History
from features.windows import timeline, view


def add_reason(
    requests: pl.DataFrame, own_lines: pl.DataFrame, rma_lines: pl.DataFrame, past: History, tables: GlobalTables
) -> pl.DataFrame:
    """Add the features of the family ``reason``; needs ``lines_returned_ever`` and ``lines_bought_ever``.

    ``own_lines`` are the RMAs' lines at the request, ``rma_lines`` all lines of the same shoppers.
    """
    counted = requests.with_columns(population_counts(requests, tables).select(pl.all().name.prefix("_")))
    told = counted.join(_again(own_lines, rma_lines, tables), on="rma_id", how="left", maintain_order="left")
    spoken = told.with_columns(
        _distinct_reasons(requests, rma_lines),
        past.returned.total("claims").cast(pl.Float64).alias("claim_lines_ever"),
        same_reason_lines_ever=pl.when(pl.col("customer_id").is_not_null()).then("same_reason_lines_ever"),
    )
    claimed = _claims_now(own_lines)
    scored = spoken.join(claimed, on="rma_id", how="left", maintain_order="left").with_columns(
        same_reason_excess=_same_reason_excess(), claim_excess=_claim_excess()
    )
    says_claims = pl.col("requested_at") >= pl.lit(tables.first_claim_at, dtype=pl.Datetime("us"))
    return scored.with_columns(pl.when(says_claims).then(pl.col("claim_lines_ever", "claim_excess"))).drop(
        "_bought", "_returned", "_reasoned", "_claims", "_reason_lines", "_claims_now"
    )


def _again(own_lines: pl.DataFrame, rma_lines: pl.DataFrame, tables: GlobalTables) -> pl.DataFrame:
    """Return for each RMA that gives a reason how often its reasons were given before.

    ``same_reason_lines_ever`` by the shopper, ``_reason_lines`` by everybody up to the day before.
    """
    given = own_lines.drop_nulls("reason_code").select(
        "rma_id", pl.col("rma_customer_id").alias("customer_id"), "requested_at", "day", "reason_code"
    )
    asked = given.unique()
    earlier = rma_lines.select("customer_id", "reason_code", "requested_at", lines=pl.lit(1))
    by_shopper = view(
        timeline(earlier, ["customer_id", "reason_code"], "requested_at", ["lines"]), asked, "requested_at"
    )
    counts = asked.with_columns(
        by_shopper.total("lines").alias("same_reason_lines_ever"),
        reason_counts(asked, tables).alias("_reason_lines"),
    )
    sums = counts.group_by("rma_id").agg(pl.col("same_reason_lines_ever", "_reason_lines").sum())
    return sums.with_columns(pl.col("same_reason_lines_ever").cast(pl.Float64))


def _same_reason_excess() -> pl.Expr:
    """Return the binomial excess of the same reasons among the shopper's earlier lines; null before any reason."""
    share = pl.col("_reason_lines") / pl.col("_returned")
    lines = pl.col("lines_returned_ever")
    excess = standardised(pl.col("same_reason_lines_ever") - lines * share, lines * share * (1 - share))
    return pl.when(pl.col("_reasoned") > 0).then(excess)


def _claim_excess() -> pl.Expr:
    """Return the Poisson excess of the shopper's claims with this RMA's; 0 where it makes none."""
    rate = pl.when(pl.col("_bought") > 0).then(pl.col("_claims") / pl.col("_bought")).otherwise(0)
    expected = rate * pl.col("lines_bought_ever")
    excess = standardised(pl.col("claim_lines_ever") + pl.col("_claims_now") - expected, expected)
    return pl.when(pl.col("_claims_now") > 0).then(excess).when(pl.col("customer_id").is_not_null()).then(0.0)


def _claims_now(own_lines: pl.DataFrame) -> pl.DataFrame:
    """Return how many lines of each RMA claim that the parcel was lost, incomplete or damaged."""
    is_claim = pl.col("claim_type").is_in(CLAIMS).fill_null(value=False)
    return own_lines.group_by("rma_id").agg(_claims_now=is_claim.sum().cast(pl.Int64))


def _distinct_reasons(requests: pl.DataFrame, rma_lines: pl.DataFrame) -> pl.Series:
    """Return how many different reasons the shopper gave before each RMA: each is new only once."""
    new = rma_lines.group_by("customer_id", "reason_code").agg(pl.col("requested_at").min(), reasons=pl.lit(1))
    events = timeline(new.drop_nulls("reason_code"), ["customer_id"], "requested_at", ["reasons"])
    seen = view(events, requests, "requested_at").total("reasons")
    return seen.cast(pl.Float64).alias("distinct_reasons_ever")

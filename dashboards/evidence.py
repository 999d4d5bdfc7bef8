"""What the published set tells of one case: its RMAs, their steps, peers, shopper, linked accounts, cases like it.

What belongs here: reading and joining tables for one case, as plain frames. What does not: what a sign means
(``signs.py``), how all is shown (``pages/case.py``), and what people decided (``reviews/``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import polars as pl

from dashboards.cases import cases_of
from dashboards.data import PublishedSet

STEPS = (
    "ordered_at",
    "delivered_at",
    "requested_at",
    "authorized_at",
    "shipped_at",
    "received_at",
    "inspected_at",
    "refunded_at",
)
"""Moments of an RMA in the order in which they should come; those that the set does not publish are left out."""

CONDITIONS = ("days_held", "return_window_days", "is_opened", "is_tracked", "unopened_only")
"""What tells whether a line was within its conditions, where the set publishes report_return_steps."""

LINKS = {
    "email_accounts": "Mailbox",
    "phone_accounts": "Telephone",
    "payment_accounts": "Card",
    "device_accounts": "Device",
    "address_accounts": "Address",
    "ip_accounts": "IP address",
    "refund_card_accounts": "Refund card",
}
"""Features that count the other accounts with the same identifier, and what that identifier is."""

Row = Mapping[str, object]


def rmas(published: PublishedSet, case_id: str) -> pl.DataFrame:
    """Return the flagged RMAs of a case in the order of the queue; empty where there is no such case."""
    return published.scan("flagged_queue").filter(pl.col("case_id") == case_id).sort("queue_rank").collect()


def one_rma(published: PublishedSet, rma_id: str) -> pl.DataFrame:
    """Return the scores of one RMA, flagged or not."""
    scores = published.scan("rma_scores")
    # its place is looked for first: reasons of all RMAs would be read to find those of one
    names = scores.select("rma_id").with_row_index("place")
    place = names.filter(pl.col("rma_id") == rma_id).select("place").collect()
    return scores.slice(place.item(), 1).collect() if place.height else scores.head(0).collect()


def lines(published: PublishedSet, rma_ids: Sequence[str]) -> pl.DataFrame:
    """Return the return lines of those RMAs; empty where the set has no such table."""
    if not published.has("report_return_lines"):
        return pl.DataFrame(schema={"rma_id": pl.String})
    wanted = pl.col("rma_id").is_in(list(rma_ids))
    found = published.scan("report_return_lines").filter(wanted).sort("rma_id", "rma_line_id").collect()
    if not published.has("report_return_steps"):
        return found
    there = set(published.columns("report_return_steps"))
    more = [name for name in (*STEPS, *CONDITIONS) if name in there and name not in found.columns]
    dated = published.scan("report_return_steps").filter(wanted).select("rma_id", "rma_line_id", *more).collect()
    return found.join(dated, on=["rma_id", "rma_line_id"], how="left", maintain_order="left")


def steps(rma_lines: pl.DataFrame) -> list[tuple[str, datetime | None]]:
    """Return when each step of an RMA was, over its lines: the last of them; None where it is not known."""
    there = [name for name in STEPS if name in rma_lines.columns]
    return [(name, rma_lines[name].max()) for name in there]  # type: ignore[misc]


def features(published: PublishedSet, rma_ids: Sequence[str]) -> pl.DataFrame:
    """Return the features of those RMAs at their newest stage; empty where none are published."""
    if not published.has("rma_features"):
        return pl.DataFrame(schema={"rma_id": pl.String})
    stage = pl.col("stage").replace_strict({"request": 0, "received": 1, "settled": 2}, default=0, return_dtype=pl.Int8)
    found = published.scan("rma_features").filter(pl.col("rma_id").is_in(list(rma_ids))).collect()
    return found.sort(stage).unique("rma_id", keep="last", maintain_order=True)


PEERS = 20_000
"""Figures of others that are kept: of a larger shop's, so many in even steps from the lowest to the highest."""


def peers(published: PublishedSet, feature: str, stage: str) -> pl.Series:
    """Return the figures of all RMAs for which it is known at that stage, in ascending order, at most ``PEERS``."""
    if not published.has("rma_features") or feature not in published.columns("rma_features"):
        return pl.Series(feature, [], dtype=pl.Float64)
    return _peers(published.path, feature, stage)


@lru_cache(maxsize=128)
def _peers(path: Path, feature: str, stage: str) -> pl.Series:
    """Return the figures of a set, which never changes."""
    features_ = PublishedSet.open(path).scan("rma_features")
    told = features_.filter(pl.col("stage") == stage).select(pl.col(feature).cast(pl.Float64))
    return thinned(told.filter(pl.col(feature).is_finite()).collect().to_series().sort())


def thinned(figures: pl.Series, most: int = PEERS) -> pl.Series:
    """Return figures in ascending order, or so many of them in even steps, the lowest and the highest among them."""
    n = len(figures)
    return figures if n <= most else figures.gather([round(place * (n - 1) / (most - 1)) for place in range(most)])


def rarity(others: pl.Series, value: float, typical: float) -> int | None:
    """Return in how many RMAs one has a figure as far out as this; None where nothing can be counted."""
    if others.is_empty():
        return None
    n_out = int((others >= value).sum() if value >= typical else (others <= value).sum())
    return max(1, round(len(others) / n_out)) if n_out else len(others)


def flagged_from(published: PublishedSet) -> float | None:
    """Return the lowest score among the flagged RMAs."""
    lowest = published.scan("flagged_queue").select(pl.col("risk_score").min()).collect().item()
    return None if lowest is None else float(lowest)


def counterfactual(reasons: Sequence[Row], score: float, threshold: float) -> list[Row]:
    """Return the fewest of the strongest signs without which the score would lie below the flagged ones.

    ``contribution`` of each is what it adds to the score; empty where even without all the score would not.
    """
    left, needed = score, list[Row]()
    for reason in sorted(reasons, key=lambda one: -float(str(one["contribution"]))):
        left -= float(str(reason["contribution"]))
        needed.append(reason)
        if left < threshold:
            return needed
    return []


def history(published: PublishedSet, customer_ids: Sequence[str]) -> pl.DataFrame:
    """Return all RMAs of those shoppers, the latest first."""
    columns = [
        "rma_id",
        "customer_id",
        "requested_at",
        "amount_at_stake",
        "risk_score",
        "stage",
        "is_flagged",
        "outcome",
    ]
    found = published.scan("rma_scores").filter(pl.col("customer_id").is_in(list(customer_ids))).select(columns)
    return found.sort("requested_at", "rma_id", descending=[True, False]).collect()


def ring_accounts(published: PublishedSet, ring_ids: Sequence[str]) -> pl.DataFrame:
    """Return the shoppers of those rings with how many RMAs each has and how many of them are flagged."""
    counted = published.scan("rma_scores").filter(
        pl.col("ring_id").is_in(list(ring_ids)), pl.col("customer_id").is_not_null()
    )
    grouped = counted.group_by("customer_id").agg(
        pl.len().alias("n_rmas"), pl.col("is_flagged").sum().alias("n_flagged"), pl.col("rma_id")
    )
    return grouped.sort("n_flagged", "n_rmas", "customer_id", descending=[True, True, False]).head(24).collect()


def shared_identifiers(published: PublishedSet, accounts: pl.DataFrame) -> list[tuple[str, str, int]]:
    """Return which kind of identifier each account shares with others, and with how many: never the identifier."""
    owners = accounts.select("customer_id", "rma_id").explode("rma_id")
    rows = features(published, owners["rma_id"].to_list())
    kinds = [name for name in LINKS if name in rows.columns]
    if rows.is_empty() or not kinds:
        return []
    most = (
        rows.drop("customer_id", strict=False)
        .join(owners, on="rma_id")
        .group_by("customer_id")
        .agg(pl.col(kinds).max())
        .sort("customer_id")
    )
    return [
        (row["customer_id"], LINKS[kind], int(row[kind]))
        for row in most.iter_rows(named=True)
        for kind in kinds
        if row[kind] is not None and row[kind] >= 1
    ]


def similar(published: PublishedSet, case_id: str, limit: int = 6) -> pl.DataFrame:
    """Return cases with the same strongest sign, those with the nearest amount at stake first."""
    cases = cases_of(published.path)
    own = cases.filter(pl.col("case_id") == case_id)
    if own.is_empty():
        return cases.head(0)
    code, stake = own["reason_code"].item(), float(own["at_stake"].item())
    like = cases.filter(pl.col("reason_code") == code, pl.col("case_id") != case_id)
    return like.sort((pl.col("at_stake").cast(pl.Float64) - stake).abs(), "position").head(limit)

"""The queue as cases: flagged RMAs of one case as one row, with where each case stands in the store.

What belongs here: which cases there are, their order, what of them is open, due, whose. What does not:
what one case is about (``evidence.py``) and how a row looks (``pages/queue.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

import polars as pl

from dashboards.data import PublishedSet
from dashboards.filters import Filters
from dashboards.reviews.rules import CaseState
from dashboards.reviews.store import CaseFacts

STATUSES = {
    "todo": "To do",
    "open": "Open",
    "waiting": "Waiting",
    "second": "Second look",
    "decided": "Decided",
    "appealed": "Appealed",
    "all": "All",
}
"""What the queue can show: states of the store, ``todo`` for all that somebody must still act on, and everything."""

UNSETTLED = ("open", "waiting", "second", "appealed")

SORTABLE = ("position", "risk", "at_stake", "expected_loss", "n_rmas", "due_at", "stage")
"""Columns by which the reader may order the queue."""


@lru_cache(maxsize=4)
def cases_of(path: Path) -> pl.DataFrame:
    """Return one row a case of the set in that folder, in the order of the queue: ``position`` is 1 for the first.

    ``at_stake`` and ``expected_loss`` are sums over its flagged RMAs, ``risk`` the highest score, ``unusual`` the
    strongest reason of each of its first RMAs. A set never changes, so this is made once for each.
    """
    queue = PublishedSet.open(path).scan("flagged_queue").sort("queue_rank")
    first_reason = pl.col("reasons").list.first().struct
    told = queue.with_columns(
        first_reason.field("text").alias("unusual"), first_reason.field("code").alias("reason_code")
    )
    grouped = told.group_by("case_id", maintain_order=True).agg(
        pl.len().alias("n_rmas"),
        pl.col("customer_id").n_unique().alias("n_accounts"),
        pl.col("risk_score").max().alias("risk"),
        pl.col("amount_at_stake").sum().alias("at_stake"),
        pl.col("expected_loss").sum(),
        pl.col("stage", "archetype", "outcome", "unusual", "reason_code", "requested_at").first(),
        pl.col("rma_id").alias("rma_ids"),
    )
    return grouped.with_row_index("position", offset=1).collect()


def with_states(
    cases: pl.DataFrame, states: Mapping[str, CaseState], opened: datetime, due_within: timedelta, now: datetime
) -> pl.DataFrame:
    """Return the cases with ``state``, ``who``, ``verdict``, ``due_at`` and ``is_overdue``.

    A case that nobody has touched is open since the set was published (``opened``); ``now`` frees outdated claims.
    """
    schema: dict[str, type[pl.DataType] | pl.DataType] = {
        "case_id": pl.String,
        "state": pl.String,
        "who": pl.String,
        "verdict": pl.String,
        "since": pl.Datetime("us"),
        "decided_at": pl.Datetime("us"),
    }
    rows = [
        (name, case.state, case.holder(now) or case.assigned_to, case.verdict, case.opened_at, case.decided_at)
        for name, case in states.items()
    ]
    held = pl.DataFrame(rows, schema=schema, orient="row")
    joined = cases.join(held, on="case_id", how="left", maintain_order="left")
    due = (pl.coalesce("since", pl.lit(opened)) + due_within).alias("due_at")
    state = pl.col("state").fill_null("open")
    late = (pl.coalesce("since", pl.lit(opened)) + due_within < now) & state.is_in(["open", "waiting"])
    return joined.with_columns(state, due, late.alias("is_overdue"))


def chosen(cases: pl.DataFrame, filters: Filters, me: str) -> pl.DataFrame:
    """Return the cases that the address asks for: ``status``, ``who``, ``stage``, ``q`` (a part of what a row says)."""
    asked = filters.other
    status = filters.asked("status")
    by_status: dict[str, list[pl.Expr]] = {"todo": [pl.col("state").is_in(UNSETTLED)], "all": []}
    wanted = by_status.get(status, [pl.col("state") == status])
    who = asked.get("who", "")
    wanted += [pl.col("who") == me] if who == "mine" else [pl.col("who").is_null()] if who == "nobody" else []
    if asked.get("late"):
        wanted.append(pl.col("is_overdue"))
    if asked.get("stage"):
        wanted.append(pl.col("stage") == asked["stage"])
    if text := asked.get("q", "").strip().lower():
        said = pl.concat_str(
            [pl.col("case_id"), pl.col("unusual").fill_null(""), pl.col("rma_ids").list.join(" ")], separator=" "
        )
        wanted.append(said.str.to_lowercase().str.contains(text, literal=True))
    return cases.filter(*wanted) if wanted else cases


def ordered(cases: pl.DataFrame, sort_model: list[dict[str, str]] | None) -> pl.DataFrame:
    """Return the cases in the order that the grid asks for; by position where it asks for none that is known."""
    sorts = [one for one in sort_model or [] if one.get("colId") in SORTABLE]
    if not sorts:
        return cases
    names = [one["colId"] for one in sorts]
    return cases.sort(
        *names, "position", descending=[*[one.get("sort") == "desc" for one in sorts], False], nulls_last=True
    )


def facts(published: PublishedSet, case_id: str) -> CaseFacts | None:
    """Return what the store needs to know of a case of the set; None where the set has no such case."""
    found = cases_of(published.path).filter(pl.col("case_id") == case_id)
    if found.is_empty():
        return None
    row = found.row(0, named=True)
    return CaseFacts(case_id, tuple(row["rma_ids"]), row["at_stake"])

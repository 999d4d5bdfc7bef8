"""The queue as it stands: the set's cases with where each stands in the store, what is due, whose it is.

What belongs here: joining cases with states, and choosing and ordering them. What does not: which cases there are
(``published_cases.py``), what one is about (``evidence.py``) and how a row looks (``pages/queue.py``).
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

import polars as pl

from dashboards.data import PublishedSet
from dashboards.filters import Filters
from dashboards.i18n import Speech
from dashboards.published_cases import queue_of
from dashboards.reviews.rules import CaseState
from dashboards.reviews.store import CaseFacts
from dashboards.wording import reason

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


def cases_of(path: Path) -> pl.DataFrame:
    """Return one row a case of the set in that folder, in the order of the queue (``published_cases.CaseQueue``)."""
    return queue_of(path).frame


def cases_in(path: Path, speech: Speech) -> pl.DataFrame:
    """Return ``cases_of`` with what is unusual in that language, as whoever seeks a word of it needs."""
    if speech.language == "en":
        return cases_of(path)
    with _translating:  # whoever comes while they are translated waits for them
        return _cases_in(path, speech)


_translating = threading.Lock()


@lru_cache(maxsize=6)
def _cases_in(path: Path, speech: Speech) -> pl.DataFrame:
    """Return the translated cases of a set, which never changes."""
    cases = cases_of(path)
    told = [reason(speech, code, text) for code, text in cases.select("reason_code", "unusual").iter_rows()]
    return cases.with_columns(pl.Series("unusual", told, dtype=pl.String))


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
    return queue_of(published.path).facts(case_id)

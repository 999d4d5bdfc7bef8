"""What the API answers about cases and scores, from the published set and the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import polars as pl

from dashboards.api import answers
from dashboards.format import masked
from dashboards.published_cases import QUEUE, SCORES, CaseQueue
from dashboards.reviews.chain import Entry
from dashboards.reviews.rules import OPEN, CaseState

SCORE_COLUMNS = (
    "rma_id", "stage", "risk_score", "risk_rank", "outcome", "is_flagged", "expected_loss", "reasons",
)  # fmt: skip
CENTS = Decimal("0.0001")
QUEUE_COLUMNS = ("case_id", "queue_rank", "n_rmas", "risk", "expected_loss", "at_stake", "outcome")
UNTOUCHED = answers.Standing(**dict.fromkeys(answers.Standing.model_fields) | {"version": 0, "state": OPEN})
"""Where a case stands that nobody has opened: most of a page do."""


def standing(case: CaseState | None) -> answers.Standing:
    """Return where a case stands, also one that nobody has opened."""
    if case is None:
        return UNTOUCHED
    return answers.Standing(**{name: getattr(case, name) for name in answers.Standing.model_fields})


def queue_page(queue: CaseQueue, states: Mapping[str, CaseState], query: answers.QueueQuery) -> answers.Queue:
    """Return a page of the queue."""
    wanted = queue.frame.lazy().select(QUEUE_COLUMNS)
    if query.min_expected_loss:
        wanted = wanted.filter(pl.col("expected_loss").cast(pl.Float64) >= float(query.min_expected_loss))
    if query.outcome:
        wanted = wanted.filter(pl.col("outcome") == query.outcome)
    if query.state or query.assigned_to:
        wanted = wanted.filter(_chosen(states, query))
    frame = wanted.collect(engine="in-memory")  # so few rows take longer in batches
    page = frame.slice(query.offset, query.limit)
    cases = [_queue_case(row, states.get(row["case_id"])) for row in page.iter_rows(named=True)]
    facts = queue.published
    return answers.Queue(
        published_at=facts.text("published_at"),
        currency=facts.text("reporting_currency"),
        total=frame.height,
        cases=cases,
    )


def _chosen(states: Mapping[str, CaseState], query: answers.QueueQuery) -> pl.Expr:
    """Return what chooses the cases that stand as was asked for; of most cases nobody has opened any."""
    wanted, name = query.state, pl.col("case_id")
    if wanted == OPEN and not query.assigned_to:
        return ~name.is_in([case.case_id for case in states.values() if case.state != OPEN])
    found = [case for case in states.values() if wanted is None or case.state == wanted]
    chosen = (case.case_id for case in found if not query.assigned_to or case.assigned_to == query.assigned_to)
    return name.is_in(list(chosen))


def money(value: object) -> Decimal:
    """Return an amount to the fourth place."""
    return Decimal(str(value or 0)).quantize(CENTS)


def _queue_case(row: Mapping[str, Any], case: CaseState | None) -> answers.QueueCase:
    """Return one case of a page."""
    return answers.QueueCase(
        case_id=row["case_id"],
        queue_rank=row["queue_rank"],
        n_rmas=row["n_rmas"],
        risk_score=row["risk"],
        expected_loss=None if row["expected_loss"] is None else money(row["expected_loss"]),
        amount_at_stake=money(row["at_stake"]),
        outcome=row["outcome"],
        standing=standing(case),
    )


def case_answer(
    queue: CaseQueue, case_id: str, case: CaseState | None, entries: Iterable[Entry], *, is_masked: bool
) -> answers.Case | None:
    """Return a case; None where neither the set nor the store has it."""
    row = queue.row(case_id)
    if row is None and case is None:
        return None
    rma_ids: list[str] = list(case.rma_ids) if case else []
    customers: list[str] = []
    if row is not None:
        assert isinstance(row["rma_ids"], list)  # noqa: S101 - as published_cases makes it
        assert isinstance(row["customer_ids"], list)  # noqa: S101 - as above
        rma_ids, customers = row["rma_ids"], row["customer_ids"]
    scan = pl.scan_parquet(queue.published.path / f"{QUEUE}.parquet").filter(pl.col("rma_id").is_in(rma_ids))
    amount = case.value if row is None and case else row["at_stake"] if row else 0
    return answers.Case(
        case_id=case_id,
        customer_ids=[masked(name) if is_masked else name for name in customers],
        amount_at_stake=money(amount),
        standing=standing(case),
        rmas=scores_of(scan),
        history=[_event(entry) for entry in entries],
    )


def _event(entry: Entry) -> answers.Event:
    """Return an entry as others see it."""
    said = entry.private.get("reason") or entry.private.get("text")
    return answers.Event(at=entry.at, actor=entry.actor, kind=entry.kind, verdict=entry.facts.get("verdict"), text=said)


def score_page(queue: CaseQueue, query: answers.ScoresQuery) -> answers.Scores:
    """Return a page of scores, in the order of the file: most suspicious first."""
    scan = _scores(queue)
    if query.min_risk:
        scan = scan.filter(pl.col("risk_score") >= query.min_risk)
    if query.outcome:
        scan = scan.filter(pl.col("outcome") == query.outcome)
    facts = queue.published
    return answers.Scores(
        published_at=facts.text("published_at"),
        model_version=facts.text("model_version"),
        scores=scores_of(scan.slice(query.offset, query.limit)),
    )


def score_of(queue: CaseQueue, rma_id: str) -> answers.Score | None:
    """Return the score of an RMA; None where it has none."""
    found = scores_of(_scores(queue).filter(pl.col("rma_id") == rma_id))
    return found[0] if found else None


def _scores(queue: CaseQueue) -> pl.LazyFrame:
    """Return the scores of a set, not read yet."""
    return pl.scan_parquet(queue.published.path / f"{SCORES}.parquet")


def scores_of(scan: pl.LazyFrame) -> list[answers.Score]:
    """Return rows as scores."""
    return [_score(row) for row in scan.select(SCORE_COLUMNS).collect().iter_rows(named=True)]


def _score(row: dict[str, Any]) -> answers.Score:
    """Return one row as a score."""
    reasons = [answers.Reason(code=one["code"], text=one["text"]) for one in row["reasons"] or ()]
    loss = None if row["expected_loss"] is None else money(row["expected_loss"])
    return answers.Score(**(row | {"reasons": reasons, "expected_loss": loss}))

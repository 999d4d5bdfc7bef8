"""What a decision may say, and what follows from one: the states of a case, without a database.

No rule here decides by itself: every change is somebody's, and an adverse one needs a reason in that person's words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from dashboards.errors import ConflictError, DashboardError, ForbiddenError

APPROVE, STORE_CREDIT, REQUEST_EVIDENCE = "approve", "store_credit", "request_evidence"
INSPECT, DENY, BAN_PROPOSAL = "inspect", "deny", "ban_proposal"
VERDICTS = (APPROVE, STORE_CREDIT, REQUEST_EVIDENCE, INSPECT, DENY, BAN_PROPOSAL)
ADVERSE = frozenset({DENY, BAN_PROPOSAL})
"""Verdicts against the shopper."""
WAITING_FOR = frozenset({REQUEST_EVIDENCE, INSPECT})
"""Verdicts after which the case is decided again."""

OPEN, WAITING, SECOND, DECIDED, APPEALED = "open", "waiting", "second", "decided", "appealed"
STATES = (OPEN, WAITING, SECOND, DECIDED, APPEALED)
"""Nothing decided; evidence or an inspection is waited for; a second person is; decided; the shopper objects."""
UNDECIDED = frozenset({OPEN, WAITING})

LONGEST_TEXT = 4_000
LONGEST_KEY = 200
UNWRITABLE = re.compile("[\0\ud800-\udfff]")
"""What no database keeps in a text."""
SHORTEST_REASON = 3


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """What the shop has settled. Amounts are in the reporting currency."""

    four_eyes_above: Decimal = Decimal(500)
    """Above this value of a case two people decide; a proposal to ban always takes two."""
    claim: timedelta = timedelta(minutes=15)
    undo: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class CaseState:
    """Where a case stands. ``verdict`` is that of the last decision, also while a second person is waited for."""

    case_id: str
    version: int
    state: str
    rma_ids: tuple[str, ...]
    value: Decimal
    verdict: str | None
    reason: str | None
    decided_by: str | None
    decided_at: datetime | None
    claimed_by: str | None
    claimed_until: datetime | None
    assigned_to: str | None
    opened_at: datetime

    def holder(self, at: datetime) -> str | None:
        """Return who holds the case at that moment; None where nobody does."""
        return self.claimed_by if self.claimed_until is not None and self.claimed_until > at else None


@dataclass(frozen=True, slots=True)
class Submission:
    """A decision as it is handed in. ``key`` is drawn by whoever hands it in: the same key is the same decision.

    ``version`` is that of the case as the person saw it. ``is_person`` is false for another system's token, whose
    adverse decision waits for a person whatever the value.
    """

    case_id: str
    verdict: str
    reason: str
    actor: str
    version: int
    key: str
    is_person: bool = True


def check(submission: Submission) -> None:
    """Raise DashboardError for a decision that says too little or too much."""
    if submission.verdict not in VERDICTS:
        raise DashboardError(
            "{given} is no verdict; use one of {verdicts}",
            given=repr(submission.verdict[:40]),
            verdicts=", ".join(VERDICTS),
        )
    if not submission.actor.strip():
        raise ForbiddenError("a decision needs the person who takes it")
    if not 1 <= len(submission.key) <= LONGEST_KEY or not submission.key.isprintable():
        raise DashboardError(
            "a decision needs a key of 1 to {most} characters, so that it is not taken twice", most=LONGEST_KEY
        )
    check_text(submission.reason, "a reason", is_required=submission.verdict in ADVERSE)


def check_text(text: str, what: str, *, is_required: bool = True) -> None:
    """Raise DashboardError for a text that is missing or too long."""
    if is_required and len(text.strip()) < SHORTEST_REASON:
        raise DashboardError("this needs {what} in a few words; write it and send again", what=what)
    if len(text) > LONGEST_TEXT or UNWRITABLE.search(text):
        raise DashboardError(
            "{what} may have {most:,} characters, and none that is no character; shorten it",
            what=what,
            most=LONGEST_TEXT,
        )


def check_version(case: CaseState, version: int) -> None:
    """Raise ConflictError where the case has moved on since the person saw it."""
    if case.version != version:
        raise ConflictError("case {case} has changed meanwhile; look at it again before you decide", case=case.case_id)


def check_free(case: CaseState, actor: str, at: datetime) -> None:
    """Raise ConflictError where somebody else holds the case."""
    holder = case.holder(at)
    if holder not in {None, actor}:
        raise ConflictError(
            "case {case} is held by {holder}; take another, or ask for its release", case=case.case_id, holder=holder
        )


def state_after(submission: Submission, case: CaseState, rules: ReviewRules) -> str:
    """Return the state that a decision leads to. ConflictError where the case is decided already."""
    if case.state not in UNDECIDED:
        raise ConflictError(
            "case {case} is decided already; undo that, or appeal, before you decide again", case=case.case_id
        )
    if submission.verdict in WAITING_FOR:
        return WAITING
    is_machine = submission.verdict in ADVERSE and not submission.is_person
    if is_machine or submission.verdict == BAN_PROPOSAL or case.value > rules.four_eyes_above:
        return SECOND
    return DECIDED


def check_undo(case: CaseState, actor: str, at: datetime, rules: ReviewRules) -> None:
    """Raise where a decision cannot be undone: not by somebody else, not later, not where there is none."""
    if case.state not in {DECIDED, SECOND, WAITING} or case.decided_at is None:
        raise ConflictError("case {case} has no decision to undo", case=case.case_id)
    if case.decided_by != actor:
        raise ForbiddenError("the decision on case {case} is not yours to undo", case=case.case_id)
    if at - case.decided_at > rules.undo:
        minutes = int(rules.undo.total_seconds() // 60)
        raise ConflictError(
            "case {case} was decided more than {minutes} minutes ago; enter an appeal instead",
            case=case.case_id,
            minutes=minutes,
        )


def check_second(case: CaseState, actor: str) -> None:
    """Raise where this person cannot be the second one."""
    if case.state != SECOND:
        raise ConflictError("case {case} waits for no second person", case=case.case_id)
    if case.decided_by == actor:
        raise ForbiddenError("case {case} needs a second person, and you were the first", case=case.case_id)

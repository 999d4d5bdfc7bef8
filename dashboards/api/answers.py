"""What the API takes and gives, as models: they check what comes in, and make the OpenAPI document."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

State = Literal["open", "waiting", "second", "decided", "appealed"]
Verdict = Literal["approve", "store_credit", "request_evidence", "inspect", "deny", "ban_proposal"]
Outcome = Literal["CLEAR", "REVIEW", "HOLD"]
Money = Annotated[Decimal, Field(description="In the reporting currency.")]
Limit = Annotated[int, Field(ge=1, le=200, description="Rows of the page.")]
Offset = Annotated[int, Field(ge=0, le=2_000_000_000, description="Rows before the page.")]
Text = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]


def _in_utc(at: datetime) -> datetime:
    """Return a moment with the zone that all of ours are in."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


Moment = Annotated[datetime, AfterValidator(_in_utc)]


class Model(BaseModel):
    """What every model has: an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class QueueQuery(Model):
    """Which cases of the queue."""

    limit: Limit = 50
    offset: Offset = 0
    state: State | None = None
    outcome: Outcome | None = None
    assigned_to: Text | None = None
    min_expected_loss: Annotated[Decimal, Field(ge=0, le=10**12)] = Decimal(0)


class ScoresQuery(Model):
    """Which scores."""

    limit: Limit = 50
    offset: Offset = 0
    outcome: Outcome | None = None
    min_risk: Annotated[float, Field(ge=0, le=100)] = 0


class NewDecision(Model):
    """A decision. An adverse one (`deny`, `ban_proposal`) needs a reason, and waits for a person to confirm it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    verdict: Verdict
    reason: Annotated[str, Field(max_length=4_000, pattern=r"^[^\x00]*$")] = ""
    version: Annotated[int, Field(ge=0, le=2_000_000_000, description="The case's version as it was read.")]


class Standing(Model):
    """Where a case stands. `version` is 0 where nobody has opened it."""

    version: int
    state: State
    verdict: Verdict | None
    decided_by: str | None
    decided_at: Moment | None
    claimed_by: str | None
    assigned_to: str | None


class QueueCase(Model):
    """A case of the queue."""

    case_id: str
    queue_rank: int
    n_rmas: int
    risk_score: float
    expected_loss: Money | None
    amount_at_stake: Money
    outcome: Outcome
    standing: Standing


class Queue(Model):
    """A page of the queue, most worth a look first. `total` counts all pages."""

    published_at: str | None
    currency: str | None
    total: int
    cases: list[QueueCase]


class Reason(Model):
    """Something unusual about an RMA."""

    code: str
    text: str


class Score(Model):
    """The score of an RMA: 0 to 100, higher is more suspicious."""

    rma_id: str
    stage: str
    risk_score: float
    risk_rank: int
    outcome: Outcome
    is_flagged: bool
    expected_loss: Money | None
    reasons: list[Reason]


class Scores(Model):
    """A page of scores, most suspicious first."""

    published_at: str | None
    model_version: str | None
    scores: list[Score]


class Event(Model):
    """Something that happened with a case."""

    at: Moment
    actor: str
    kind: str
    verdict: str | None
    text: str | None


class Case(Model):
    """A case with its RMAs and what happened with it. `customer_id` is masked for an analyst's token."""

    case_id: str
    customer_ids: list[str]
    amount_at_stake: Money
    standing: Standing
    rmas: list[Score]
    history: list[Event]


class Problem(Model):
    """Why a request was not carried out, and what to do."""

    error: str

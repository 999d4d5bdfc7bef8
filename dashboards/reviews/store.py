"""The store of decisions: where each case stands, and how it came to that.

Every method that changes something takes the person who does it, and writes an entry into the chain in the same
transaction; taking hold of a case and letting go of it alone leave none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, func, insert, select, update

from dashboards.clock import now
from dashboards.errors import ConflictError, DashboardError, ForbiddenError, NotThereError
from dashboards.reviews import rules as rule
from dashboards.reviews.chain import Entry, Problem
from dashboards.reviews.database import reading
from dashboards.reviews.ledger import Clock, Ledger, Note, Writer, entry_of
from dashboards.reviews.models import cases, entries
from dashboards.reviews.rules import CaseState, ReviewRules, Submission

DECISION, CONFIRMED, REFUSED, UNDONE = "decision", "confirmed", "refused", "undone"
APPEAL, OVERTURNED, UPHELD, REOPENED = "appeal", "overturned", "upheld", "reopened"
OPENED, COMMENT, ASSIGNED = "opened", "comment", "assigned"
VIEW, EXPORT = "view", "export"
STEPS = (DECISION, CONFIRMED, REFUSED, UNDONE, APPEAL, OVERTURNED, UPHELD, REOPENED)
"""Kinds of entries that move a case on."""
CHUNK = 500
"""Names in one question to the database."""

# Made once: to put a statement together takes longer than the database does with it.
_CASE = select(cases).where(cases.c.case_id == bindparam("of_case"))
_ADD_CASE = insert(cases)
_CHANGE_CASE = update(cases).where(cases.c.case_id == bindparam("of_case"))
_ENTRY_OF_KEY = select(entries).where(entries.c.actor == bindparam("of_actor"), entries.c.key == bindparam("of_key"))


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A case as the published set has it: its RMAs, and what is at stake in the reporting currency."""

    case_id: str
    rma_ids: tuple[str, ...]
    value: Decimal


class ReviewStore:
    """Decisions on cases. ``key`` makes the chain of entries (``dashboards.secrets``)."""

    def __init__(self, engine: Engine, key: bytes, rules: ReviewRules | None = None, clock: Clock = now) -> None:
        self.engine = engine
        self.rules = rules or ReviewRules()
        self.ledger = Ledger(engine, key, clock)
        self.clock = clock

    def case(self, case_id: str) -> CaseState | None:
        """Return where a case stands; None where nobody has opened it."""
        with reading(self.engine) as connection:
            return _case(connection, case_id)

    def states(self, case_ids: Iterable[str]) -> dict[str, CaseState]:
        """Return where cases stand, of those that somebody has opened."""
        wanted = list(dict.fromkeys(case_ids))
        found: dict[str, CaseState] = {}
        with reading(self.engine) as connection:
            for start in range(0, len(wanted), CHUNK):
                chosen = select(cases).where(cases.c.case_id.in_(wanted[start : start + CHUNK]))
                found |= {row["case_id"]: state_of(row) for row in connection.execute(chosen).mappings()}
        return found

    def touched(self) -> dict[str, CaseState]:
        """Return every case that somebody has opened."""
        with reading(self.engine) as connection:
            return {row["case_id"]: state_of(row) for row in connection.execute(select(cases)).mappings()}

    def open_case(self, facts: CaseFacts, actor: str) -> CaseState:
        """Return a case, begun where it is new; a decided one begins again where RMAs have come to it."""
        held = self.case(facts.case_id)
        if held is not None and not set(facts.rma_ids) - set(held.rma_ids) and held.value == facts.value:
            return held
        with self.ledger.writer() as writer:
            held = _case(writer.connection, facts.case_id)
            return _begin(writer, facts, actor) if held is None else _grow(writer, held, facts, actor)

    def claim(self, case_id: str, actor: str) -> CaseState:
        """Take hold of a case for a while (again, where it is held already). ConflictError where somebody else has."""
        with self.ledger.writer() as writer:
            case = _needed(writer.connection, case_id)
            rule.check_free(case, actor, writer.at)
            until = writer.at + self.rules.claim
            return _put(writer, replace(case, claimed_by=actor, claimed_until=until), moves=False)

    def release(self, case_id: str, actor: str, *, is_admin: bool = False) -> CaseState:
        """Let go of a case; ConflictError where somebody else holds it, unless an admin frees it."""
        with self.ledger.writer() as writer:
            case = _needed(writer.connection, case_id)
            if not is_admin:
                rule.check_free(case, actor, writer.at)
            return _put(writer, replace(case, claimed_by=None, claimed_until=None), moves=False)

    def assign(self, case_ids: Sequence[str], to: str | None, actor: str) -> None:
        """Give cases to somebody; to nobody, where ``to`` is None."""
        self._assign(dict.fromkeys(case_ids, to), actor)

    def share_out(self, case_ids: Sequence[str], among: Sequence[str], actor: str) -> dict[str, str]:
        """Give cases to people in turn, beginning with who has the fewest undecided; return who got which."""
        if not among:
            raise DashboardError("there is nobody to give cases to; add a reviewer first")
        with reading(self.engine) as connection:
            held = select(cases.c.assigned_to, func.count()).where(cases.c.state.in_(rule.UNDECIDED))
            loads = {str(name): int(n) for name, n in connection.execute(held.group_by(cases.c.assigned_to))}
        given: dict[str, str] = {}
        load = {name: loads.get(name, 0) for name in sorted(among)}
        for case_id in case_ids:
            name = min(load, key=lambda one: (load[one], one))
            given[case_id] = name
            load[name] += 1
        self._assign(given, actor)
        return given

    def _assign(self, wanted: Mapping[str, str | None], actor: str) -> None:
        """Give cases to people, each with an entry."""
        with self.ledger.writer() as writer:
            for case_id, to in wanted.items():
                case = _needed(writer.connection, case_id)
                writer.add(Note(actor, ASSIGNED, case_id, {"to": to}))
                _put(writer, replace(case, assigned_to=to), moves=False)

    def decide(self, submission: Submission, opening: CaseFacts | None = None) -> CaseState:
        """Decide a case, opened with it where ``opening`` says how. The same key again returns what came of it.

        ConflictError where the case has moved on, is held by somebody else or is decided.
        """
        rule.check(submission)
        said = {"verdict": submission.verdict, "version": submission.version, "is_person": submission.is_person}
        private = {"reason": submission.reason.strip()}
        key = self.ledger.key_of(submission.key)
        with self.ledger.writer() as writer:
            case = _opened(writer, submission, opening)
            if _is_repeated(writer.connection, submission, key, private["reason"]):
                return case
            rule.check_version(case, submission.version)
            rule.check_free(case, submission.actor, writer.at)
            state = rule.state_after(submission, case, self.rules)
            after = replace(
                case, state=state, verdict=submission.verdict, reason=private["reason"],
                decided_by=submission.actor, decided_at=writer.at, claimed_by=None, claimed_until=None,
            )  # fmt: skip
            return _step(writer, after, DECISION, submission.actor, said, private, key)

    def confirm(self, case_id: str, actor: str, version: int) -> CaseState:
        """Agree as the second person with a decision that waits for one."""
        with self.ledger.writer() as writer:
            case = _checked(writer, case_id, version)
            rule.check_second(case, actor)
            return _step(writer, replace(case, state=rule.DECIDED), CONFIRMED, actor, {"verdict": case.verdict})

    def refuse(self, case_id: str, actor: str, version: int, reason: str) -> CaseState:
        """Disagree as the second person: the case is open again."""
        rule.check_text(reason, "a reason")
        with self.ledger.writer() as writer:
            case = _checked(writer, case_id, version)
            rule.check_second(case, actor)
            return _step(writer, _undecided(case), REFUSED, actor, {"verdict": case.verdict}, {"reason": reason})

    def undo(self, case_id: str, actor: str, version: int) -> CaseState:
        """Take one's own decision back, for a while."""
        with self.ledger.writer() as writer:
            case = _checked(writer, case_id, version)
            rule.check_undo(case, actor, writer.at, self.rules)
            return _step(writer, _undecided(case), UNDONE, actor, {"verdict": case.verdict})

    def appeal(self, case_id: str, actor: str, version: int, text: str) -> CaseState:
        """Enter a shopper's objection to an adverse decision."""
        rule.check_text(text, "what the shopper says")
        with self.ledger.writer() as writer:
            case = _checked(writer, case_id, version)
            if case.state != rule.DECIDED or case.verdict not in rule.ADVERSE:
                raise ConflictError("case {case} has no adverse decision to appeal against", case=case_id)
            return _step(writer, replace(case, state=rule.APPEALED), APPEAL, actor, {}, {"text": text})

    def settle_appeal(self, case_id: str, actor: str, version: int, reason: str, *, overturn: bool) -> CaseState:
        """Decide an appeal, by another person than the decision's: overturned, the case counts as approved."""
        rule.check_text(reason, "a reason")
        with self.ledger.writer() as writer:
            case = _checked(writer, case_id, version)
            if case.state != rule.APPEALED:
                raise ConflictError("case {case} has no appeal to settle", case=case_id)
            if case.decided_by == actor:
                raise ForbiddenError(
                    "case {case}: who decided cannot settle the appeal; ask somebody else", case=case_id
                )
            verdict = rule.APPROVE if overturn else case.verdict
            after = replace(case, state=rule.DECIDED, verdict=verdict)
            kind = OVERTURNED if overturn else UPHELD
            return _step(writer, after, kind, actor, {"verdict": verdict}, {"reason": reason})

    def comment(self, case_id: str, actor: str, text: str) -> None:
        """Add a comment to the thread of a case."""
        rule.check_text(text, "a comment")
        with self.ledger.writer() as writer:
            _needed(writer.connection, case_id)
            writer.add(Note(actor, COMMENT, case_id, {}, {"text": text}))

    def viewed(self, actor: str, what: str, case_id: str | None = None, kind: str = VIEW) -> None:
        """Write down that somebody saw personal data: ``what`` is the page or the endpoint."""
        self.ledger.write(Note(actor, kind, case_id, {"what": what}))

    def history(self, case_id: str) -> tuple[Entry, ...]:
        """Return all that happened with a case, the oldest first."""
        return self.ledger.of_case(case_id)

    def audit(self, limit: int = 200) -> tuple[Entry, ...]:
        """Return the last entries, the newest first."""
        with reading(self.engine) as connection:
            chosen = select(entries).order_by(entries.c.seq.desc()).limit(limit)
            return tuple(entry_of(row) for row in connection.execute(chosen).mappings())

    def verify_chain(self) -> list[Problem]:
        """Return what is wrong with the chain of entries, and which cases stand elsewhere than it says."""
        _, found = self.ledger.verify()
        last = {entry.case_id: entry for entry in self.ledger.of_kinds((OPENED, *STEPS)) if entry.case_id}
        for case_id, case in self.touched().items():
            said = last[case_id].facts.get("after") if case_id in last else None
            if said != _told(case):
                found.append(Problem(last[case_id].seq if case_id in last else 0, "its case stands elsewhere"))
        return found


def _told(case: CaseState) -> dict[str, Any]:
    """Return what an entry says of where its case stands afterwards."""
    at = case.decided_at.isoformat() if case.decided_at else None
    return {
        "state": case.state, "verdict": case.verdict, "version": case.version,
        "value": str(case.value), "by": case.decided_by, "at": at,
    }  # fmt: skip


def state_of(row: Mapping[Any, Any]) -> CaseState:
    """Return a row as a state."""
    named = {name: value for name, value in row.items() if name != "stamp"}
    named |= {"rma_ids": tuple(json.loads(row["rma_ids"])), "value": Decimal(row["value"])}
    return CaseState(**named)


def _case(connection: Connection, case_id: str) -> CaseState | None:
    """Return a case; None where nobody has opened it."""
    row = connection.execute(_CASE, {"of_case": case_id}).mappings().one_or_none()
    return None if row is None else state_of(row)


def _needed(connection: Connection, case_id: str) -> CaseState:
    """Return a case. NotThereError where nobody has opened it."""
    case = _case(connection, case_id)
    if case is None:
        raise NotThereError("case {case} is not known; open it first", case=case_id[:80])
    return case


def _opened(writer: Writer, submission: Submission, opening: CaseFacts | None) -> CaseState:
    """Return the case of a decision, begun or grown where that is told."""
    if opening is None:
        return _needed(writer.connection, submission.case_id)
    held = _case(writer.connection, submission.case_id)
    return _begin(writer, opening, submission.actor) if held is None else _grow(writer, held, opening, submission.actor)


def _checked(writer: Writer, case_id: str, version: int) -> CaseState:
    """Return a case that is as the person saw it."""
    case = _needed(writer.connection, case_id)
    rule.check_version(case, version)
    return case


def _put(writer: Writer, case: CaseState, *, moves: bool = True) -> CaseState:
    """Store where a case stands now; ``moves``: as a new version."""
    after = replace(case, version=case.version + 1) if moves else case
    writer.connection.execute(_CHANGE_CASE, {"of_case": case.case_id, **_row(writer, after)})
    return after


def _row(writer: Writer, case: CaseState) -> dict[str, Any]:
    """Return a state as a row, with the stamp of this change."""
    row = {column.name: getattr(case, column.name, None) for column in cases.columns}
    return row | {"rma_ids": json.dumps(list(case.rma_ids)), "value": str(case.value), "stamp": writer.stamp()}


def _step(  # noqa: PLR0913, PLR0917 - what an entry holds
    writer: Writer,
    case: CaseState,
    kind: str,
    actor: str,
    facts: Mapping[str, Any],
    private: Mapping[str, Any] | None = None,
    key: str | None = None,
) -> CaseState:
    """Move a case on and write down how."""
    after = _put(writer, case)
    said = {**facts, "after": _told(after)}
    writer.add(Note(actor, kind, case.case_id, said, {**(private or {}), "rma_ids": list(case.rma_ids)}, key))
    return after


def _undecided(case: CaseState) -> CaseState:
    """Return a case without its decision."""
    return replace(case, state=rule.OPEN, verdict=None, reason=None, decided_by=None, decided_at=None)


def _begin(writer: Writer, facts: CaseFacts, actor: str) -> CaseState:
    """Begin a case."""
    empty = (None,) * 7
    case = CaseState(facts.case_id, 1, rule.OPEN, tuple(facts.rma_ids), facts.value, *empty, writer.at)
    writer.connection.execute(_ADD_CASE, _row(writer, case))
    writer.add(Note(actor, OPENED, case.case_id, {"after": _told(case)}, {"rma_ids": list(case.rma_ids)}))
    return case


def _grow(writer: Writer, held: CaseState, facts: CaseFacts, actor: str) -> CaseState:
    """Add to a case what has come to it, and begin it again where that was not there to be decided."""
    new = tuple(one for one in facts.rma_ids if one not in held.rma_ids)
    grown = replace(held, rma_ids=held.rma_ids + new, value=facts.value)
    if not new and facts.value == held.value:
        return held
    if new and held.state not in rule.UNDECIDED:
        grown = _undecided(grown)
    return _step(writer, grown, REOPENED, actor, {"added": len(new)})


def _is_repeated(connection: Connection, submission: Submission, key: str, reason: str) -> bool:
    """Whether this decision was taken before. ConflictError where its key was another one's."""
    row = connection.execute(_ENTRY_OF_KEY, {"of_actor": submission.actor, "of_key": key}).mappings().one_or_none()
    if row is None:
        return False
    held = entry_of(row)
    same = (held.case_id, held.facts.get("verdict"), held.private.get("reason"))
    if same != (submission.case_id, submission.verdict, reason):
        raise ConflictError("this key was used for another decision; draw a new one for each")
    return True


def moment_of(entry: Entry) -> datetime:
    """Return when something happened, to the second: what verdicts are dated with."""
    return entry.at.replace(microsecond=0)

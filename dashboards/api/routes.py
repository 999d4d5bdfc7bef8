"""The endpoints of the API: check what comes in, ask, answer. Who may call which stands in ``access.py``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import flask
from flask_login import current_user
from pydantic import BaseModel, ValidationError

from dashboards.api import answers, reading
from dashboards.api.document import document
from dashboards.errors import DashboardError, NotThereError
from dashboards.published_cases import PublishedCases
from dashboards.reviews.live import LiveStates
from dashboards.reviews.rules import Submission
from dashboards.reviews.store import ReviewStore
from dashboards.serving import ANALYST

PREFIX = "/api/v1"
LONGEST_NAME = 200
Wanted = TypeVar("Wanted", bound=BaseModel)


class UnreadableError(DashboardError):
    """What was sent is not what the endpoint takes."""

    status = 422


@dataclass(frozen=True, slots=True)
class Sources:
    """What the API answers from."""

    cases: PublishedCases
    store: ReviewStore
    live: LiveStates


def blueprint(sources: Sources) -> flask.Blueprint:
    """Return the endpoints."""
    api = flask.Blueprint("api", __name__, url_prefix=PREFIX)
    add = api.add_url_rule
    add("/openapi.json", "openapi", lambda: flask.jsonify(document()), methods=["GET"])
    add("/queue", "queue", lambda: queue(sources), methods=["GET"])
    add("/cases/<case_id>", "case", lambda case_id: case(sources, case_id), methods=["GET"])
    add("/cases/<case_id>/decisions", "decide", lambda case_id: decide(sources, case_id), methods=["POST"])
    add("/scores", "scores", lambda: scores(sources), methods=["GET"])
    add("/scores/<rma_id>", "score", lambda rma_id: score(sources, rma_id), methods=["GET"])
    return api


def queue(sources: Sources) -> flask.Response:
    """Answer with a page of the queue."""
    query = _query(answers.QueueQuery)
    return _answer(reading.queue_page(sources.cases.current(), sources.live.current(), query))


def case(sources: Sources, case_id: str) -> flask.Response:
    """Answer with a case, and write down who saw it."""
    _require_name(case_id)
    current = sources.cases.current()
    held = sources.store.case(case_id)
    entries = sources.store.history(case_id) if held else ()
    found = reading.case_answer(current, case_id, held, entries, is_masked=current_user.role == ANALYST)
    if found is None:
        raise NotThereError("there is no such case in the published set; read the queue again")
    sources.store.viewed(current_user.name, "api", case_id)
    return _answer(found)


def decide(sources: Sources, case_id: str) -> flask.Response:
    """Take a decision in; an adverse one waits for a person."""
    wanted = _body(answers.NewDecision)
    key = flask.request.headers.get("Idempotency-Key", "")
    facts = sources.cases.current().facts(case_id)
    if facts is None:
        raise NotThereError("there is no such case in the published set; read the queue again")
    # a case that nobody has opened yet is opened by this, as its first version
    version = max(wanted.version, 1)
    submission = Submission(case_id, wanted.verdict, wanted.reason, current_user.name, version, key, is_person=False)
    return _answer(reading.standing(sources.store.decide(submission, facts)))


def scores(sources: Sources) -> flask.Response:
    """Answer with a page of scores."""
    return _answer(reading.score_page(sources.cases.current(), _query(answers.ScoresQuery)))


def score(sources: Sources, rma_id: str) -> flask.Response:
    """Answer with the score of an RMA."""
    _require_name(rma_id)
    found = reading.score_of(sources.cases.current(), rma_id)
    if found is None:
        raise NotThereError("there is no such RMA in the published set")
    return _answer(found)


def _require_name(name: str) -> None:
    """Raise NotThereError for what cannot be anything's name, and what a database may not even be asked for."""
    if len(name) > LONGEST_NAME or "\0" in name:
        raise NotThereError("nothing has such a name in the published set")


def _answer(model: BaseModel) -> flask.Response:
    """Return a model as JSON."""
    return flask.Response(model.model_dump_json(), mimetype="application/json")


def _query(kind: type[Wanted]) -> Wanted:
    """Return the query of the request. UnreadableError where it is none."""
    given = flask.request.args
    twice = [name for name in given if len(given.getlist(name)) > 1]
    if twice:
        raise UnreadableError(f"{twice[0][:40]!r} stands there more than once; send it once")
    return _checked(kind, given.to_dict())


def _body(kind: type[Wanted]) -> Wanted:
    """Return the body of the request. UnreadableError where it is none."""
    content = flask.request.get_json(silent=True)
    if not isinstance(content, dict):
        raise UnreadableError("the body is no JSON object; send one, as application/json")
    return _checked(kind, content)


def _checked(kind: type[Wanted], given: Mapping[str, object]) -> Wanted:
    """Return what was sent as a model; what is wrong is told without repeating it."""
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])[:80]
        raise UnreadableError(f"{place!r}: {first['msg']}") from None

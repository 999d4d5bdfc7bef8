from __future__ import annotations

from pathlib import Path

import pytest

from dashboards.actions import bulk_action, case_action
from dashboards.context import AppContext
from dashboards.errors import ConflictError, DashboardError, ForbiddenError, NotThereError
from dashboards.filters import Filters
from dashboards.i18n import Speech
from dashboards.reviews.database import open_database
from dashboards.reviews.store import ReviewStore
from dashboards.theme import LIGHT
from dashboards.view import Person, View
from tests.desk_shop import page_tables, publish

NOTHING = {"verdict": "", "reason": "", "comment": ""}


@pytest.fixture
def context(tmp_path: Path) -> AppContext:
    publish(tmp_path, page_tables())
    store = ReviewStore(open_database(tmp_path, None), b"k" * 32)
    return AppContext(tmp_path, store, reviewers=lambda: ("ada", "bob"))


def view(context: AppContext, name: str = "ada", role: str = "reviewer") -> View:
    return View(context, context.published(), Filters(), Speech(), LIGHT, Person(name, role))


def seen(version: int, name: str = "C-5") -> dict[str, object]:
    return {"case_id": name, "version": version}


@pytest.mark.parametrize("name", ["claim", "decide", "undo", "confirm", "comment", "overturn"])
def test_an_analyst_can_do_nothing_to_a_case(context: AppContext, name: str) -> None:
    asked = {"verdict": "approve", "reason": "all there", "comment": "hello"}
    with pytest.raises(ForbiddenError):
        case_action(view(context, "eve", "analyst"), name, seen(0), asked)
    assert context.states() == {}


@pytest.mark.parametrize(("verdict", "reason"), [("", "all there"), ("deny", ""), ("approve", "   ")])
def test_a_decision_needs_a_verdict_and_a_reason(context: AppContext, verdict: str, reason: str) -> None:
    with pytest.raises(DashboardError):
        case_action(view(context), "decide", seen(0), {**NOTHING, "verdict": verdict, "reason": reason})
    assert context.states()["C-5"].verdict is None


def test_the_same_click_twice_is_one_decision(context: AppContext) -> None:
    asked = {**NOTHING, "verdict": "approve", "reason": "all there"}
    for _ in range(2):
        case_action(view(context), "decide", seen(1), asked)
    assert context.reviews is not None
    assert [entry.kind for entry in context.reviews.history("C-5")] == ["opened", "decision"]


def test_a_page_that_is_outdated_decides_nothing(context: AppContext) -> None:
    asked = {**NOTHING, "verdict": "approve", "reason": "all there"}
    case_action(view(context, "bob"), "decide", seen(0), {**asked, "verdict": "inspect"})
    for version in (0, 1):
        with pytest.raises(ConflictError):
            case_action(view(context), "decide", seen(version), asked)
    assert context.states()["C-5"].verdict == "inspect"


def test_nothing_adverse_is_decided_for_many(context: AppContext) -> None:
    for name in ("deny", "ban_proposal", "undo"):
        with pytest.raises(DashboardError):
            bulk_action(view(context), name, ["C-4", "C-5"], "because", "")
    assert {state.verdict for state in context.states().values()} == {None}


def test_a_refused_case_does_not_stop_the_others(context: AppContext) -> None:
    bulk_action(view(context, "bob"), "claim", ["C-4"], "", "")
    told = bulk_action(view(context), "approve", ["C-4", "C-5"], "known customer", "")
    assert told.startswith("1 of 2 done. ")
    assert "C-4 is held by bob" in told
    assert {name: state.verdict for name, state in context.states().items()} == {"C-4": None, "C-5": "approve"}


def test_cases_are_shared_out_in_turn(context: AppContext) -> None:
    bulk_action(view(context), "share", ["C-4", "C-5", "C-6", "C-7"], "", "")
    owners = [state.assigned_to for state in context.states().values()]
    assert sorted(owner or "" for owner in owners) == ["ada", "ada", "bob", "bob"]
    with pytest.raises(DashboardError):
        bulk_action(view(context), "assign", ["C-4"], "", "nobody known")


def test_a_case_that_the_set_lacks_cannot_be_opened(context: AppContext) -> None:
    with pytest.raises(NotThereError):
        case_action(view(context), "claim", seen(0, "C-none"), NOTHING)


def test_a_new_set_is_followed(context: AppContext) -> None:
    first = context.published()
    assert context.published() is first
    publish(context.home, page_tables(), "set-2")
    assert context.published().path.name == "set-2"

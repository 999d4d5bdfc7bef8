"""The life of a case through the page's own buttons: taken, decided, undone, agreed on, appealed, talked about."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from dashboards.reviews.database import writing
from dashboards.reviews.models import cases
from tests.dashboards.pages.conftest import ServerMaker
from tests.dashboards.visitor import Site, Visitor, of_class, of_type, told
from tests.desk_shop import page_tables

REASON = "Weighed it again: all units are there."


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, serve: ServerMaker) -> Site:
    """Return a home whose cases are decided here, each by one test."""
    return serve(tmp_path_factory.mktemp("desk"), page_tables())


def at(desk: Site, case_id: str, name: str = "reviewer", query: str = "") -> Visitor:
    visitor = Visitor.arrive(desk, name)
    visitor.go(f"/case/{case_id}{query}")
    return visitor


def buttons(visitor: Visitor) -> list[str]:
    """Return what can be clicked on a case, apart from its thread."""
    ids = [node["props"].get("id") for node in of_type(visitor.page, "Button")]
    return [one["name"] for one in ids if isinstance(one, dict) and one["name"] != "comment"]


def standing(visitor: Visitor) -> str:
    return told(visitor.element("decision"))


def test_a_case_is_taken_and_let_go_of(desk: Site) -> None:
    ann, bob = at(desk, "C-7"), at(desk, "C-7", "bob")
    assert buttons(ann) == ["claim", "decide"]
    assert ann.act("claim") == "Done."
    assert (told(ann.element("holder")), buttons(ann)) == ("Held by you", ["release", "decide"])
    assert bob.act("claim") == "Case C-7 is held by reviewer; take another, or ask for its release"
    bob.go("/case/C-7")
    assert told(bob.element("holder")) == "Held by reviewer"
    assert bob.act("decide", verdict="approve", reason=REASON).startswith("Case C-7 is held by reviewer")
    assert ann.act("release") == "Done."
    assert told(ann.element("holder")) == "Nobody holds it"


def test_an_admin_frees_what_somebody_else_holds(desk: Site) -> None:
    bob, admin, ann = at(desk, "C-7", "bob"), at(desk, "C-7", "admin"), at(desk, "C-7")
    bob.act("claim")
    for visitor in (admin, ann):
        visitor.go("/case/C-7")
    assert (buttons(admin), buttons(ann)) == (["release", "decide"], ["decide"])
    assert admin.act("release") == "Done."
    assert told(admin.element("holder")) == "Nobody holds it"


def test_the_file_of_a_case_is_a_click_away(desk: Site) -> None:
    ann = at(desk, "C-4")
    link = next(one for one in of_type(ann.page, "A") if told(one) == "Case file")
    answer = ann.browser.client.get(link["props"]["href"])
    assert (answer.status_code, "RMA-3" in answer.get_data(as_text=True)) == (200, True)
    assert ("reviewer", "export") in {(entry.actor, entry.kind) for entry in desk.doors.store.history("C-4")}
    assert [one for one in of_type(at(desk, "C-4", "analyst").page, "A") if told(one) == "Case file"] == []


def test_a_decision_is_taken_with_a_reason_and_back(desk: Site) -> None:
    ann = at(desk, "C-5", query="?verdict=inspect")
    # the queue's key leads here with the verdict chosen
    assert ann.element("verdict")["props"]["value"] == "inspect"
    assert ann.act("decide", verdict="") == "Choose a verdict first."
    assert ann.act("decide", verdict="deny") == "Write a reason first."
    assert "a person will look at it again" in told(ann.element("draft"))
    assert ann.act("decide", verdict="approve", reason=REASON) == "Decided."
    assert told(ann.element("verdict-told")).startswith("Approve, by reviewer on ")
    assert REASON in standing(ann)
    assert buttons(ann) == ["claim", "undo"]
    assert ann.act("undo") == "Done."
    assert buttons(ann) == ["claim", "decide"]
    thread = [told(one)[:20] for one in of_type(of_class(ann.page, "thread")[0], "Li")]
    assert [line.split(" ")[0:2] for line in thread] == [
        ["reviewer", "opened"],
        ["reviewer", "decided"],
        ["reviewer", "undone"],
    ]


def test_a_decision_above_the_limit_is_agreed_on_appealed_and_overturned(desk: Site) -> None:
    ann, bob = at(desk, "C-ring"), at(desk, "C-ring", "bob")
    ann.act("decide", verdict="deny", reason="Three accounts share one card; all parcels were empty.")
    assert "Another person must agree before this counts." in standing(ann)
    assert "confirm" not in buttons(ann)
    bob.go("/case/C-ring")
    assert buttons(bob) == ["claim", "confirm", "refuse"]
    assert bob.act("confirm") == "Done."
    assert bob.act("appeal").startswith("This needs what the shopper says")
    assert bob.act("appeal", reason="The carrier lost the first parcel.") == "Done."
    assert buttons(bob) == ["claim", "overturn", "uphold"]
    ann.go("/case/C-ring")
    assert buttons(ann) == ["claim"]
    assert "Somebody other than the one who decided settles it." in standing(ann)
    assert bob.act("overturn", reason="The carrier confirms it.") == "Done."
    assert standing(bob).startswith("DecisionApprove, by reviewer")


def test_the_second_person_may_disagree(desk: Site) -> None:
    ann, bob = at(desk, "C-two"), at(desk, "C-two", "bob")
    ann.act("decide", verdict="ban_proposal", reason="The fifth empty parcel this year.")
    bob.go("/case/C-two")
    assert bob.act("refuse", reason="Two of them were the carrier's.") == "Done."
    assert "decide" in buttons(bob)
    ann.go("/case/C-two")
    assert ann.act("decide", verdict="deny", reason="Then this one alone.") == "Decided."
    assert "appeal" in buttons(ann)
    bob.go("/case/C-two")
    bob.act("appeal", reason="It was full, says the shopper.")
    assert bob.act("uphold", reason="The scale says otherwise.") == "Done."
    assert standing(bob).startswith("DecisionDeny, by reviewer")


def test_a_page_that_is_older_than_the_case_decides_nothing(desk: Site) -> None:
    ann, bob = at(desk, "C-4"), at(desk, "C-4", "bob")
    assert ann.act("decide", verdict="approve", reason=REASON) == "Decided."
    assert "has changed meanwhile" in bob.act("decide", verdict="deny", reason="Empty box.")
    assert standing(ann).startswith("DecisionApprove, by reviewer")
    # what was typed is there still
    assert bob.element("reason")["props"]["value"] == "Empty box."


def test_a_decision_can_be_undone_for_a_while_only(desk: Site) -> None:
    ann = at(desk, "C-6")
    ann.act("decide", verdict="store_credit", reason=REASON)
    bob = at(desk, "C-6", "bob")
    assert buttons(bob) == ["claim"]
    store = desk.doors.store
    with writing(store.engine) as connection:
        earlier = store.clock() - timedelta(minutes=11)
        connection.execute(update(cases).where(cases.c.case_id == "C-6").values(decided_at=earlier))
    ann.go("/case/C-6")
    assert buttons(ann) == ["claim"]


def test_words_join_the_thread_letter_by_letter(desk: Site) -> None:
    ann = at(desk, "C-7", "admin")
    assert ann.act("comment").startswith("This needs a comment in a few words")
    assert ann.act("comment", comment="<img src=x onerror=alert(1)> call back") == "Done."
    thread = of_class(ann.page, "thread")[0]
    assert "<img src=x onerror=alert(1)> call back" in told(thread)
    assert of_type(thread, "Img") == []

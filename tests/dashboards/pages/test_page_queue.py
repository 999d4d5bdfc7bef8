"""The queue without a browser: its rows, orders and filters, saved views, and what is done to many cases at once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dashboards.conftest import tables
from tests.dashboards.pages.conftest import ServerMaker, Visit
from tests.dashboards.visitor import Site, Visitor, of_class, of_type, told
from tests.desk_shop import page_tables, publish

CASES = ["C-ring", "C-4", "C-5", "C-6", "C-7", "C-two"]
STAKES = ["€700", "€90", "€80", "€70", "€60", "€90"]


def ask(visitor: Visitor, **request: Any) -> dict[str, Any]:  # noqa: ANN401 - as the grid writes it
    """Ask for rows as the grid does when it is scrolled."""
    visitor.put("queue", "getRowsRequest", {"startRow": 0, "endRow": 100, "sortModel": [], "filterModel": {}} | request)
    rows: dict[str, Any] = visitor.element("queue")["props"]["getRowsResponse"]
    return rows


def names(visitor: Visitor, **request: Any) -> list[str]:  # noqa: ANN401
    return [row["case_id"] for row in ask(visitor, **request)["rowData"]]


def test_rows_come_as_they_read_the_dearest_first(visit: Visit) -> None:
    visitor = visit("analyst")
    visitor.go("/queue")
    answer = ask(visitor)
    assert answer["rowCount"] == 6
    assert [row["case_id"] for row in answer["rowData"]] == CASES
    assert [row["at_stake"] for row in answer["rowData"]] == STAKES
    first = answer["rowData"][0]
    assert (first["n_rmas"], first["risk"], first["stage"], first["state"]) == (3, "99.9", "Settled", "Open")
    # the set is older than a day
    assert first["is_overdue"]
    assert visitor.says("0 of 50 today · 6 overdue · €1,090 at stake")


def test_rows_come_block_by_block_in_the_order_asked_for(visit: Visit) -> None:
    visitor = visit("analyst")
    visitor.go("/queue")
    assert names(visitor, startRow=2, endRow=4) == ["C-5", "C-6"]
    assert ask(visitor, startRow=90, endRow=100) == {"rowData": [], "rowCount": 6}
    by_stake = [{"colId": "at_stake", "sort": "asc"}]
    assert names(visitor, sortModel=by_stake) == ["C-7", "C-6", "C-5", "C-4", "C-two", "C-ring"]
    assert names(visitor, sortModel=[{"colId": "n_rmas", "sort": "desc"}]) == ["C-ring", "C-two", *CASES[1:5]]
    assert names(visitor, sortModel=[{"colId": "; drop table", "sort": "desc"}]) == CASES


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("q=c-two", ["C-two"]), ("q=RMA-4", ["C-5"]), ("q=7 units", ["C-ring"][:0]), ("q=8 units", ["C-4"]),
        ("stage=request", []), ("stage=settled", CASES), ("status=decided", []), ("status=all", CASES),
        ("who=mine", []), ("who=nobody", CASES), ("late=1", CASES), ("q=.*", []),
    ],
)  # fmt: skip
def test_the_address_says_which_cases_are_listed(visit: Visit, address: str, found: list[str]) -> None:
    visitor = visit("analyst")
    visitor.go(f"/queue?{address}")
    assert names(visitor) == found


def test_search_and_switch_write_themselves_into_the_address(visit: Visit) -> None:
    visitor = visit("analyst")
    visitor.go("/queue")
    visitor.filter("q", "c-4")
    assert visitor.address == "/queue?q=c-4"
    visitor.put({"type": "late", "name": "late"}, "checked", value=True)
    assert visitor.address == "/queue?late=1&q=c-4"
    assert names(visitor) == ["C-4"]
    visitor.put({"type": "late", "name": "late"}, "checked", value=False)
    visitor.filter("q", "")
    assert visitor.address == "/queue"


def test_an_analyst_has_nothing_to_do_things_with(visit: Visit) -> None:
    page = visit("analyst").go("/queue")
    assert of_class(page, "bulk") == []
    assert len(of_class(visit().go("/queue"), "bulk")) == 1
    assert {told(key) for key in of_type(page, "Kbd")} == {"j k", "Enter", "c", "a", "i", "x", "/", "?"}


def test_a_view_is_kept_for_whoever_kept_it(visit: Visit) -> None:
    visitor = visit()
    visitor.go("/queue?who=mine&status=open")
    visitor.put("view-name", "value", " my own ")
    visitor.click("save-view")
    assert visitor.element("saved-views")["props"]["data"] == [{"value": "?status=open&who=mine", "label": "my own"}]
    visitor.go("/queue")
    visitor.put("saved-views", "value", "?status=open&who=mine")
    assert visitor.address == "/queue?status=open&who=mine"
    other = visit("admin")
    other.go("/queue")
    assert other.element("saved-views")["props"]["data"] == []
    other.put("view-name", "value", " ")
    other.click("save-view")
    assert other.toast.startswith("A view needs a name")
    assert other.element("saved-views")["props"]["data"] == []


@pytest.fixture
def busy(tmp_path_factory: pytest.TempPathFactory, serve: ServerMaker) -> Site:
    """Return a home of its own, to be worked in."""
    return serve(tmp_path_factory.mktemp("busy"), page_tables())


def work(busy: Site, name: str = "reviewer") -> Visitor:
    visitor = Visitor.arrive(busy, name)
    visitor.go("/queue")
    return visitor


def select(visitor: Visitor, *cases: str) -> None:
    visitor.put("queue", "selectedRows", [{"case_id": name} for name in cases])


def who(visitor: Visitor) -> dict[str, str | None]:
    return {row["case_id"]: row["who"] for row in ask(visitor)["rowData"]}


def test_many_cases_are_worked_on_together(busy: Site) -> None:
    ann, bob = work(busy), work(busy, "bob")
    ann.click("bulk-claim")
    assert ann.toast == "Select cases first."
    select(bob, "C-4")
    bob.click("bulk-claim")
    assert (bob.toast, who(bob)["C-4"]) == ("1 of 1 done.", "you")
    select(ann, "C-4", "C-5")
    ann.put("bulk-reason", "value", "Known customer.")
    ann.click("bulk-approve")
    assert ann.toast.startswith("1 of 2 done. Case C-4 is held by bob")
    assert who(ann) == dict.fromkeys(["C-ring", "C-6", "C-7", "C-two"]) | {"C-4": "bob"}
    assert ann.says("1 of 50 today")
    ann.go("/queue?status=decided")
    assert [(row["case_id"], row["state"], row["due_at"]) for row in ask(ann)["rowData"]] == [
        ("C-5", "Decided: Approve", "")
    ]


def test_cases_are_given_to_a_person_and_shared_out(busy: Site) -> None:
    ann = work(busy)
    assert [one["value"] for one in ann.element("bulk-person")["props"]["data"]] == ["admin", "bob", "reviewer"]
    select(ann, "C-6")
    ann.click("bulk-assign")
    assert ann.toast == "Choose a person first."
    select(ann, "C-6")
    ann.put("bulk-person", "value", "bob")
    ann.click("bulk-assign")
    assert (ann.toast, who(ann)["C-6"]) == ("Done.", "bob")
    select(ann, "C-4", "C-5", "C-7")
    ann.click("bulk-share")
    # bob has one already, so that the others come first
    assert {name: who(ann)[name] for name in ("C-4", "C-5", "C-7")} == {"C-4": "admin", "C-5": "you", "C-7": "admin"}
    ann.go("/queue?who=mine")
    assert names(ann) == ["C-5"]


def test_several_are_set_aside_until_they_arrive(busy: Site) -> None:
    ann = work(busy)
    select(ann, "C-4", "C-5")
    ann.put("bulk-reason", "value", "Weigh it first.")
    ann.click("bulk-inspect")
    assert ann.toast == "2 of 2 done."
    ann.go("/queue?status=waiting")
    assert [(row["case_id"], row["state"]) for row in ask(ann)["rowData"]] == [
        ("C-4", "Waiting: Inspect"), ("C-5", "Waiting: Inspect")
    ]  # fmt: skip


def test_a_key_claims_the_case_under_it(busy: Site) -> None:
    ann, eve = work(busy), work(busy, "analyst")
    ann.put("key-action", "data", {"action": "claim", "case_id": "C-7", "at": 1})
    assert (ann.toast, who(ann)["C-7"]) == ("1 of 1 done.", "you")
    ann.put("key-action", "data", {"action": "deny", "case_id": "C-6", "at": 2})
    assert who(ann)["C-6"] is None
    with pytest.raises(AssertionError, match="Your role may not do this; ask an admin"):
        eve.put("key-action", "data", {"action": "claim", "case_id": "C-6", "at": 3})
    assert who(eve)["C-6"] is None


def test_a_case_that_has_left_the_set_is_told_of(busy: Site) -> None:
    ann = work(busy)
    select(ann, "C-gone")
    ann.click("bulk-claim")
    assert ann.toast.startswith("The case is not among those of the current set.")


def test_a_set_without_flagged_rmas_needs_no_look(tmp_path_factory: pytest.TempPathFactory, serve: ServerMaker) -> None:
    home = tmp_path_factory.mktemp("calm")
    frames = page_tables()
    calm = serve(home, frames | {"flagged_queue": frames["flagged_queue"].head(0)})
    ann = work(calm)
    assert ann.says("No RMA needs a look")
    assert ann.says("0 of 50 today · 0 overdue · €0 at stake")
    publish(home, {"rma_scores": tables()["rma_scores"]}, "set-2")
    ann.go("/queue")
    assert ann.says("The table flagged_queue is missing or of an older version.")

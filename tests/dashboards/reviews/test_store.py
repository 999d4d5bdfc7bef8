"""The life of a case in the store, on both databases."""

from __future__ import annotations

import threading
from dataclasses import replace
from decimal import Decimal

import pytest

from dashboards.errors import ConflictError, DashboardError, ForbiddenError, NotThereError
from dashboards.reviews.rules import CaseState
from dashboards.reviews.store import CaseFacts, ReviewStore
from tests.dashboards.reviews.conftest import Hands, case, deny


def kinds(store: ReviewStore, case_id: str = "C-1") -> list[str]:
    return [entry.kind for entry in store.history(case_id)]


def test_a_case_is_opened_once(store: ReviewStore) -> None:
    first = store.open_case(case(), "ann")
    again = store.open_case(case(), "bob")
    assert first == again
    assert (first.version, first.state, first.value) == (1, "open", Decimal("120.50"))
    assert kinds(store) == ["opened"]


def test_an_rma_that_comes_to_a_decided_case_opens_it_again(store: ReviewStore) -> None:
    store.open_case(case(rmas=1), "ann")
    store.decide(deny())
    grown = store.open_case(case(rmas=2, value="300"), "ann")
    assert (grown.state, grown.verdict, grown.rma_ids, grown.value) == ("open", None, ("R1-0", "R1-1"), Decimal(300))
    assert kinds(store) == ["opened", "decision", "reopened"]


def test_a_value_that_moves_leaves_a_decision_alone(store: ReviewStore) -> None:
    store.open_case(case(), "ann")
    store.decide(deny())
    assert store.open_case(case(value="99"), "ann").state == "decided"


def test_who_holds_a_case_keeps_others_from_deciding_it(store: ReviewStore, hands: Hands) -> None:
    store.open_case(case(), "ann")
    store.claim("C-1", "ann")
    with pytest.raises(ConflictError, match="held by ann"):
        store.claim("C-1", "bob")
    with pytest.raises(ConflictError, match="held by ann"):
        store.decide(deny(actor="bob"))
    with pytest.raises(ConflictError, match="held by ann"):
        store.release("C-1", "bob")
    hands.pass_by(16)
    assert store.claim("C-1", "bob").claimed_by == "bob"
    store.release("C-1", "root", is_admin=True)
    assert store.claim("C-1", "ann").claimed_by == "ann"


def test_a_decision_on_a_version_that_has_passed_is_refused(store: ReviewStore) -> None:
    store.open_case(case(), "ann")
    store.decide(deny(verdict="request_evidence"))
    with pytest.raises(ConflictError, match="changed meanwhile"):
        store.decide(deny(key="k2"))
    decided = store.decide(deny(version=2, key="k2"))
    assert (decided.state, decided.verdict, decided.version) == ("decided", "deny", 3)
    with pytest.raises(ConflictError, match="decided already"):
        store.decide(deny(version=3, key="k3"))


def test_the_same_key_is_the_same_decision(store: ReviewStore) -> None:
    store.open_case(case(), "ann")
    first = store.decide(deny())
    assert store.decide(deny()) == first
    assert kinds(store).count("decision") == 1
    with pytest.raises(ConflictError, match="another decision"):
        store.decide(deny(verdict="approve"))


@pytest.mark.parametrize("verdict", ["deny", "ban_proposal"])
def test_an_adverse_decision_needs_a_person_and_a_reason(store: ReviewStore, verdict: str) -> None:
    store.open_case(case(), "ann")
    with pytest.raises(DashboardError, match="a reason"):
        store.decide(replace(deny(verdict=verdict), reason=" . "))
    with pytest.raises(ForbiddenError, match="the person"):
        store.decide(replace(deny(verdict=verdict), actor=" "))
    by_program = store.decide(replace(deny(verdict=verdict), is_person=False))
    assert by_program.state == "second"


@pytest.mark.parametrize(
    ("change", "told"), [({"verdict": "jail"}, "no verdict"), ({"key": ""}, "a key"), ({"reason": "x" * 5000}, "4,000")]
)
def test_what_makes_no_decision_is_refused(light_store: ReviewStore, change: dict[str, str], told: str) -> None:
    light_store.open_case(case(), "ann")
    with pytest.raises(DashboardError, match=told):
        light_store.decide(replace(deny(), **change))  # type: ignore[arg-type]


def test_nobody_decides_a_case_that_nobody_opened(light_store: ReviewStore) -> None:
    with pytest.raises(NotThereError, match="C-1"):
        light_store.decide(deny())


@pytest.mark.parametrize(("value", "verdict", "state"), [
    ("500", "deny", "decided"), ("500.01", "deny", "second"), ("500.01", "approve", "second"),
    ("500.01", "inspect", "waiting"), ("1", "ban_proposal", "second"),
])  # fmt: skip
def test_above_a_value_two_people_decide(light_store: ReviewStore, value: str, verdict: str, state: str) -> None:
    light_store.open_case(case(value=value), "ann")
    assert light_store.decide(deny(verdict=verdict)).state == state


def test_the_second_person_is_another_one(store: ReviewStore) -> None:
    store.open_case(case(value="900"), "ann")
    waiting = store.decide(deny())
    with pytest.raises(ForbiddenError, match="you were the first"):
        store.confirm("C-1", "ann", waiting.version)
    opened = store.refuse("C-1", "bob", waiting.version, "the photo shows another box")
    assert (opened.state, opened.verdict) == ("open", None)
    again = store.decide(deny(version=opened.version, key="k2"))
    assert store.confirm("C-1", "bob", again.version).state == "decided"
    assert kinds(store) == ["opened", "decision", "refused", "decision", "confirmed"]


def test_a_decision_is_undone_by_who_took_it_for_ten_minutes(store: ReviewStore, hands: Hands) -> None:
    store.open_case(case(), "ann")
    done = store.decide(deny())
    with pytest.raises(ForbiddenError, match="not yours"):
        store.undo("C-1", "bob", done.version)
    hands.pass_by(9.9)
    undone = store.undo("C-1", "ann", done.version)
    assert (undone.state, undone.verdict) == ("open", None)
    with pytest.raises(ConflictError, match="no decision"):
        store.undo("C-1", "ann", undone.version)
    done = store.decide(deny(version=undone.version, key="k2"))
    hands.pass_by(10.1)
    with pytest.raises(ConflictError, match="10 minutes"):
        store.undo("C-1", "ann", done.version)


@pytest.mark.parametrize(("overturn", "verdict", "kind"), [(True, "approve", "overturned"), (False, "deny", "upheld")])
def test_an_appeal_is_settled_by_another_person(store: ReviewStore, overturn: bool, verdict: str, kind: str) -> None:
    store.open_case(case(), "ann")
    done = store.decide(deny())
    appealed = store.appeal("C-1", "cleo", done.version, "the courier lost it, see the claim")
    with pytest.raises(ForbiddenError, match="cannot settle"):
        store.settle_appeal("C-1", "ann", appealed.version, "no way", overturn=overturn)
    settled = store.settle_appeal("C-1", "bob", appealed.version, "carrier confirms", overturn=overturn)
    assert (settled.state, settled.verdict) == ("decided", verdict)
    assert kinds(store)[-1] == kind


def test_only_an_adverse_decision_is_appealed_against(light_store: ReviewStore) -> None:
    light_store.open_case(case(), "ann")
    done = light_store.decide(deny(verdict="approve"))
    with pytest.raises(ConflictError, match="no adverse decision"):
        light_store.appeal("C-1", "cleo", done.version, "please")
    with pytest.raises(ConflictError, match="no appeal"):
        light_store.settle_appeal("C-1", "bob", done.version, "nothing there", overturn=True)


def test_cases_are_shared_out_to_who_has_the_fewest(store: ReviewStore) -> None:
    for number in range(1, 6):
        store.open_case(case(number), "ann")
    store.assign(["C-1"], "bob", "root")
    given = store.share_out(["C-2", "C-3", "C-4", "C-5"], ["bob", "ann"], "root")
    assert given == {"C-2": "ann", "C-3": "ann", "C-4": "bob", "C-5": "ann"}
    assert store.states(given)["C-4"].assigned_to == "bob"
    assert set(store.touched()) == {"C-1", *given}
    with pytest.raises(DashboardError, match="nobody"):
        store.share_out(["C-2"], [], "root")


def test_comments_and_views_stand_in_the_history(store: ReviewStore) -> None:
    store.open_case(case(), "ann")
    store.comment("C-1", "ann", "asked the warehouse")
    store.viewed("bob", "case page", "C-1")
    assert kinds(store) == ["opened", "comment", "view"]
    assert store.history("C-1")[1].private["text"] == "asked the warehouse"
    assert [(entry.actor, entry.kind) for entry in store.audit(1)] == [("bob", "view")]


def race(store: ReviewStore, people: int) -> list[CaseState | Exception]:
    """Have people decide the same case at the same moment."""
    results: list[CaseState | Exception] = []
    start = threading.Barrier(people)

    def decide(number: int) -> None:
        start.wait()
        try:
            results.append(store.decide(deny(actor=f"p{number}", key=f"k{number}")))
        except ConflictError as error:
            results.append(error)

    threads = [threading.Thread(target=decide, args=(number,)) for number in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_people_who_decide_at_the_same_moment_one_does(store: ReviewStore) -> None:
    store.open_case(case(), "ann")
    results = race(store, 8)
    assert sorted(isinstance(one, CaseState) for one in results) == [False] * 7 + [True]
    assert kinds(store).count("decision") == 1
    assert store.verify_chain() == []


def test_nothing_stays_of_what_fails(store: ReviewStore) -> None:
    store.open_case(case(), "ann")
    before = store.audit()
    with pytest.raises(NotThereError):
        store.assign(["C-1", "C-99"], "bob", "root")
    assert store.audit() == before
    assert store.states(["C-1"])["C-1"].assigned_to is None


def test_a_case_may_have_no_rma_that_is_named(light_store: ReviewStore) -> None:
    assert light_store.open_case(CaseFacts("C-1", (), Decimal(0)), "ann").rma_ids == ()

"""Which decisions say what about RMAs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dashboards.reviews.store import ReviewStore
from dashboards.reviews.verdicts import verdicts_of
from tests.dashboards.reviews.conftest import START, Hands, case, deny

Life = Callable[[ReviewStore], object]


def overturned(store: ReviewStore) -> None:
    store.decide(deny())
    store.appeal("C-1", "cleo", 2, "the courier lost it")
    store.settle_appeal("C-1", "bob", 3, "carrier confirms", overturn=True)


def upheld(store: ReviewStore) -> None:
    store.decide(deny())
    store.appeal("C-1", "cleo", 2, "the courier lost it")
    store.settle_appeal("C-1", "bob", 3, "carrier denies", overturn=False)


def appealed(store: ReviewStore) -> None:
    store.decide(deny())
    store.appeal("C-1", "cleo", 2, "the courier lost it")


def undone(store: ReviewStore) -> None:
    store.decide(deny())
    store.undo("C-1", "ann", 2)


def confirmed(store: ReviewStore) -> None:
    store.decide(deny(verdict="ban_proposal"))
    store.confirm("C-1", "bob", 2)


def dearer(store: ReviewStore) -> None:
    store.decide(deny())
    store.open_case(case(value="130"), "ann")


@pytest.mark.parametrize(("live", "label", "by"), [
    (lambda store: store.decide(deny()), "fraud", "ann"),
    (lambda store: store.decide(deny(verdict="approve")), "legitimate", "ann"),
    (lambda store: store.decide(deny(verdict="store_credit")), None, ""),
    (lambda store: store.decide(deny(verdict="inspect")), None, ""),
    (lambda store: store.decide(deny(verdict="ban_proposal")), None, ""),
    (confirmed, "fraud", "bob"), (overturned, "legitimate", "bob"), (upheld, "fraud", "bob"),
    (appealed, None, ""), (undone, None, ""), (dearer, "fraud", "ann"),
])  # fmt: skip
def test_a_decision_counts_once_it_is_final(store: ReviewStore, live: Life, label: str | None, by: str) -> None:
    store.open_case(case(), "ann")
    live(store)
    said = {(one.rma_id, one.verdict, one.decided_by) for one in verdicts_of(store)}
    assert said == (set() if label is None else {("R1-0", label, by), ("R1-1", label, by)})


def test_of_an_rma_of_two_cases_the_last_word_counts(light_store: ReviewStore, hands: Hands) -> None:
    light_store.open_case(case(1, rmas=1), "ann")
    light_store.decide(deny())
    hands.pass_by(60)
    light_store.open_case(type(case())("C-2", ("R1-0",), case().value), "bob")
    light_store.decide(deny(number=2, verdict="approve", actor="bob", key="k2"))
    (said,) = verdicts_of(light_store)
    assert (said.verdict, said.decided_by) == ("legitimate", "bob")
    assert (said.decided_at - START).total_seconds() // 60 == 59
    assert said.decided_at.microsecond == 0

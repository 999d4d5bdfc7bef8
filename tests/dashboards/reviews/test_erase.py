"""A shopper erased from the store: nothing names them, and the chain holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from dashboards.reviews.database import FILE, writing
from dashboards.reviews.erase import count_named, erase
from dashboards.reviews.live import LiveStates
from dashboards.reviews.models import entries
from dashboards.reviews.store import ReviewStore
from dashboards.reviews.verdicts import verdicts_of
from tests.dashboards.reviews.conftest import case, deny

KNOWN = {"C-1": "C-pseudonym", "R1-0": "P-zero", "R1-1": "P-one"}
PERSONAL = ("C-1", "R1-0", "R1-1", "photo on file", "mrs smith")


def reviewed(store: ReviewStore) -> None:
    for number in (1, 2):
        store.open_case(case(number), "ann")
        store.decide(replace(deny(number=number, key=f"R1-0 of {number}")))
        store.comment(f"C-{number}", "bob", "mrs smith called" if number == 1 else "nothing to add")


def everything(engine: Engine) -> str:
    """Return all that the store holds, as text."""
    with engine.connect() as connection:
        tables = ("entries", "cases", "heads")
        return "\n".join(str(row) for name in tables for row in connection.exec_driver_sql(f"select * from {name}"))  # noqa: S608 - names of ours


def test_nothing_names_the_person_and_the_chain_holds(store: ReviewStore, database: Engine) -> None:
    reviewed(store)
    before = everything(database)
    assert all(one in before for one in PERSONAL)
    assert count_named(store, KNOWN) == 4
    assert erase(store, KNOWN) == 4
    after = everything(database)
    assert [one for one in ("C-1'", "R1-0", "R1-1", "mrs smith") if one in after] == []
    assert after.count("photo on file") == before.count("photo on file") // 2
    assert store.verify_chain() == []
    assert count_named(store, KNOWN) == 0
    assert store.audit(1)[0].kind == "erased"


def test_what_was_decided_stays_under_the_pseudonym(store: ReviewStore) -> None:
    reviewed(store)
    erase(store, KNOWN)
    assert {one.rma_id for one in verdicts_of(store)} == {"P-zero", "P-one", "R2-0", "R2-1"}
    held = store.case("C-pseudonym")
    assert held is not None
    assert (held.rma_ids, held.reason, held.verdict) == (("P-zero", "P-one"), "[erased]", "deny")
    assert [entry.private.get("text") for entry in store.history("C-pseudonym")][-1] == "[erased]"
    assert store.case("C-1") is None


def test_an_edit_after_an_erasure_is_found(store: ReviewStore, database: Engine) -> None:
    reviewed(store)
    erase(store, KNOWN)
    with writing(database) as connection:
        private = connection.execute(select(entries.c.private).where(entries.c.seq == 2)).scalar_one()
        changed = private.replace("P-zero", "P-other")
        connection.execute(update(entries).where(entries.c.seq == 2).values(private=changed))
    assert [(one.seq, one.what) for one in store.verify_chain()] == [(2, "its text was changed")]


def test_two_people_of_one_case_can_be_erased_one_after_the_other(store: ReviewStore) -> None:
    reviewed(store)
    erase(store, {"R1-0": "P-zero"})
    erase(store, {"R1-1": "P-one", "C-1": "C-pseudonym"})
    assert store.verify_chain() == []
    held = store.case("C-pseudonym")
    assert held is not None
    assert held.rma_ids == ("P-zero", "P-one")


def test_who_is_not_there_changes_nothing(store: ReviewStore) -> None:
    reviewed(store)
    before = store.audit()
    assert erase(store, {"R9-9": "P"}) == 0
    assert store.audit() == before


def test_no_byte_of_the_person_stays_in_the_files(light_store: ReviewStore, tmp_path: Path) -> None:
    reviewed(light_store)
    erase(light_store, KNOWN)
    content = b"".join(place.read_bytes() for place in tmp_path.glob(f"{FILE}*"))
    assert content
    assert [one for one in (b"R1-0", b"R1-1", b"mrs smith") if one in content] == []


@pytest.mark.parametrize("number", [1, 7])
def test_who_follows_the_cases_sees_every_change(store: ReviewStore, number: int) -> None:
    live = LiveStates(store)
    assert dict(live.current()) == {}
    for place in range(1, number + 1):
        store.open_case(case(place), "ann")
    assert dict(live.current()) == store.touched()
    store.claim("C-1", "bob")
    store.decide(deny(actor="bob", verdict="inspect"))
    assert live.current()["C-1"].state == "waiting"
    erase(store, KNOWN)
    assert dict(live.current()) == store.touched()
    assert "C-1" not in live.current()

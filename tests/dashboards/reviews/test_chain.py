"""Every edit, deletion and reordering of the entries is found."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, select, text, update

from dashboards.reviews.chain import digest_of, examine, link
from dashboards.reviews.database import writing
from dashboards.reviews.models import cases, entries, heads
from dashboards.reviews.store import ReviewStore
from tests.dashboards.reviews.conftest import KEY, case, deny

Rows = list[dict[str, Any]]
N_ENTRIES = 60


def busy(store: ReviewStore) -> None:
    """Fill a store with decisions, comments and views."""
    for number in range(1, 16):
        store.open_case(case(number), "ann")
        store.decide(deny(number=number, key=f"k{number}"))
        store.comment(f"C-{number}", "bob", f"seen, number {number}")
        store.viewed("cleo", "case", f"C-{number}")


def held(store: ReviewStore) -> tuple[Rows, dict[str, Any]]:
    """Return the rows of the chain and its end."""
    with store.engine.connect() as connection:
        rows = [dict(row) for row in connection.execute(select(entries).order_by(entries.c.seq)).mappings()]
        return rows, dict(connection.execute(select(heads)).mappings().one())


def edit(rows: Rows, draw: random.Random) -> Rows:
    row = draw.choice(rows)
    column = draw.choice(["actor", "kind", "facts", "private", "salt", "digest", "hash", "previous", "at", "case_id"])
    old = row[column]
    row[column] = old.replace(year=2025) if column == "at" else f"{old}x"
    return rows


def remove(rows: Rows, draw: random.Random) -> Rows:
    first = draw.randrange(len(rows))
    return rows[:first] + rows[first + draw.randint(1, 5) :]


def cut_off(rows: Rows, draw: random.Random) -> Rows:
    return rows[: draw.randrange(len(rows))]


def swap(rows: Rows, draw: random.Random) -> Rows:
    one, other = draw.sample(range(len(rows)), 2)
    rows[one], rows[other] = {**rows[other], "seq": rows[one]["seq"]}, {**rows[one], "seq": rows[other]["seq"]}
    return rows


def remove_and_renumber(rows: Rows, draw: random.Random) -> Rows:
    left = remove(rows, draw)
    return [{**row, "seq": place} for place, row in enumerate(left, 1)]


def rewrite_without_the_key(rows: Rows, draw: random.Random) -> Rows:
    place = draw.randrange(len(rows))
    rows[place]["private"] = rows[place]["private"].replace("C-", "D-")
    rows[place]["digest"] = digest_of(rows[place]["salt"], rows[place]["private"])
    for number in range(place, len(rows)):
        rows[number]["previous"] = rows[number - 1]["hash"] if number else rows[0]["previous"]
        rows[number]["hash"] = link(b"a guess at the key", rows[number])
    return rows


def put_in(rows: Rows, draw: random.Random) -> Rows:
    place = draw.randrange(len(rows))
    more = [*rows[: place + 1], {**rows[place]}, *rows[place + 1 :]]
    return [{**row, "seq": number} for number, row in enumerate(more, 1)]


WAYS: list[Callable[[Rows, random.Random], Rows]] = [
    edit, remove, cut_off, swap, remove_and_renumber, rewrite_without_the_key, put_in,
]  # fmt: skip


def test_a_thousand_of_a_thousand_changes_are_found(light_store: ReviewStore) -> None:
    busy(light_store)
    rows, head = held(light_store)
    assert len(rows) == N_ENTRIES
    assert examine(KEY, rows, head) == []
    missed = []
    for number in range(1000):
        draw = random.Random(number)  # noqa: S311 - which row is changed, nothing secret
        way = WAYS[number % len(WAYS)]
        changed = way([dict(row) for row in rows], draw)
        if not examine(KEY, changed, head):
            missed.append((number, way.__name__))
    assert missed == []


def test_the_chain_of_an_untouched_store_holds(store: ReviewStore) -> None:
    assert store.verify_chain() == []
    busy(store)
    assert store.verify_chain() == []


@pytest.mark.parametrize("where", ["middle", "end"])
def test_a_row_deleted_in_the_database_is_found(store: ReviewStore, database: Engine, where: str) -> None:
    busy(store)
    with writing(database) as connection:
        connection.execute(delete(entries).where(entries.c.seq == (20 if where == "middle" else N_ENTRIES)))
    assert store.verify_chain() != []


def test_an_end_that_is_moved_back_with_its_rows_is_found(store: ReviewStore, database: Engine) -> None:
    busy(store)
    with writing(database) as connection:
        kept = connection.execute(select(entries.c.hash).where(entries.c.seq == N_ENTRIES - 1)).scalar_one()
        connection.execute(delete(entries).where(entries.c.seq == N_ENTRIES))
        connection.execute(update(heads).values(seq=N_ENTRIES - 1, hash=kept))
    assert [problem.what for problem in store.verify_chain()] == ["the seal of the end was changed"]


def test_all_rows_and_the_end_removed_are_found(store: ReviewStore, database: Engine) -> None:
    busy(store)
    with writing(database) as connection:
        connection.execute(delete(entries))
    assert store.verify_chain() != []


def test_a_verdict_turned_in_the_table_of_cases_is_found(store: ReviewStore, database: Engine) -> None:
    busy(store)
    with writing(database) as connection:
        connection.execute(update(cases).where(cases.c.case_id == "C-3").values(verdict="approve"))
    assert [problem.what for problem in store.verify_chain()] == ["its case stands elsewhere"]


def test_a_case_nobody_opened_is_found(store: ReviewStore, database: Engine) -> None:
    busy(store)
    with writing(database) as connection:
        row = dict(connection.execute(select(cases).where(cases.c.case_id == "C-3")).mappings().one())
        connection.execute(insert(cases).values({**row, "case_id": "C-new"}))
    assert len(store.verify_chain()) == 1


def test_a_chain_under_another_key_does_not_hold(light_store: ReviewStore) -> None:
    busy(light_store)
    other = ReviewStore(light_store.engine, b"another key that is long enough too")
    assert len(other.verify_chain()) >= N_ENTRIES


def test_the_text_of_an_entry_is_no_part_of_what_the_chain_hashes(light_store: ReviewStore) -> None:
    busy(light_store)
    with light_store.engine.connect() as connection:
        said = connection.execute(text("select facts from entries")).scalars().all()
    assert [one for one in said if "C-" in one or "R1" in one or "seen" in one] == []

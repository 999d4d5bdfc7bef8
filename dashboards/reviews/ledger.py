"""Writing and reading entries: the part of the store that knows the chain.

Writers come one after another on both databases, from before the first read to the commit, so that each sees what the
one before did.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, func, insert, select, update

from dashboards.reviews.chain import ORIGIN, Entry, Problem, as_json, digest_of, examine, link, new_salt, seal
from dashboards.reviews.database import reading, writing
from dashboards.reviews.models import cases, entries, heads

Clock = Callable[[], datetime]
HEAD = 1
BATCH = 2_000

# Made once: to put a statement together takes longer than the database does with it.
_HEAD = select(heads).where(heads.c.id == HEAD)
_MOVE_HEAD = update(heads).where(heads.c.id == bindparam("of_head"))
_LAST_STAMP = select(func.coalesce(func.max(cases.c.stamp), 0))
_ADD_ENTRY = insert(entries)


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be written down: who, what, of which case; ``facts`` says nothing of a shopper, ``private`` may."""

    actor: str
    kind: str
    case_id: str | None = None
    facts: Mapping[str, Any] | None = None
    private: Mapping[str, Any] | None = None
    key: str | None = None


class Writer:
    """A transaction that writes, and so the only one that moves the end of the chain; ``at`` is its moment."""

    def __init__(self, connection: Connection, key: bytes, at: datetime) -> None:
        self.connection = connection
        self.at = at
        self._key = key
        held = connection.execute(_HEAD).mappings().one_or_none()
        self._is_new = held is None
        self._seq, self._last = (0, ORIGIN) if held is None else (int(held["seq"]), str(held["hash"]))
        self._first = self._seq
        self._stamp: int | None = None

    def stamp(self) -> int:
        """Return the stamp of the next change of a case."""
        if self._stamp is None:
            self._stamp = int(self.connection.execute(_LAST_STAMP).scalar_one())
        self._stamp += 1
        return self._stamp

    def add(self, note: Note) -> int:
        """Write an entry at the end of the chain and return its number."""
        private = as_json({**(note.private or {}), **({"case_id": note.case_id} if note.case_id else {})})
        salt = new_salt()
        row = {
            "seq": self._seq + 1, "at": self.at, "actor": note.actor, "kind": note.kind, "case_id": note.case_id,
            "key": note.key, "facts": as_json(note.facts or {}), "private": private, "salt": salt,
            "digest": digest_of(salt, private), "previous": self._last,
        }  # fmt: skip
        row["hash"] = link(self._key, row)
        self.connection.execute(_ADD_ENTRY, row)
        self._seq, self._last = self._seq + 1, str(row["hash"])
        return self._seq

    def finish(self) -> None:
        """Have the head tell of the new end: nobody sees the entries before the transaction ends."""
        if self._seq == self._first:
            return
        end = {"seq": self._seq, "hash": self._last, "seal": seal(self._key, self._seq, self._last)}
        if self._is_new:
            self.connection.execute(insert(heads), {"id": HEAD, **end})
        else:
            self.connection.execute(_MOVE_HEAD, {"of_head": HEAD, **end})


class Ledger:
    """The entries of a store. ``key`` makes the chain, ``clock`` tells the moment of each entry."""

    def __init__(self, engine: Engine, key: bytes, clock: Clock) -> None:
        self.engine = engine
        self.clock = clock
        self._key = key

    def key_of(self, text: str) -> str:
        """Return what stands for a key of a request: whoever draws one may put a shopper's number into it."""
        return hmac.new(self._key, f"key {text}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    @contextmanager
    def writer(self) -> Iterator[Writer]:
        """Yield a transaction that may add entries; nothing of it stays where anything fails."""
        with writing(self.engine) as connection:
            writer = Writer(connection, self._key, self.clock())
            yield writer
            writer.finish()

    def write(self, note: Note) -> int:
        """Add one entry in a transaction of its own."""
        with self.writer() as writer:
            return writer.add(note)

    def of_case(self, case_id: str) -> tuple[Entry, ...]:
        """Return the entries of a case, the oldest first."""
        with reading(self.engine) as connection:
            chosen = select(entries).where(entries.c.case_id == case_id).order_by(entries.c.seq)
            return tuple(entry_of(row) for row in connection.execute(chosen).mappings())

    def of_kinds(self, kinds: Sequence[str], limit: int | None = None) -> tuple[Entry, ...]:
        """Return the entries of some kinds, the newest first where only some are wanted, else the oldest first."""
        order = entries.c.seq.desc() if limit is not None else entries.c.seq
        chosen = select(entries).where(entries.c.kind.in_(kinds)).order_by(order).limit(limit)
        with reading(self.engine) as connection:
            return tuple(entry_of(row) for row in connection.execute(chosen).mappings())

    def verify(self) -> tuple[int, list[Problem]]:
        """Return how many entries there are, and what is wrong with them."""
        with reading(self.engine) as connection:
            held = connection.execute(_HEAD).mappings().one_or_none()
            head = {"seq": 0, "hash": ORIGIN, "seal": seal(self._key, 0, ORIGIN)} if held is None else dict(held)
            rows = connection.execute(select(entries).order_by(entries.c.seq).execution_options(yield_per=BATCH))
            return int(str(head["seq"])), examine(self._key, iter(rows.mappings()), head)


def entry_of(row: Mapping[Any, Any]) -> Entry:
    """Return a row as an entry."""
    facts, private = json.loads(row["facts"]), json.loads(row["private"])
    return Entry(row["seq"], row["at"], row["actor"], row["kind"], row["case_id"], facts, private)

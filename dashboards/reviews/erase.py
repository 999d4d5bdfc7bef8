"""Erasing a shopper from the store: identifiers become pseudonyms, words go, and the chain holds.

What was decided when and by whom stays, without the person. The entry that is added tells which entries were written
anew, by the digests of what stands there now; whatever else is changed is still found.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, text, update

from dashboards.reviews.chain import ERASED, as_json, digest_of, new_salt
from dashboards.reviews.ledger import Note, Writer
from dashboards.reviews.models import cases, entries
from dashboards.reviews.store import ReviewStore

STRUCK = "[erased]"
WORDS = ("reason", "text")
"""What people wrote: in every entry of a case that the person is part of."""


def count_named(store: ReviewStore, known: Mapping[str, str]) -> int:
    """Return how many entries and cases name the person. ``known``: identifiers and their pseudonyms."""
    with store.ledger.writer() as writer:
        return len(_entries(writer, known)) + len(_cases(writer, known))


def erase(store: ReviewStore, known: Mapping[str, str]) -> int:
    """Take the person out of the store, for good; return how many entries and cases named them."""
    with store.ledger.writer() as writer:
        changed, moved = _entries(writer, known), _cases(writer, known)
        rewritten = {}
        for seq, private in changed.items():
            salt, said = new_salt(), as_json(private)
            rewritten[str(seq)] = digest_of(salt, said)
            values = {"private": said, "salt": salt, "case_id": private.get("case_id")}
            writer.connection.execute(update(entries).where(entries.c.seq == seq).values(values))
        for case_id, values in moved.items():
            row = values | {"stamp": writer.stamp()}
            writer.connection.execute(update(cases).where(cases.c.case_id == case_id).values(row))
        if changed:
            writer.add(Note("forget", ERASED, None, {"rewritten": rewritten}))
    if store.engine.dialect.name == "sqlite":
        # what was overwritten still stands in the log of writes
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("pragma wal_checkpoint(truncate)"))
    return len(changed) + len(moved)


def _entries(writer: Writer, known: Mapping[str, str]) -> dict[int, dict[str, Any]]:
    """Return what the entries that name the person say without them, by number."""
    held = {
        row.seq: json.loads(row.private)
        for row in writer.connection.execute(select(entries.c.seq, entries.c.private).order_by(entries.c.seq))
    }
    theirs = {one.get("case_id") for one in held.values() if _is_named(one, known)} - {None}
    found = {seq: _without(one, known) for seq, one in held.items() if one.get("case_id") in theirs}
    return {seq: said for seq, said in found.items() if said != held[seq]}


def _cases(writer: Writer, known: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return what the cases that the person is part of say without them, by name."""
    found = {}
    for row in writer.connection.execute(select(cases)).mappings():
        said = {"case_id": row["case_id"], "rma_ids": json.loads(row["rma_ids"]), "reason": row["reason"]}
        if _is_named(said, known):
            clean = _without(said, known)
            found[row["case_id"]] = clean | {"rma_ids": json.dumps(clean["rma_ids"])}
    return found


def _is_named(said: Mapping[str, Any], known: Mapping[str, str]) -> bool:
    """Whether a case is the person's, or one of its RMAs is."""
    return said.get("case_id") in known or any(one in known for one in said.get("rma_ids", ()))


def _without(said: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, Any]:
    """Return what is said, without the person."""
    clean = dict(said)
    if "case_id" in clean:
        clean["case_id"] = known.get(clean["case_id"], clean["case_id"])
    if "rma_ids" in clean:
        clean["rma_ids"] = [known.get(one, one) for one in clean["rma_ids"]]
    return clean | {name: STRUCK for name in WORDS if clean.get(name)}

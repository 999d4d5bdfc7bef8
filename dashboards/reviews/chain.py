"""The chain that entries hang in: each one's hash covers what it says and the hash before it, under a key.

Without the key nobody can put a changed row right again, and the seal of the end tells of rows cut off there. What may
name a shopper is covered by a salted digest only: it can be replaced when a person is erased, and the entry that tells
of the erasure carries the digests of what took its place.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

ORIGIN = "0" * 64
ERASED = "erased"
"""The kind of the entry that tells which rows were rewritten."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. ``facts`` says nothing of a shopper, ``private`` may."""

    seq: int
    at: datetime
    actor: str
    kind: str
    case_id: str | None
    facts: Mapping[str, Any]
    private: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at a place of the chain."""

    seq: int
    what: str


def as_json(content: Mapping[str, Any]) -> str:
    """Return the one spelling of a content."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def new_salt() -> str:
    """Return a salt that nobody can guess, so that a digest tells nothing once the text is gone."""
    return secrets.token_hex(16)


def digest_of(salt: str, private: str) -> str:
    """Return the salted digest of what may name somebody."""
    return hashlib.sha256(f"{salt}\n{private}".encode()).hexdigest()


def link(key: bytes, row: Mapping[Any, Any]) -> str:
    """Return the hash of a row: of all that it says, and of the hash before it."""
    said = [row["seq"], row["at"].isoformat(), row["actor"], row["kind"], row["key"], row["facts"], row["digest"]]
    return _mac(key, json.dumps([row["previous"], *said], ensure_ascii=False))


def seal(key: bytes, seq: int, last: str) -> str:
    """Return the seal of the end of the chain."""
    return _mac(key, f"end {seq} {last}")


def _mac(key: bytes, said: str) -> str:
    """Return a keyed hash."""
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()


def examine(key: bytes, rows: Iterable[Mapping[Any, Any]], head: Mapping[Any, Any]) -> list[Problem]:
    """Return what is wrong with a chain, in order; ``rows`` in the order of ``seq``, ``head`` its stored end."""
    found: list[Problem] = []
    rewritten: dict[int, str] = {}
    last, previous = 0, ORIGIN
    for row in rows:
        seq = int(row["seq"])
        found += [Problem(seq, what) for what in _wrong(key, row, last, previous)]
        if row["kind"] == ERASED:
            _explain(row, rewritten)
        held = digest_of(row["salt"], row["private"])
        if held != row["digest"]:
            rewritten[seq] = held
        last, previous = seq, row["hash"]
    found += [Problem(seq, "its text was changed") for seq in rewritten]
    if (head["seq"], head["hash"]) != (last, previous):
        found.append(Problem(last + 1, "the end of the chain is not where it was"))
    elif not hmac.compare_digest(seal(key, last, previous), head["seal"]):
        found.append(Problem(last, "the seal of the end was changed"))
    return sorted(found, key=lambda problem: problem.seq)


def _wrong(key: bytes, row: Mapping[Any, Any], last: int, previous: str) -> Iterator[str]:
    """Yield what is wrong with one row after the one before it."""
    if row["seq"] != last + 1:
        yield "an entry before it is missing"
    if row["previous"] != previous:
        yield "does not follow the entry before it"
    if not hmac.compare_digest(link(key, row), row["hash"]):
        yield "was changed"
    if _case_of(row["private"]) != row["case_id"]:
        yield "stands under another case"


def _case_of(private: str) -> str | None:
    """Return the case that a private text names; empty where it is no text of ours."""
    try:
        content = json.loads(private)
    except ValueError:
        return ""
    return content.get("case_id") if isinstance(content, dict) else ""


def _explain(row: Mapping[Any, Any], rewritten: dict[int, str]) -> None:
    """Take from ``rewritten`` what an entry of an erasure says was put there."""
    try:
        told = json.loads(row["facts"]).get("rewritten", {}).items()
    except (ValueError, AttributeError):
        return  # not ours, and the link says so
    for place, digest in told:
        if rewritten.get(int(place)) == digest:
            del rewritten[int(place)]

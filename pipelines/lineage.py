"""Which raw and core tables a statement reads, found in its text, so that the graph follows from the files alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import sql
from pipelines.delivered import DELIVERED
from pipelines.ingest.sources import raw_tables

COMMENT = re.compile(r"--[^\n]*")


def tables_read(*names: str) -> list[str]:
    """Return the asset keys (``schema/table``) that statement files read, sorted; ``delivered_…`` is all behind it."""
    texts = [_plain(sql.statement(name)) for name in names]
    own = {f"{schema}/{table}" for text in texts for schema, table in re.findall(r"\b(core|raw)\.(\w+)", text)}
    return sorted(own.union(*(_raw_behind(table) for table in _delivered_in(texts))))


def raw_read(tables: Iterable[str]) -> list[str]:
    """Return the asset keys of the raw tables that become rows of some delivered tables, sorted."""
    return sorted(set().union(*(_raw_behind(table) for table in tables)))


def _delivered_in(texts: Iterable[str]) -> set[str]:
    """Return the delivered tables that some texts name."""
    return {table for text in texts for table in re.findall(r"\bdelivered_(\w+)", text) if table in DELIVERED}


@cache
def _raw_behind(table: str) -> frozenset[str]:
    """Return the asset keys of the raw tables that become rows of one delivered table."""
    texts = [_plain(sql.statement(name)) for name in sql.translations(table)]
    found = {table} & raw_tables().keys() | _raw_in(texts)
    if table == "unknown_codes":
        found |= {name for name, kind in raw_tables().items() if kind.maps}
    return frozenset(f"raw/{name}" for name in found)


def _raw_in(texts: Iterable[str]) -> set[str]:
    """Return the raw tables that some statements read, by themselves or through what sources prepare."""
    pending, seen = list(texts), set[str]()
    found = set[str]()
    while pending:
        text = pending.pop()
        found |= {name for name in re.findall(r"\braw\.(\w+)", text) if name in raw_tables()}
        words = set(re.findall(r"\w+", text))
        fresh = words & sql.preparations().keys() - seen
        seen |= fresh
        pending += [_plain(sql.preparations()[name]) for name in fresh]
    return found


def _plain(text: str) -> str:
    """Return a statement without its comments."""
    return COMMENT.sub("", text)

"""Change the key of the hashes: every stored hash is hashed once more, under the new key.

The clear text is stored nowhere, so that a hash cannot be made from it again; but a hash of the hash links as well as
the hash did. Whoever has the old key alone can test nothing against what is stored now.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

import sql
from pipelines.errors import ReturnwatchError
from pipelines.ingest.hashing import define_hash, define_relinking
from pipelines.keys import (
    NEW_VARIABLE,
    VARIABLE,
    chain_of,
    key_fingerprint,
    load_key,
    new_key,
    relinked,
    seal,
    unseal,
)
from pipelines.privacy.forget import opened
from pipelines.privacy.rewrite import Relation, table_relation
from pipelines.privacy.ring import ERASED_RECEIPTS, RECEIPTS, fingerprint_of, hashing_key, retired_keys
from pipelines.privacy.roles import CUSTOMER, MAILBOX
from pipelines.privacy.sets import Change, published_sets, rewrite_set, rewrite_warehouse, table_names
from pipelines.privacy.switch import FOLDER, JOURNAL, SCRATCH, Switch, prepared
from pipelines.sqltext import identifier
from pipelines.warehouse import Warehouse

ROTATE = "rotate-key"
KEYED = frozenset({"raw.key_check", "raw.retired_keys", "raw.erased"})
"""Tables that are not copied, but made for the new key: nothing sealed with the old one may be left in the file."""


def rotate(home: Path, config: Path | None) -> dict[str, Any]:
    """Hash everything that is stored under a new key, and return what was done.

    A rotation that a killed command left unfinished is finished, not begun again. Raises ReturnwatchError where the
    key is given by a variable and the new one is not.
    """
    is_left = (home / FOLDER / JOURNAL).is_file()
    with opened(home, config) as warehouse:
        new = new_key()
        is_done = is_left and home.joinpath("key").is_file() and fingerprint_of(warehouse) == _fingerprint(home)
        if is_done or fingerprint_of(warehouse) == key_fingerprint(new):
            return {"status": "already_rotated", "home": str(home)}
        _require_variable(home)
        hashing_key(warehouse, home)
        with prepared(home, ROTATE) as switch:
            done = _prepare_switch(warehouse, home, new, switch)
            warehouse.close()
            switch.commit()
    return done


def _fingerprint(home: Path) -> str:
    """Return the fingerprint of the home's key."""
    return key_fingerprint(load_key(home))


def _require_variable(home: Path) -> None:
    """Raise ReturnwatchError where the key is a variable, which a new one can only follow as a variable."""
    if VARIABLE in os.environ and NEW_VARIABLE not in os.environ:
        raise ReturnwatchError(
            f"{home}: the key comes from ${VARIABLE}; give the new one in ${NEW_VARIABLE}, afterwards in ${VARIABLE}"
        )


def _prepare_switch(warehouse: Warehouse, home: Path, new: bytes, switch: Switch) -> dict[str, Any]:
    """Prepare warehouse, sets, receipts and key as they are under the new key; return what to say of it."""
    connection, old = warehouse.connection, load_key(home)
    retired = [*retired_keys(warehouse, old), old]
    mailboxes = _mailboxes(connection, old, new, chain_of(retired, new))
    define_relinking(connection, [new])
    connection.execute(sql.statement("privacy/create_named"))
    tables = [table_relation(connection, name) for name in table_names(connection)]
    _name_mailboxes(connection, tables)

    def fill(database: str) -> None:
        connection.execute(f"insert into {database}.raw.key_check values ($mark)", {"mark": key_fingerprint(new)})
        for place, key in enumerate(retired, 1):
            values = {"place": place, "sealed": seal(new, key)}
            connection.execute(f"insert into {database}.raw.retired_keys values ($place, $sealed)", values)
        erased = sql.statement("privacy/select_relinked_erased")
        connection.execute(f"insert into {database}.raw.erased {erased}")
        for row in mailboxes:
            connection.execute(f"insert into {database}.raw.erased values (?, ?, ?, ?, ?)", row)

    copied = [one for one in tables if one.name not in KEYED]
    rows = rewrite_warehouse(connection, copied, switch, RELINK, fill)
    sets = {folder.name: rewrite_set(connection, folder, switch, RELINK) for folder in published_sets(home)}
    _relink_receipts(home, new, switch)
    switch.removes += SCRATCH
    done = {"status": "rotated", "rows": rows, "published": {name: n for name, n in sets.items() if n}}
    return done | {"next": _place_key(new, switch), "home": str(home)}


def _place_key(new: bytes, switch: Switch) -> str:
    """Prepare the new key, as the last thing that changes; return what to do next."""
    if VARIABLE in os.environ:
        switch.place("done").touch()
        switch.move("done", f"{FOLDER}/{JOURNAL}.done")
        return f"Set ${VARIABLE} to the new key from now on."
    place = switch.place("key")
    place.touch(mode=0o600)
    place.write_bytes(new + b"\n")
    switch.move("key", "key")
    return "The new key lies in the home's file `key`; back it up, and destroy copies of the old one."


def _relink_receipts(home: Path, new: bytes, switch: Switch) -> None:
    """Prepare the receipts of erased people with their keyed hash under the new key."""
    for place in sorted((home / RECEIPTS).glob(ERASED_RECEIPTS)):
        content = json.loads(place.read_text(encoding="utf-8"))
        content["subject"] = relinked(new, content["subject"])
        ready = switch.place(f"{RECEIPTS}/{place.name}")
        ready.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
        switch.move(f"{RECEIPTS}/{place.name}", f"{RECEIPTS}/{place.name}")


def _mailboxes(
    connection: duckdb.DuckDBPyConnection, old: bytes, new: bytes, chain: bytes
) -> list[tuple[str, str, str, datetime, str]]:
    """Return the rows of ``raw.erased`` that are mailboxes, as they are under the new key."""
    define_hash(connection, chain)
    rows = []
    for sealed, pseudonym, moment in connection.execute(sql.statement("privacy/select_mailboxes")).fetchall():
        mailbox = relinked(new, unseal(old, sealed).rstrip(b"\0").decode())
        hashed = connection.execute("select keyed_hash('erased mailbox', $mailbox)", {"mailbox": mailbox}).fetchall()
        rows.append((MAILBOX, str(hashed[0][0]), pseudonym, moment, seal(new, mailbox.encode())))
    return rows


def _name_mailboxes(connection: duckdb.DuckDBPyConnection, tables: list[Relation]) -> None:
    """Put the mailboxes that stand for customers into ``named``: made tables have them as customers."""
    for relation in tables:
        for name in relation.roles.of(MAILBOX):
            column = identifier(name)
            connection.execute(
                f"insert into named select distinct {CUSTOMER!r}, {column}, relinked_hash({column}, 1), false "
                f"from {relation.source} where {column} is not null and {column} not in (select value from named)"
            )


def _hashes(relation: Relation) -> list[str]:
    """Return the columns of a table that hold keyed hashes."""
    return [name for name in relation.columns if name.endswith("_hash")]


def _terms(relation: Relation) -> dict[str, str]:
    """Return the expression of each column that a new key changes."""
    terms = {name: f"relinked_hash(t.{identifier(name)}, 1)" for name in _hashes(relation)}
    for name in relation.roles.of(CUSTOMER):
        column = f"t.{identifier(name)}"
        terms[name] = f"coalesce((select n.pseudonym from named as n where n.value = {column}), {column})"
    return terms


def _count(connection: duckdb.DuckDBPyConnection, relation: Relation) -> int:
    """Return the rows that a new key changes."""
    conditions = [f"{term} <> t.{identifier(name)}" for name, term in _terms(relation).items()]
    if not conditions:
        return 0
    statement = f"select count(*) from {relation.source} as t where {' or '.join(conditions)}"
    ((rows,),) = connection.execute(statement).fetchall()
    return int(rows)


def _select(relation: Relation) -> str:
    """Return the select of a table's rows under the new key, in their order."""
    terms = _terms(relation)
    columns = ", ".join(
        f"{terms.get(name, f't.{identifier(name)}')} as {identifier(name)}" for name in relation.columns
    )
    return f"select {columns} from {relation.source} as t order by t.{relation.place}"


RELINK = Change(_count, _select)

"""Erase one person from a home: the warehouse, every kept published set, and whatever else names them.

Amounts stay, without the person: each identifier becomes a pseudonym, the same in every table, and what says who
somebody is goes. What is erased is remembered by keyed hashes, so that the same exports do not bring the person back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

import sql
from pipelines.clock import now
from pipelines.errors import ReturnwatchError
from pipelines.ingest.sandbox import raise_if_ours
from pipelines.ingest.sources import raw_tables
from pipelines.lock import LOCK, RunLock
from pipelines.privacy.files import delivered_files_naming, sweep, taught_models
from pipelines.privacy.people import add_customer, derive, follow, is_erased, name_customer, prepare, remember
from pipelines.privacy.rewrite import Relation, count_touched, filled, rewritten, table_relation
from pipelines.privacy.ring import RECEIPTS, hashing_key
from pipelines.privacy.sets import Change, published_sets, rewrite_set, rewrite_warehouse, set_relations, table_names
from pipelines.privacy.switch import SCRATCH, Switch, complete, prepared
from pipelines.reviews import count_decisions, erase_decisions
from pipelines.settings import load_settings
from pipelines.warehouse import FILE, Warehouse

FORGET = "forget"
ERASE = Change(count_touched, rewritten)
DELIVERED_FILES = (
    "The delivered files themselves lie outside of the home: erase the person from them, and from backups and copies "
    "of this home, yourself."
)


@dataclass(frozen=True, slots=True)
class ForgetRequest:
    """What the command line asks: whom, where, and where the delivered files lie that may still name the person."""

    home: Path
    customer: str
    landing: Path | None = None
    config: Path | None = None
    is_dry_run: bool = False


def forget(request: ForgetRequest) -> dict[str, Any]:
    """Erase a customer and return the receipt; with ``is_dry_run`` what would be erased, and nothing changes.

    Raises ReturnwatchError where no row names the customer, or the disk has no room: then nothing has changed.
    """
    with opened(request.home, request.config) as warehouse:
        key = hashing_key(warehouse, request.home)
        connection = warehouse.connection
        prepare(connection, key)
        tables = [table_relation(connection, name) for name in table_names(connection)]
        before = _find(warehouse, request, tables)
        if before is not None:
            return before if request.is_dry_run else _compacted(warehouse, request, tables, before)
        if request.is_dry_run:
            return _planned(warehouse, request, tables)
        known = _known(connection)
        with prepared(request.home, FORGET) as switch:
            receipt = _prepare_switch(warehouse, request, tables, key, switch)
            warehouse.close()
            # before the switch: a command that dies in between leaves nobody in the store
            erase_decisions(request.home, load_settings(request.config), known)
            switch.commit()
        return receipt


@contextmanager
def opened(home: Path, config: Path | None) -> Iterator[Warehouse]:
    """Yield the warehouse of a home with its lock held and what a dead command left completed.

    Raises ReturnwatchError where there is none, or disk or memory give out.
    """
    if not (home / FILE).is_file():
        raise ReturnwatchError(f"{home}: there is no warehouse here; name the home of a run with --home")
    memory_limit = load_settings(config).engine.memory_limit
    lock = RunLock(home / LOCK)
    lock.acquire()
    try:
        complete(home)
        with Warehouse(home, memory_limit) as warehouse:
            warehouse.commit()
            warehouse.delivered_views()
            yield warehouse
    except duckdb.Error as error:
        raise_if_ours(error)
        raise
    finally:
        lock.release()


def _find(warehouse: Warehouse, request: ForgetRequest, tables: list[Relation]) -> dict[str, Any] | None:
    """Fill ``named`` with all that is the person's; return what to say where that was erased before.

    Raises ReturnwatchError where nothing names the person.
    """
    connection = warehouse.connection
    raw = [one for one in tables if one.name.startswith("raw.")]
    delivered = filled(connection, (one for one in raw if one.name.removeprefix("raw.") in raw_tables()))
    if not name_customer(connection, request.customer, delivered):
        erased_at = is_erased(connection)
        if erased_at is not None:
            return {"status": "already_erased", "erased_at": f"{erased_at.isoformat()}Z", "home": str(request.home)}
        add_customer(connection, request.customer)
        if not sum(count_touched(connection, one) for one in raw):
            raise ReturnwatchError(
                f"{request.home}: no delivered row names the customer {request.customer!r}; nothing was changed. Give "
                "customer_id as it stands in the published tables"
            )
    follow(connection, delivered)
    made = filled(connection, (one for one in tables if one not in raw))
    sets = [one for folder in published_sets(request.home) for one in set_relations(connection, folder)]
    derive(connection, [*made, *sets])
    return None


def _compacted(
    warehouse: Warehouse, request: ForgetRequest, tables: list[Relation], before: dict[str, Any]
) -> dict[str, Any]:
    """Write the warehouse's file anew for a person who was erased before; return what to say.

    What arrived since was erased on arrival, and the bytes of the rows before that may lie in free blocks.
    """
    with prepared(request.home, FORGET) as switch:
        rewrite_warehouse(warehouse.connection, tables, switch, ERASE, lambda _: None)
        switch.removes += SCRATCH
        warehouse.close()
        switch.commit()
    return before | {"compacted": [FILE, *SCRATCH]}


def _planned(warehouse: Warehouse, request: ForgetRequest, tables: list[Relation]) -> dict[str, Any]:
    """Return the rows that would change."""
    connection = warehouse.connection
    sets = {}
    for folder in published_sets(request.home):
        counted = {one.name: count_touched(connection, one) for one in set_relations(connection, folder)}
        sets[folder.name] = {name: rows for name, rows in counted.items() if rows}
    counted = {one.name: count_touched(connection, one) for one in tables}
    return {
        "status": "dry_run",
        "rows": {name: rows for name, rows in counted.items() if rows},
        "published": {name: rows for name, rows in sets.items() if rows},
        "decisions": count_decisions(request.home, load_settings(request.config), _known(connection)),
        "home": str(request.home),
    }


def _known(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the person's identifiers, each with its pseudonym."""
    return dict(connection.execute(sql.statement("privacy/select_names")).fetchall())


def _prepare_switch(
    warehouse: Warehouse, request: ForgetRequest, tables: list[Relation], key: bytes, switch: Switch
) -> dict[str, Any]:
    """Prepare all that takes the place of what names the person, and the receipt; return the receipt."""
    connection, moment = warehouse.connection, now()
    known = _known(connection)
    receipt: dict[str, Any] = {
        "status": "erased",
        "subject": str(warehouse.select("privacy/select_subject").item()),
        "erased_at": f"{moment.isoformat()}Z",
        "rows": rewrite_warehouse(
            connection, tables, switch, ERASE, lambda name: remember(connection, f"{name}.raw.erased", key, moment)
        ),
        "published": {},
    }
    for folder in published_sets(request.home):
        rows = rewrite_set(connection, folder, switch, ERASE)
        if rows:
            receipt["published"][folder.name] = rows
    swept = sweep(request.home, switch, known)
    receipt |= {"files_rewritten": list(swept.rewritten), "files_still_naming": list(swept.left)}
    receipt |= _landing(request, switch, known)
    receipt["decisions"] = count_decisions(request.home, load_settings(request.config), known)
    receipt["models_removed"] = taught_models(request.home)
    switch.removes += (*SCRATCH, *receipt["models_removed"])
    name = f"forget-{re.sub('[-:]', '', moment.isoformat())}Z-{receipt['subject'][:8]}.json"
    receipt["receipt"] = f"{RECEIPTS}/{name}"
    switch.place(name).write_text(json.dumps(receipt, indent=2) + "\n", encoding="utf-8")
    switch.move(name, f"{RECEIPTS}/{name}")
    return receipt


def _landing(request: ForgetRequest, switch: Switch, known: dict[str, str]) -> dict[str, Any]:
    """Return what the receipt says of the delivered files."""
    said: dict[str, Any] = {"delivered_files": DELIVERED_FILES}
    if request.landing is not None:
        memory_limit = load_settings(request.config).engine.memory_limit
        naming, unread = delivered_files_naming(request.landing, known, switch.folder, memory_limit)
        said |= {"delivered_files_still_naming": naming, "delivered_files_not_searched": unread}
    return said

"""The source ``reviews``: people's decisions come back into the pipeline as verdicts, with every run.

The store is read as it stands when the run begins, and takes the place of what was read before: what was undone or
overturned since is corrected. A home that nobody has reviewed in has no store, and none is made.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from dashboards.reviews import STORE_FILE
from dashboards.secrets import chain_key
from pipelines.serve_settings import ReviewStoreSettings
from pipelines.settings import Settings
from pipelines.warehouse import Warehouse

if TYPE_CHECKING:  # a home without a store need not load what opens one
    from dashboards.reviews.chain import Problem
    from dashboards.reviews.store import ReviewStore
    from dashboards.reviews.verdicts import Verdict

TABLE = "raw.reviews"
SCHEMA = pl.Schema(
    [("rma_id", pl.String()), ("verdict", pl.String()), ("decided_at", pl.Datetime("us")), ("decided_by", pl.String())]
)
BY = "reviews:{name}"
"""Who decided, told apart from the deciders of delivered verdicts."""


def store_url(settings: ReviewStoreSettings) -> str | None:
    """Return the address of the store; None where it is SQLite in the home."""
    return None if settings.url is None else settings.url.get_secret_value()


def has_store(home: Path, settings: Settings) -> bool:
    """Whether decisions are kept for this home."""
    return settings.reviews.url is not None or (home / STORE_FILE).is_file()


@contextmanager
def _store(home: Path, settings: Settings) -> Iterator[ReviewStore | None]:
    """Yield the store of a home; None where it has none."""
    if not has_store(home, settings):
        yield None
        return
    from dashboards.reviews.database import open_database  # noqa: PLC0415 - see the head of the module
    from dashboards.reviews.store import ReviewStore  # noqa: PLC0415 - as above

    engine = open_database(home, store_url(settings.reviews))
    try:
        yield ReviewStore(engine, chain_key(home))
    finally:
        engine.dispose()


def erase_decisions(home: Path, settings: Settings, known: Mapping[str, str]) -> int:
    """Take a person out of the store (identifiers and their pseudonyms); return how many rows named them."""
    from dashboards.reviews.erase import erase  # noqa: PLC0415 - see the head of the module

    with _store(home, settings) as store:
        return erase(store, known) if store else 0


def count_decisions(home: Path, settings: Settings, known: Mapping[str, str]) -> int:
    """Return how many rows of the store name a person."""
    from dashboards.reviews.erase import count_named  # noqa: PLC0415 - see the head of the module

    with _store(home, settings) as store:
        return count_named(store, known) if store else 0


def examined(home: Path, settings: Settings) -> tuple[int, list[Problem]]:
    """Return how many entries the store has, and what is wrong with their chain."""
    with _store(home, settings) as store:
        if store is None:
            return 0, []
        return store.ledger.verify()[0], store.verify_chain()


def verdicts(home: Path, settings: Settings) -> pl.DataFrame:
    """Return people's verdicts, one row an RMA. StoreError where the store cannot be opened."""
    found = _found(home, settings) if has_store(home, settings) else []
    rows = [(one.rma_id, one.verdict, one.decided_at, BY.format(name=one.decided_by)) for one in found]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _found(home: Path, settings: Settings) -> list[Verdict]:
    """Return the verdicts of the store that a home has."""
    from dashboards.reviews.verdicts import verdicts_of  # noqa: PLC0415 - see the head of the module

    with _store(home, settings) as store:
        return verdicts_of(store) if store else []


def load_verdicts(warehouse: Warehouse, home: Path, settings: Settings) -> int:
    """Store people's verdicts in place of those that were read before; return how many there are."""
    return warehouse.store(TABLE, verdicts(home, settings))


def held_digest(warehouse: Warehouse) -> str:
    """Return what identifies the verdicts that the warehouse holds."""
    return digest_of(warehouse.frame(TABLE))


def digest_of(rows: pl.DataFrame) -> str:
    """Return what identifies some verdicts; empty where there are none."""
    if rows.is_empty():
        return ""
    return hashlib.sha256(json.dumps(rows.sort("rma_id").rows(), default=str).encode()).hexdigest()

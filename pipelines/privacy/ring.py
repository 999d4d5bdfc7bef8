"""The key that a home hashes with, held against what its warehouse was hashed with."""

from __future__ import annotations

from pathlib import Path

import polars as pl

import sql
from pipelines.errors import ReturnwatchError
from pipelines.keys import chain_of, key_fingerprint, load_key, unseal
from pipelines.warehouse import Warehouse

RECEIPTS = "receipts"
ERASED_RECEIPTS = "forget-*.json"


def hashing_key(warehouse: Warehouse, home: Path) -> bytes:
    """Return what new deliveries are hashed with: the key, after the retired ones in turn.

    The fingerprint of the first delivery's key is remembered. Raises ReturnwatchError where earlier deliveries were
    hashed with another key, because no new hash would equal theirs, and where the list of erased people is lost.
    """
    key = load_key(home)
    known = fingerprint_of(warehouse)
    if known is None:
        _require_list(warehouse, home)
        warehouse.store("raw.key_check", pl.DataFrame({"fingerprint": [key_fingerprint(key)]}))
    elif known != key_fingerprint(key):
        raise ReturnwatchError(
            f"{home}: the key is not the one that earlier deliveries were hashed with, so the same person "
            f"would look like two; {_what_next(warehouse)}"
        )
    return chain_of(retired_keys(warehouse, key), key)


def fingerprint_of(warehouse: Warehouse) -> str | None:
    """Return the fingerprint of the key that the warehouse was hashed with; None where nothing was yet."""
    known: list[str] = warehouse.frame("raw.key_check")["fingerprint"].to_list()
    return known[0] if known else None


def retired_keys(warehouse: Warehouse, key: bytes) -> list[bytes]:
    """Return the keys before the present one, the oldest first."""
    sealed = warehouse.connection.execute(sql.statement("privacy/select_retired_keys")).fetchall()
    return [unseal(key, one) for (one,) in sealed]


def _what_next(warehouse: Warehouse) -> str:
    """Return what to do about a key that is not the right one."""
    if warehouse.count("raw.erased"):
        return "restore that key: without it, people who were erased would come back"
    return "restore that key, or read everything again with --full-refresh"


def _require_list(warehouse: Warehouse, home: Path) -> None:
    """Raise ReturnwatchError where people were erased from this home and its warehouse does not know whom."""
    if not warehouse.count("raw.erased") and any((home / RECEIPTS).glob(ERASED_RECEIPTS)):
        raise ReturnwatchError(
            f"{home / RECEIPTS}: people were erased here, and the list of whom went with the old warehouse; restore "
            "the warehouse, or erase them from the exports and move the receipts away"
        )

"""The keyed hash as a macro of a DuckDB session: one HMAC, or after a rotation of the key one HMAC of another."""

from __future__ import annotations

import duckdb

import sql
from pipelines.keys import hmac_pads, links_of


def define_hash(connection: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """Define ``keyed_hash(kind, value)`` for the session: the hash under a key, or under each key of a chain in turn.

    The macro and the pads last as long as the session: no file of a database ever holds them.
    """
    first, *later = links_of(key)
    inner, outer = hmac_pads(first)
    connection.execute("set variable inner_pad = $pad::blob", {"pad": inner})
    connection.execute("set variable outer_pad = $pad::blob", {"pad": outer})
    statement = sql.statement("ingest/keyed_hash")
    if not later:
        connection.execute(statement)
        return
    connection.execute(statement.replace("keyed_hash", "first_hash"))
    define_relinking(connection, later)
    term = "first_hash(kind, value)"
    for place, _ in enumerate(later, 1):
        term = f"relinked_hash({term}, {place})"
    connection.execute(f"create or replace temp macro keyed_hash(kind, value) as {term}")


def define_relinking(connection: duckdb.DuckDBPyConnection, keys: list[bytes]) -> None:
    """Define ``relinked_hash(held, place)``: a hash under one more key, the one at ``place`` (1 is the first)."""
    pads = [hmac_pads(key) for key in keys]
    connection.execute("set variable inner_pads = $pads::blob[]", {"pads": [inner for inner, _ in pads]})
    connection.execute("set variable outer_pads = $pads::blob[]", {"pads": [outer for _, outer in pads]})
    connection.execute(sql.statement("ingest/relinked_hash"))

"""What sources deliver, as one table each: the rows of the contract's own files and those that others become.

Belongs here: the temporary tables that a source's statements fill, and the views ``delivered_<table>`` that core is
built from. Does not: what a statement says (``sql/sources``), nor which ids of two sources are the same
(``sql/core/list_same_ids.sql``).

A source's statement may read raw tables, the source's maps (``<source>_<map>``) and what its ``views`` say. Each is
evaluated once, and its columns are cast to those of the contract.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import duckdb
import polars as pl

import sql
from features.contracts import CANONICAL_TABLES
from pipelines.errors import ReturnwatchError
from pipelines.ingest.sandbox import raise_if_ours
from pipelines.ingest.sources import CANONICAL, FileKind, manifest_of, raw_tables, source_names
from pipelines.sqltext import identifier, literal, stored_columns

MONEY = "decimal(18, 4)"
OTHER_COLUMNS = {
    "other_lines": {
        "order_id": "varchar", "line_id": "varchar", "customer_id": "varchar", "sku": "varchar", "kind": "varchar",
        "quantity": "bigint", "amount": MONEY, "occurred_at": "timestamp", "currency": "varchar",
    },
    "unknown_codes": {"map": "varchar", "code": "varchar", "n_rows": "bigint"},
}  # fmt: skip
"""Columns of the tables that the contract has no file for; sources that are translated may yield rows for them."""
REVIEWS = "reviews"
"""The source of verdicts that people gave on the review pages: the decision store, not a folder."""
DELIVERED = (*CANONICAL_TABLES, *OTHER_COLUMNS)
ID_COLUMNS = {
    "orders": {"order_id": "order", "customer_id": "customer"},
    "order_lines": {"order_id": "order"},
    "returns": {"rma_id": "rma", "order_id": "order", "customer_id": "customer"},
    "customers": {"customer_id": "customer"},
    "support_contacts": {"order_id": "order", "customer_id": "customer"},
    "chargebacks": {"order_id": "order"},
    "review_labels": {"rma_id": "rma"},
    "other_lines": {"order_id": "order", "customer_id": "customer"},
}
"""Columns whose ids may mean something else in another source, and what they are the ids of."""


def make_delivered(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the views ``delivered_<table>``; ReturnwatchError naming the statement of a source that cannot be used."""
    facts = [(name, manifest_of(name).namespace, manifest_of(name).maps_version) for name in source_names()]
    _store(connection, "source_facts", pl.DataFrame(facts, ["source", "namespace", "maps_version"], orient="row"))
    for name, text in sql.maps().items():
        _store(connection, name, pl.read_csv(text.encode(), infer_schema=False))
    for name, text in sql.preparations().items():
        _run(connection, f"view {name}", f"create or replace temp table {identifier(name)} as {text}")
    for table in DELIVERED:
        parts = " union all by name ".join(_parts(connection, table))
        connection.execute(f"create or replace temp view {identifier('translated_' + table)} as {parts}")
    connection.execute(f"create or replace temp table same_ids as {sql.statement('core/list_same_ids')}")
    ((n_same,),) = connection.execute("select count(*) from same_ids").fetchall()
    for table in DELIVERED:
        connection.execute(
            f"create or replace temp view {identifier('delivered_' + table)} as {_told_apart(table, n_same)}"
        )


def _store(connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    """Replace a temporary table by a frame."""
    connection.register("stored_rows", frame)
    connection.execute(f"create or replace temp table {identifier(name)} as select * from stored_rows")
    connection.unregister("stored_rows")


def _run(connection: duckdb.DuckDBPyConnection, what: str, statement: str) -> duckdb.DuckDBPyConnection:
    """Run a statement of a source; ReturnwatchError naming it where it is none, or its values do not fit."""
    try:
        return connection.execute(statement)
    except duckdb.Error as error:
        raise_if_ours(error)
        # only what is wrong with the statement itself is told: other messages quote delivered values
        is_text = isinstance(error, duckdb.ParserException | duckdb.BinderException | duckdb.CatalogException)
        told = str(error).splitlines()[0] if is_text else f"{type(error).__name__}: a value does not fit its column"
        raise ReturnwatchError(f"{what}: {told}; mend the statement (docs/add_a_source.md)") from None


def _parts(connection: duckdb.DuckDBPyConnection, table: str) -> Iterator[str]:
    """Yield the selects that a delivered table is the union of."""
    if table in CANONICAL_TABLES:
        # where a row came from is for raw alone: core is the same whatever order deliveries arrive in
        held = identifier("raw." + table)
        yield f"select * exclude (extra, delivery_id, row_number), {literal(CANONICAL)} as source from {held}"
    else:
        columns = ", ".join(f"null::{kind} as {identifier(name)}" for name, kind in OTHER_COLUMNS[table].items())
        yield f"select {columns}, null::varchar as source where false"
    if table == "review_labels":
        yield f"select *, {literal(REVIEWS)} as source from raw.reviews"
    for name in sql.translations(table):
        yield _translated(connection, table, name)
    if table == "unknown_codes":
        yield from (part for kind in raw_tables().values() for part in _unmapped(kind))


def _translated(connection: duckdb.DuckDBPyConnection, table: str, name: str) -> str:
    """Evaluate the statement by which a source yields rows of a table; return the select of its rows."""
    source, statement, wanted = name.split("/")[1], sql.statement(name), _columns(table)
    found = [str(row[0]) for row in _run(connection, f"sql/{name}.sql", f"describe {statement}").fetchall()]
    wrong = sorted(set(found) - wanted.keys() - {"source"})
    required = CANONICAL_TABLES[table].required if table in CANONICAL_TABLES else ()
    missing = [column for column in required if column not in found]
    if wrong or missing:
        told = f"yields '{wrong[0]}', which is no column of {table}" if wrong else f"yields no {missing[0]}"
        raise ReturnwatchError(f"sql/{name}.sql: {told}; docs/data_contract.md lists the columns")
    casts = ", ".join(
        f"cast({identifier(column)} as {wanted[column]}) as {identifier(column)}"
        for column in found
        if column in wanted
    )
    place = identifier(f"yielded_{source}_{table}")
    text = f"create or replace temp table {place} as select {casts}, {literal(source)} as source from ({statement})"
    _run(connection, f"sql/{name}.sql", text)
    return f"select * from {place}"


def _columns(table: str) -> Mapping[str, str]:
    """Return the columns of a delivered table and their types."""
    if table in OTHER_COLUMNS:
        return OTHER_COLUMNS[table]
    entries = (entry for column in CANONICAL_TABLES[table].columns for entry in stored_columns(column))
    return {name.strip('"'): kind for name, kind in (entry.split(" ", 1) for entry in entries)}


def _unmapped(kind: FileKind) -> Iterator[str]:
    """Yield the selects of the codes of a raw table that the map which its manifest names does not know.

    The object's own columns stand in the rows of its lists too, and are counted once.
    """
    shape = kind.shape
    fields = {field.header: field for field in shape.fields} if shape and shape.lists else {}
    headers = {column: header.lower() for header, column in kind.headers.items()}
    for column, codes in sorted(kind.maps.items()):
        code, known = f"given.{identifier(column)}", identifier(f"{kind.source}_{codes}")
        field = fields.get(headers[column])
        part = literal(field.part) if field and field.part else "null"
        yield (
            f"select {literal(codes)} as map, {code} as code, count(*) as n_rows, {literal(kind.source)} as source "
            f"from {identifier('raw.' + kind.table.name)} as given where {code} is not null "
            f"{'and given.part is not distinct from ' + part if field else ''} "
            f"and not exists (from {known} as known where upper({code}) glob upper(known.code)) group by {code}"
        )


def _told_apart(table: str, n_same: int) -> str:
    """Return the select of a delivered table in which no id means two things."""
    source = identifier(f"translated_{table}")
    columns = ID_COLUMNS.get(table, {})
    if not columns or not n_same:
        return f"select * from {source}"
    told = ", ".join(f"coalesce({kind}_id.told_id, t.{name}) as {name}" for name, kind in columns.items())
    joins = " ".join(
        f"left join same_ids as {kind}_id on {kind}_id.kind = {literal(kind)} and {kind}_id.source = t.source "
        f"and {kind}_id.id = t.{name}"
        for name, kind in columns.items()
    )
    return f"select t.* replace ({told}) from {source} as t {joins}"

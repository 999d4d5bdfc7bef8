"""Statements that read a table as it is without a person: made from the roles of its columns.

They read the temporary table ``named`` (role, value, pseudonym): the person's identifiers in clear text, which lives as
long as the session.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from pipelines.ingest.sources import FileKind, raw_tables
from pipelines.privacy.roles import LINE, NOBODY, OWNERS, PERSONS, Roles, kind_roles, named_roles
from pipelines.sqltext import identifier, literal

ERASED_ROW = '{"erased": true}'
"""What the quarantine keeps of a row that named an erased person."""
STRUCK = "[erased]"
"""What stands in a text for an identifier that it mentioned."""
DISTINCTIVE = 4
"""Characters from which on an identifier is looked for inside of another text: a shorter one may be anything."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or a Parquet file: its name for people, how a statement reads it, and what its columns say."""

    name: str
    source: str
    columns: tuple[str, ...]
    roles: Roles
    place: str = "rowid"
    """The column that gives the order of the rows."""
    kinds: tuple[FileKind, ...] = ()
    """The kinds of file that the refused rows in the column ``raw`` are of."""

    @property
    def is_theirs(self) -> str:
        """The condition that a row is the person's: who is named in it decides, else what else it names."""
        others = [_is_named(name, role) for name, role in self._present(OWNERS) if role not in PERSONS]
        other = " or ".join(others) or "false"
        people = self._present(PERSONS)
        if not people:
            return f"({other})"
        named = f"coalesce({', '.join(somebody(name) for name, _ in people)}) is not null"
        return f"(case when {named} then {' or '.join(_is_named(*person) for person in people)} else {other} end)"

    @property
    def is_touched(self) -> str:
        """The condition that a row is the person's, or holds an identifier that is."""
        roles = {role for role in self.roles.identifiers.values() if role != LINE}
        named = [_is_named(name, role) for name, role in self._present(roles)]
        refused = [self.is_refused] if self.kinds else []
        told = [_is_mentioned(name) for name in self.roles.told]
        return f"({' or '.join([self.is_theirs, *named, *told, *refused])})"

    @property
    def is_refused(self) -> str:
        """The condition that the row in quarantine names the person, in a cell of one of its columns."""
        cells: dict[str, set[str]] = {}
        for kind in self.kinds:
            for name, role in kind_roles(kind).identifiers.items():
                cells.setdefault(role, set()).add(name)
        terms = []
        for role, names in sorted(cells.items()):
            paths = ", ".join(literal(f"$.{name}") for name in sorted(names))
            held = f"(select list(value) from named where role = {literal(role)})"
            terms.append(f"coalesce(list_has_any(json_extract_string(t.raw, [{paths}]), {held}), false)")
        cell = f"case when json_valid(t.raw) then {' or '.join(terms) or 'false'} else false end"
        return f"({cell} or {_is_mentioned('raw')})"

    def _present(self, roles: Iterable[str]) -> list[tuple[str, str]]:
        """Return the columns of some roles, each with its role."""
        wanted = set(roles)
        return [(name, role) for name, role in self.roles.identifiers.items() if role in wanted]


def somebody(name: str) -> str:
    """Return the expression of the person whom a column names, null where it is a guest's placeholder."""
    return f"nullif(t.{identifier(name)}, {literal(NOBODY)})"


def _is_named(name: str, role: str) -> str:
    """Return the condition that a column holds an identifier of the person."""
    return f"coalesce(t.{identifier(name)} in (select value from named where role = {literal(role)}), false)"


def _is_mentioned(name: str) -> str:
    """Return the condition that a text mentions an identifier of the person."""
    return f"coalesce(regexp_matches(t.{identifier(name)}, getvariable('mentioned')), false)"


def table_relation(connection: duckdb.DuckDBPyConnection, name: str) -> Relation:
    """Return a table of the warehouse; a delivered one has the roles of its kind."""
    schema, table = name.split(".")
    columns = connection.execute(f"describe {identifier(name)}").fetchall()
    names = tuple(str(column) for column, *_ in columns)
    kind = raw_tables().get(table) if schema == "raw" else None
    texts = [str(column) for column, stored, *_ in columns if stored == "VARCHAR"]
    roles = _present_roles(kind_roles(kind) if kind else named_roles(table, texts), names)
    kinds = tuple(raw_tables().values()) if table == "quarantine" else ()
    return Relation(name, identifier(name), names, roles, kinds=kinds)


def file_relation(connection: duckdb.DuckDBPyConnection, name: str, place: str, kind: FileKind | None) -> Relation:
    """Return a Parquet file: one of a published set, or the staged rows of a delivered file of a kind."""
    source = f"read_parquet({literal(place)}, file_row_number = true)"
    columns = connection.execute(f"describe select * from read_parquet({literal(place)})").fetchall()
    names = tuple(str(column) for column, *_ in columns)
    texts = [str(column) for column, stored, *_ in columns if stored == "VARCHAR"]
    roles = _present_roles(kind_roles(kind) if kind else named_roles(name, texts), names)
    kinds = (kind,) if kind else tuple(raw_tables().values()) if name == "quarantine" else ()
    return Relation(name, source, names, roles, "file_row_number", kinds)


def _present_roles(roles: Roles, names: Iterable[str]) -> Roles:
    """Return the roles of the columns that a table has."""
    there = set(names)
    return Roles(
        {name: role for name, role in roles.identifiers.items() if name in there},
        tuple(name for name in roles.gone if name in there),
        tuple(name for name in roles.told if name in there),
    )


def filled(connection: duckdb.DuckDBPyConnection, relations: Iterable[Relation]) -> list[Relation]:
    """Return the tables that hold any row: most shops use few of the sources."""
    return [one for one in relations if connection.execute(f"select 1 from {one.source} limit 1").fetchone()]


def count_touched(connection: duckdb.DuckDBPyConnection, relation: Relation) -> int:
    """Return the rows of a table that are the person's or hold an identifier that is."""
    if not (relation.roles.identifiers or relation.roles.told or relation.kinds):
        return 0
    ((rows,),) = connection.execute(
        f"select count(*) from {relation.source} as t where {relation.is_touched}"
    ).fetchall()
    return int(rows)


def rewritten(relation: Relation, *, only_touched: bool = False) -> str:
    """Return the select of a table's rows without the person, in their order."""
    inner = f"select t.*, t.{relation.place} as row_place, {relation.is_theirs} as is_theirs"
    inner += f", {relation.is_refused} as is_refused" if relation.kinds else ""
    chosen = f" where {relation.is_touched}" if only_touched else ""
    columns = ", ".join(f"{_column(relation, name)} as {identifier(name)}" for name in relation.columns)
    return f"select {columns} from ({inner} from {relation.source} as t{chosen}) as t order by t.row_place"


def _column(relation: Relation, name: str) -> str:
    """Return the expression of a column."""
    column, role = f"t.{identifier(name)}", relation.roles.identifiers.get(name)
    if relation.kinds and name == "raw":
        return f"case when t.is_refused then {literal(ERASED_ROW)} else {column} end"
    if name in relation.roles.told:
        column = f"regexp_replace({column}, coalesce(getvariable('mentioned'), '$^'), {literal(STRUCK)}, 'g')"
    if name in relation.roles.gone:
        return f"case when not t.is_theirs then {column} end"
    if role == LINE:
        return _line(relation, column)
    return _pseudonym(name, role) if role else column


def _pseudonym(name: str, role: str) -> str:
    """Return the expression of an identifier: its pseudonym where it is the person's."""
    column = f"t.{identifier(name)}"
    found = f"select n.pseudonym from named as n where n.role = {literal(role)} and n.value = {column}"
    return f"coalesce(({found}), {column})"


def _line(relation: Relation, column: str) -> str:
    """Return the expression of a line's identifier, in which that of its order or RMA may stand."""
    term = column
    for name, role in relation.roles.identifiers.items():
        if role in OWNERS:
            held, new = f"t.{identifier(name)}", _pseudonym(name, role)
            pattern = f"'(^|[^A-Za-z0-9])' || regexp_escape({held}) || '($|[^A-Za-z0-9])'"
            is_inside = f"length({held}) >= {DISTINCTIVE} and contains({column}, {held}) and {_is_named(name, role)}"
            replaced = f"regexp_replace({term}, {pattern}, '\\1' || {new} || '\\2')"
            term = f"case when {is_inside} then {replaced} else {term} end"
    return term

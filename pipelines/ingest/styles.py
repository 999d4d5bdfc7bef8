"""In which style the columns of a file are written: decimal marks, and the order of day, month and year.

A file whose numbers and moments can all be read as the contract has them is not looked at twice. Of any
other, each column is held against all its values: a style that reads every one of them, and alone does,
is the column's. Where several do, and not alike, the file is refused, with the way to declare the style.

A style is a decimal mark (``.``, ``,``) or an order (``dmy``, ``mdy``, ``ymd``); the empty text stands
for a column that has none: each value that has one meaning is read, and any other is a bad one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import duckdb

from features.contracts import Column, Kind
from pipelines.errors import FileRefusedError
from pipelines.ingest.options import ReaderOptions
from pipelines.ingest.sources import FileKind
from pipelines.sqltext import identifier, literal

MONEY = frozenset({Kind.MONEY, Kind.AMOUNT})
NUMBERS = MONEY | {Kind.QUANTITY, Kind.COUNT, Kind.INTEGER}
MOMENTS = frozenset({Kind.TIMESTAMP, Kind.DAY})
STRAY_SHARES = {True: 0.01, False: 0.5}
"""Up to this share of ambiguous cells, by whether they are numbers, costs their rows; a larger one costs the file.

Among whole numbers 1,234 is the column's own style, however few of them reach a thousand; among dates in ISO form
03/04/2026 is a stray.
"""

Styles = Mapping[str, str]
"""The style of each column that is not read plainly, by the column's name."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the values of a column say, as counts of its cells."""

    cells: int
    ambiguous: int
    """Cells that the plain reading does not read, and several styles do, and not alike."""
    plain_ambiguous: int
    """Numbers that the plain reading reads, and a decimal comma another way (1.234)."""
    readers: dict[str, int]
    """Cells that each style reads."""
    styled: int
    """Cells that some style reads."""
    unread: int
    """Of these, cells that the plain reading does not read."""


def declared_styles(kind: FileKind, options: ReaderOptions) -> dict[str, str]:
    """Return the styles that the options declare."""
    found = {}
    for column in kind.table.columns:
        declared = options.decimal if column.kind in NUMBERS else options.date_order if column.kind in MOMENTS else None
        if declared is not None:
            found[column.name] = declared
    return found


def first_styles(kind: FileKind, options: ReaderOptions) -> dict[str, str]:
    """Return the declared styles without which the plain reading would be wrong: a decimal comma (1.234 is 1234)."""
    return {name: style for name, style in declared_styles(kind, options).items() if style == ","}


def find_styles(
    connection: duckdb.DuckDBPyConnection,
    kind: FileKind,
    cells: Mapping[str, str],
    options: ReaderOptions,
    *,
    is_typed: bool,
) -> dict[str, str]:
    """Return the styles of the columns of the view ``cells``; ``cells`` maps a column to the expression of its cell.

    With ``is_typed`` the file has numbers of its own, which say nothing of how others are written as text.
    Raises FileRefusedError where the values of a column leave its style open.
    """
    declared = declared_styles(kind, options)
    undeclared = [
        column
        for column in kind.table.columns
        if column.name in cells and column.kind in NUMBERS | MOMENTS and column.name not in declared
    ]
    if not undeclared:
        return declared
    _gather(connection, undeclared, cells)
    evidence = {column.name: _evidence(connection, column, is_typed=is_typed) for column in undeclared}
    connection.execute("drop table seen_cells")
    has_comma = any(_only(found, {".", ","}) == "," for found in evidence.values())
    found, open_columns = dict(declared), []
    for column in undeclared:
        style, is_open = _settled(evidence[column.name], is_number=column.kind in NUMBERS, has_comma=has_comma)
        if style is not None:
            found[column.name] = style
        if is_open:
            open_columns.append(column)
    if open_columns:
        raise FileRefusedError(_refusal(kind, open_columns))
    return found


def _gather(connection: duckdb.DuckDBPyConnection, columns: Collection[Column], cells: Mapping[str, str]) -> None:
    """Make the table ``seen_cells``: each different cell of the columns, and how often it is there."""
    parts = ", ".join(
        f"{f'day_part({cells[column.name]})' if column.kind in MOMENTS else cells[column.name]} "
        f"as {identifier(column.name)}"
        for column in columns
    )
    connection.execute(
        "create or replace temp table seen_cells as select name, cell, count(*) as n "  # noqa: S608 - identifiers
        f"from (unpivot (select {parts} from cells) on columns(*) into name name value cell) group by all"
    )


def _evidence(connection: duckdb.DuckDBPyConnection, column: Column, *, is_typed: bool) -> Evidence:
    """Return what the gathered cells of a column say."""
    if column.kind in NUMBERS:
        body = f"{'money_body' if column.kind in MONEY else 'number_body'}(cell)"
        readings = {mark: f"plain_number({body}, '{mark}')" for mark in (".", ",")}
        plain = f"read_{'amount' if column.kind in MONEY else 'integer'}(cell)"
    else:
        readings = {order: f"read_ordered(numbered_moment(cell), '{order}')" for order in ("dmy", "mdy", "ymd")}
        plain = "read_timestamp(cell)"
    styles = list(readings)
    values = ", ".join(f"{text} as r{place}" for place, text in enumerate(readings.values()))
    every = [f"r{place}" for place, _ in enumerate(styles)]
    differ = f"len(list_distinct(list_filter([{', '.join(every)}], lambda r: r is not null))) > 1"
    needed = "true" if column.kind in NUMBERS and not is_typed else "plain is null"
    counts = ", ".join(
        f"coalesce(sum(n) filter ({condition}), 0)"
        for condition in (
            "true",
            f"plain is null and {differ}",
            f"{needed} and plain is not null and {differ}",
            f"{needed} and coalesce({', '.join(every)}) is not null",
            f"plain is null and coalesce({', '.join(every)}) is not null",
            *(f"{needed} and {reading} is not null" for reading in every),
        )
    )
    row = connection.execute(
        f"select {counts} from (select n, {plain} as plain, {values} "  # noqa: S608 - names of the contract, literals
        f"from seen_cells where name = {literal(column.name)})"
    ).fetchone()
    assert row is not None  # noqa: S101 - a sum without groups is one row
    cells, ambiguous, plain_ambiguous, styled, unread, *read = map(int, row)
    return Evidence(cells, ambiguous, plain_ambiguous, dict(zip(styles, read, strict=True)), styled, unread)


def _only(found: Evidence, among: Collection[str]) -> str | None:
    """Return the one style that reads every cell that any style reads; None where none or several do."""
    able = [style for style, n in found.readers.items() if n == found.styled]
    return able[0] if len(able) == 1 and able[0] in among else None


def _settled(found: Evidence, *, is_number: bool, has_comma: bool) -> tuple[str | None, bool]:
    """Return the style of a column, None for the plain reading, and whether it is left open.

    ``has_comma`` says that another column of numbers in the file has a decimal comma: then 1.234 may be a thousand.
    """
    only = _only(found, found.readers)
    if only is not None:
        return (only if found.unread else None), False
    is_contradictory = all(n < found.styled for n in found.readers.values())
    doubtful = found.ambiguous
    if found.ambiguous or is_contradictory or has_comma:
        doubtful += found.plain_ambiguous
    if doubtful > STRAY_SHARES[is_number] * found.cells:
        return "", True
    if not found.unread:
        return None, False
    return "" if doubtful or not found.plain_ambiguous else ".", False


def _refusal(kind: FileKind, columns: Collection[Column]) -> str:
    """Return why a file is refused whose columns leave their style open, and how to declare it."""
    parts, ways = [], []
    for kinds, seen, way in (
        (
            NUMBERS,
            "values such as 1,234, where the mark may be the decimal one or part thousands",
            'decimal = "," or "."',
        ),
        (
            MOMENTS,
            "values such as 03/04/2026, where the day or the month may come first",
            'date_order = "dmy" or "mdy" ("ymd")',
        ),
    ):
        names = [column.name for column in columns if column.kind in kinds]
        if names:
            parts.append(f"{', '.join(names)}: {seen}, and no other value decides")
            ways.append(way)
    return (
        f"{'; '.join(parts)}; say in returnwatch.toml, below [sources.{kind.source}.{kind.name}], "
        f"{' and '.join(ways)}, and run again"
    )

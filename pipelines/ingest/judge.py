"""The statement that judges the cells of a delivered file: text whose list of columns comes from its kind."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from features.contracts import Column, Kind
from pipelines.ingest.extra import ExtraColumn, extra_value
from pipelines.ingest.manner import PLAIN, Manner, ambiguity, sort_of, value_of
from pipelines.ingest.sources import EXTRA, FileKind
from pipelines.sqltext import cleaned, identifier, kept_cell, literal, problem, says_nothing, stored_values

UNJUDGED = "unjudged"
"""The code of a bad row before it is known what is wrong with it; none is kept."""


def judged_rows(  # noqa: PLR0913 - one statement, two uses
    kind: FileKind,
    present: Collection[str],
    extra: Sequence[ExtraColumn] = (),
    *,
    may_hold_nul: bool = False,
    manner: Manner = PLAIN,
    with_reasons: bool = False,
) -> str:
    """Return the select that reads each cell of the view ``cells``, judges each row and keeps no personal clear text.

    A bad row has the code ``unjudged``. With ``with_reasons`` only the bad rows come, with what is wrong with each:
    to find the words takes a database longer than to read most files, and most files have no bad row.
    ``present`` names the columns that the view has beside ``row_number`` and the ``extra`` ones. With
    ``may_hold_nul`` a row with a NUL byte is a bad one (the readers of text formats have found these themselves).
    """
    columns = kind.table.columns
    cells = [column for column in columns if column.name in present]
    nul = _holds_nul(cells) if may_hold_nul else "false"
    currency = next((column.name for column in cells if column.kind is Kind.CURRENCY), None)
    values = ", ".join(f"{value_of(column, manner, currency)} as {identifier(column.name)}" for column in columns)
    stored = ", ".join(value for column in columns for value in stored_values(column))
    is_bad = " or ".join([nul, *(problem(column) for column in columns)])
    read = (*(_cell(column, present, manner) for column in columns), *map(_extra_cell, extra))
    verdict = (
        f"case when is_bad then {literal(UNJUDGED)} end as error_code, null::varchar as error, null::varchar as raw"
    )
    if with_reasons:
        kept = ", ".join(f"{literal(column.name)}: {kept_cell(column)}" for column in cells)
        verdict = (
            f"{_error_code(columns, nul, manner)} as error_code, {_errors(columns, nul, manner)} as error, "
            f"cast(to_json({{{kept}}}) as varchar) as raw"
        )
    return (  # names are identifiers of the contract, everything else is quoted
        f"select row_number, {stored}{_ordinal(kind)}, {extra_value(extra)} as {identifier(EXTRA)}, "  # noqa: S608
        f"{verdict} from (select *, ({is_bad}) as is_bad from (select row_number, {values}, columns('.*__cell') "
        f"from (select row_number, {', '.join(read)} from cells))){' where is_bad' if with_reasons else ''}"
    )


def _cell(column: Column, present: Collection[str], manner: Manner) -> str:
    """Return the cleaned cell of a column, null where the file has no such column."""
    name = identifier(f"{column.name}__cell")
    return f"{cell_of(column, manner)} as {name}" if column.name in present else f"null::varchar as {name}"


def cell_of(column: Column, manner: Manner = PLAIN) -> str:
    """Return the expression of a cleaned cell; null where it stands for nothing, by declaration or by its date."""
    cell = cleaned(column, identifier(column.name))
    if manner.options.nulls:
        words = ", ".join(map(literal, manner.options.nulls))
        cell = f"(case when {cell} not in ({words}) then {cell} end)"
    if column.kind is not Kind.TIMESTAMP:
        return cell
    # Business software writes the last day of the year 9999 for a moment that has not come yet.
    is_open = f"starts_with({cell}, '9999-12-31')"
    if column.name in manner.styles:
        is_open = f"({is_open} or regexp_matches({cell}, '^(31[./-]12|12[./-]31)[./-]9999'))"
    return f"(case when not {is_open} then {cell} end)"


def _extra_cell(column: ExtraColumn) -> str:
    """Return the cleaned cell of an unknown column."""
    return f"clean_cell({identifier(column.cell)}) as {identifier(column.cell + '__cell')}"


def _holds_nul(cells: list[Column]) -> str:
    """Return the condition that a cell holds a NUL byte."""
    names = ", ".join(identifier(f"{column.name}__cell") for column in cells)
    return f"contains(concat_ws('', {names}), chr(0))"


def _ordinal(kind: FileKind) -> str:
    """Return the column that numbers rows within another one, where the kind has such a column."""
    if kind.ordinal is None:
        return ""
    name, within = (identifier(part) for part in kind.ordinal)
    return f", row_number() over (partition by {within} order by row_number) as {name}"


def _error_code(columns: tuple[Column, ...], nul: str, manner: Manner) -> str:
    """Return the expression of a bad row's code: no text, a missing required value, a value that cannot be read."""
    missing = " or ".join(says_nothing(column) for column in columns if column.required) or "false"
    unreadable = [f"({problem(column)} and not {ambiguity(column, manner)})" for column in columns]
    is_ambiguous = (
        f"when not ({' or '.join(unreadable)}) then 'ambiguous_value' " if "" in manner.styles.values() else ""
    )
    return (
        f"case when {nul} then 'not_text' when {missing} then 'missing_value' {is_ambiguous}else 'unreadable_value' end"
    )


def _errors(columns: tuple[Column, ...], nul: str, manner: Manner) -> str:
    """Return the expression of a bad row's errors, one for each bad column, without the values."""
    entries = []
    for column in columns:
        wanted = f"one of {', '.join(column.words)}" if column.words else f"a readable {column.kind.value}"
        missing = literal(f"{column.name} is missing")
        unreadable = literal(f"{column.name} is not {wanted}")
        sort = f"if({says_nothing(column)}, null, {literal(sort_of(column))})"
        entries.append(
            f"case when {problem(column)} then {{'said': if({says_nothing(column)}, {missing}, {unreadable}), "
            f"'cell': {identifier(column.name + '__cell')}, 'sort': {sort}, "
            f"'is_open': {str(manner.styles.get(column.name) == '').lower()}}} end"
        )
    bad = f"list_filter([{', '.join(entries)}], lambda bad: bad is not null)"
    told = f"list_transform({bad}, lambda bad: concat(bad.said, ': ' || why_bad(bad.cell, bad.sort, bad.is_open)))"
    no_text = f"case when {nul} then 'a cell holds a NUL byte or bytes that are no text' end"
    return f"concat_ws('; ', {no_text}, nullif(array_to_string({told}, '; '), ''))"

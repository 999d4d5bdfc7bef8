"""The statement that judges the cells of a delivered file: text whose list of columns comes from its kind."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from features.contracts import Column, Kind
from pipelines.ingest.extra import ExtraColumn, extra_value
from pipelines.ingest.manner import PLAIN, Manner, ambiguity, sort_of, value_of
from pipelines.ingest.sources import EXTRA, POSITION, FileKind
from pipelines.sqltext import cleaned, identifier, kept_cell, literal, problem, says_nothing, stored_values

NO_TEXT = "a cell holds a NUL byte or bytes that are no text"
UNJUDGED = "unjudged"
"""The code of a bad row before it is known what is wrong with it; none is kept."""


def judged_rows(
    kind: FileKind,
    present: Collection[str],
    extra: Sequence[ExtraColumn] = (),
    *,
    may_hold_nul: bool = False,
    manner: Manner = PLAIN,
) -> str:
    """Return the select that reads each cell of the view ``cells``, judges each row and keeps no personal clear text.

    A bad row has the code ``unjudged``: to find the words takes a database longer than to read most files, and most
    files have no bad row. ``present`` names the columns that the view has beside ``row_number`` and the ``extra``
    ones. With ``may_hold_nul`` a row with a NUL byte is a bad one (the readers of text formats have found these).
    """
    is_bad = " or ".join([_nul(kind, present, may_hold_nul=may_hold_nul), *map(problem, kind.table.columns)])
    verdict = f"case when {is_bad} then {literal(UNJUDGED)} end as error_code, null::varchar as error"
    return (
        f"select {_stored(kind, extra)}, {verdict}, null::varchar as raw "  # noqa: S608 - identifiers and literals
        f"from ({_read(kind, present, extra, manner, 'cells')})"
    )


def condemned_rows(
    kind: FileKind,
    present: Collection[str],
    extra: Sequence[ExtraColumn] = (),
    *,
    may_hold_nul: bool = False,
    manner: Manner = PLAIN,
) -> str:
    """Return the select of the rows of the view ``bad_cells``, which are known to be bad, as ``judged_rows`` has them.

    Each has its code, the row as the quarantine may keep it, and its errors from the table ``told_errors``.
    """
    columns = kind.table.columns
    nul = _nul(kind, present, may_hold_nul=may_hold_nul)
    kept = ", ".join(f"{literal(name)}: {cell}" for name, cell in _kept(kind).items() if name in present)
    return (
        f"select {_stored(kind, extra)}, {_error_code(columns, nul, manner)} as error_code, "  # noqa: S608 - as above
        f"told_errors.error as error, cast(to_json({{{kept}}}) as varchar) as raw "
        f"from ({_read(kind, present, extra, manner, 'bad_cells')}) left join told_errors using (row_number)"
    )


def _kept(kind: FileKind) -> dict[str, str]:
    """Return the expression of each column's cell as the quarantine may keep it; a row's position is not delivered."""
    keys = {name for part in kind.table.key for name in part.split("|")}
    ours = {column.name: identifier(f"{column.name}__cell") for column in POSITION.values()}
    return {
        column.name: ours[column.name] if column in POSITION.values() else kept_cell(column, is_key=column.name in keys)
        for column in kind.table.columns
    }


def errors_of_rows(
    kind: FileKind, present: Collection[str], *, may_hold_nul: bool = False, manner: Manner = PLAIN
) -> str:
    """Return the select of ``row_number`` and ``error`` of the view ``bad_cells``: what is wrong, column by column.

    Cells are set one below the other, so that the words are looked for in one place and not once for each column:
    with forty columns a database would lay out a gigabyte for that.
    """
    columns = kind.table.columns
    flags = [f"if({_nul(kind, present, may_hold_nul=may_hold_nul)}, 0, null)"]
    flags += [f"case when {problem(column)} then if({says_nothing(column)}, 1, 2) end" for column in columns]
    cells = ["null", *(identifier(f"{column.name}__cell") for column in columns)]
    words = [f"(0, {literal(NO_TEXT)}, '', '', false)"]
    words += [_words(place, column, manner) for place, column in enumerate(columns, 1)]
    return (
        "select row_number, string_agg(case when flag = 2 then concat(unreadable, ': ' "  # noqa: S608 - as above
        "|| why_bad(cell, sort, is_open)) else missing end, '; ' order by place) as error from ("
        f"select row_number, unnest(range({len(flags)})) as place, unnest([{', '.join(flags)}]) as flag, "
        f"unnest([{', '.join(cells)}]) as cell from ({_read(kind, present, (), manner, 'bad_cells')})) "
        f"join (values {', '.join(words)}) as words (place, missing, unreadable, sort, is_open) using (place) "
        "where flag is not null group by row_number"
    )


def _words(place: int, column: Column, manner: Manner) -> str:
    """Return what is said of a column's bad cells, as a row of values; it is open where it settled on no style."""
    wanted = f"one of {', '.join(column.words)}" if column.words else f"a readable {column.kind.value}"
    missing, unreadable = literal(f"{column.name} is missing"), literal(f"{column.name} is not {wanted}")
    is_open = str(manner.styles.get(column.name) == "").lower()
    return f"({place}, {missing}, {unreadable}, {literal(sort_of(column))}, {is_open})"


def _stored(kind: FileKind, extra: Sequence[ExtraColumn]) -> str:
    """Return the stored columns of a row, with its number."""
    stored = ", ".join(value for column in kind.table.columns for value in stored_values(column))
    return f"row_number, {stored}{_ordinal(kind)}, {extra_value(extra)} as {identifier(EXTRA)}"


def _read(kind: FileKind, present: Collection[str], extra: Sequence[ExtraColumn], manner: Manner, source: str) -> str:
    """Return the select of each column's value, and its cleaned cell as ``<column>__cell``, from a view of cells."""
    columns = kind.table.columns
    currencies = (column.name for column in columns if column.kind is Kind.CURRENCY and column.name in present)
    currency = next(currencies, None)
    values = ", ".join(f"{value_of(column, manner, currency)} as {identifier(column.name)}" for column in columns)
    cells = ", ".join((*(_cell(column, present, manner) for column in columns), *map(_extra_cell, extra)))
    return f"select row_number, {values}, columns('.*__cell') from (select row_number, {cells} from {source})"  # noqa: S608


def _nul(kind: FileKind, present: Collection[str], *, may_hold_nul: bool) -> str:
    """Return the condition that a row holds a NUL byte, where one may."""
    return _holds_nul([column for column in kind.table.columns if column.name in present]) if may_hold_nul else "false"


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

"""Turn one delivered file into one staged Parquet file of judged rows, without clear text of persons.

Each row of the staged file is a delivered row: its number, its typed columns (personal ones as keyed
hash and mask) and, where it cannot be taken, an error code, the errors and the row as the quarantine
may keep it. A file is read by a DuckDB of its own that can reach the staging folder and nothing else.
"""

from __future__ import annotations

import errno
import re
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

import sql
from features.contracts import Column
from pipelines.errors import FileRefusedError, ReturnwatchError
from pipelines.ingest import cells as reader
from pipelines.ingest.cells import BadRow, Cells
from pipelines.ingest.decode import TextFile, inspect_text
from pipelines.ingest.discover import DeliveredFile
from pipelines.ingest.sources import FileKind
from pipelines.keys import hmac_pads
from pipelines.sqltext import (
    identifier,
    kept_cell,
    literal,
    problem,
    quoted,
    reading,
    stored_values,
)

READERS = (
    "read_id", "read_number_id", "read_text", "read_comment", "read_word", "read_currency", "read_money",
    "read_amount", "read_quantity", "read_count", "read_integer", "read_timestamp", "read_boolean",
    "normal_email", "normal_phone", "normal_address", "normal_plain", "keyed_hash",
    "mask_email", "mask_tail", "mask_head",
)  # fmt: skip
"""Macros that read, normalise, hash and mask cells: ``sql/ingest/<name>.sql``."""

SCHEMA_COLUMNS = ("row_number", "error_code", "error", "raw")
EXTENT = 60
"""Characters of a row without cells that the quarantine keeps at most, once personal patterns are masked."""


@dataclass(frozen=True, slots=True)
class StagedFile:
    """What became of one delivered file: the staged rows, or the reason why it was refused whole."""

    file: DeliveredFile
    place: Path | None
    rows_read: int
    rows_quarantined: int
    unknown_columns: tuple[str, ...] = ()
    refusal: str | None = None


def stage_file(file: DeliveredFile, folder: Path, key: bytes, memory_limit: str) -> StagedFile:
    """Stage one delivered file below ``folder``; a file that cannot be read comes back with its refusal."""
    if file.reason or file.kind is None:
        return StagedFile(file, None, 0, 0, refusal=file.reason or "of no known kind")
    place = folder / f"{file.sha256}-{file.kind.table.name}.parquet"
    link = folder / f"{file.sha256}.{file.format}{'.' + file.compression if file.compression else ''}"
    link.unlink(missing_ok=True)
    link.symlink_to(file.place.resolve())
    try:
        with open_sandbox(folder, key, memory_limit) as connection:
            return _stage(connection, file, file.kind, link, place)
    except FileRefusedError as refusal:
        return StagedFile(file, None, 0, 0, refusal=str(refusal))
    finally:
        link.unlink(missing_ok=True)


def open_sandbox(folder: Path, key: bytes, memory_limit: str) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB in memory that reads and writes below ``folder`` only and cannot be unlocked again."""
    connection = duckdb.connect(config={"memory_limit": memory_limit, "temp_directory": ""})
    inner, outer = hmac_pads(key)
    connection.execute("set timezone = 'UTC'")
    connection.execute("set variable inner_pad = $pad::blob", {"pad": inner})
    connection.execute("set variable outer_pad = $pad::blob", {"pad": outer})
    for name in READERS:
        connection.execute(sql.statement(f"ingest/{name}"))
    connection.execute(f"set allowed_directories = [{literal(str(folder))}]")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection


def _stage(
    connection: duckdb.DuckDBPyConnection, file: DeliveredFile, kind: FileKind, link: Path, place: Path
) -> StagedFile:
    """Read, judge and write the rows of one file."""
    if file.format == "parquet":
        return _stage_parquet(connection, file, kind, link, place)
    text = inspect_text(link, file.compression)
    if file.format in ("json", "jsonl"):
        found = reader.json_cells(text, is_lines=file.format == "jsonl", known=map(str.lower, kind.headers))
        return _stage_cells(connection, file, kind, found, place)
    return _stage_csv(connection, file, kind, text, place)


def _stage_parquet(
    connection: duckdb.DuckDBPyConnection, file: DeliveredFile, kind: FileKind, link: Path, place: Path
) -> StagedFile:
    """Stage a Parquet file: its types are undone first, so that one reader judges every format alike."""
    try:
        names = _read_parquet(connection, link)
        return _finish(connection, file, kind, names, place, [])
    except duckdb.Error as error:
        raise_if_full(error)
        raise FileRefusedError("not a Parquet file, or a damaged one; deliver it again") from None


def _stage_csv(
    connection: duckdb.DuckDBPyConnection, file: DeliveredFile, kind: FileKind, text: TextFile, place: Path
) -> StagedFile:
    """Stage a CSV file: by DuckDB where it understands every row, else row by row."""
    delimiter, names = reader.read_header(text, kind.headers)
    if len({name.lower() for name in names}) < len(names):
        raise FileRefusedError("two columns of the header have the same name; rename one and deliver again")
    _refuse_incomplete(kind, _present(kind, names), names)
    if text.is_plain_utf8:
        try:
            _view_csv(connection, text, delimiter, names)
            return _finish(connection, file, kind, names, place, [])
        except duckdb.Error as error:
            raise_if_full(error)
            connection.execute("drop view if exists cells")
    return _stage_cells(connection, file, kind, reader.strict_csv(text, delimiter, names), place)


def _stage_cells(
    connection: duckdb.DuckDBPyConnection, file: DeliveredFile, kind: FileKind, found: Cells, place: Path
) -> StagedFile:
    """Stage cells that were read row by row."""
    connection.register("cells", found.frame)
    names = [name for name in found.frame.columns if name != "row_number"]
    return _finish(connection, file, kind, names, place, found.bad)


def _finish(  # noqa: PLR0913 - one step of one file: where it is, what it is, what was found
    connection: duckdb.DuckDBPyConnection,
    file: DeliveredFile,
    kind: FileKind,
    names: list[str],
    place: Path,
    bad: list[BadRow],
) -> StagedFile:
    """Judge and write the rows of the view ``cells``, add the rows that had no cells, and count."""
    present = _present(kind, names)
    _refuse_incomplete(kind, present, names)
    statement = judged_rows(kind, present)
    connection.execute(f"copy ({statement}) to {literal(str(place))} (format parquet, compression zstd)")
    rows, quarantined = _append_bad(connection, place, bad)
    unknown = tuple(sorted(set(names) - set(present.values())))
    return StagedFile(file, place, rows, quarantined, unknown)


def raise_if_full(error: Exception) -> None:
    """Raise ReturnwatchError where a failure is the disk's, not the file's."""
    if "No space left" in str(error) or getattr(error, "errno", None) == errno.ENOSPC:
        raise ReturnwatchError(
            "no space left on the disk of the home folder; free some, or name another with --home"
        ) from error


def _view_csv(connection: duckdb.DuckDBPyConnection, text: TextFile, delimiter: str, names: list[str]) -> None:
    """Make the view ``cells`` by DuckDB's reader, all cells as text."""
    columns = ", ".join(f"{literal(name)}: 'varchar'" for name in names)
    source = (
        f"read_csv({literal(str(text.place))}, auto_detect = false, header = true, delim = {literal(delimiter)}, "
        f"quote = '\"', escape = '\"', strict_mode = true, null_padding = false, columns = {{{columns}}})"
    )
    connection.execute(f"create view cells as select row_number() over () as row_number, * from {source}")


def _read_parquet(connection: duckdb.DuckDBPyConnection, link: Path) -> list[str]:
    """Make the view ``cells`` of a Parquet file, every cell as text; whole floats lose their ``.0``."""
    source = f"read_parquet({literal(str(link))})"
    described = connection.execute(f"describe select * from {source}").fetchall()
    columns = ", ".join(_parquet_cell(name, kind) for name, kind, *_ in described)
    connection.execute(f"create view cells as select row_number() over () as row_number, {columns} from {source}")
    return [name for name, *_ in described]


def _parquet_cell(name: str, kind: str) -> str:
    """Return the expression of a Parquet column as text. A float that is whole is written without ``.0``."""
    column = quoted(name)
    if kind in ("DOUBLE", "FLOAT"):
        text = f"regexp_replace(cast(nullif({column}, 'nan'::{kind}) as varchar), '\\.0$', '')"
        return f"{text} as {column}"
    if kind == "BLOB":
        return f"try(decode({column})) as {column}"
    return f"cast({column} as varchar) as {column}"


def _present(kind: FileKind, names: list[str]) -> dict[str, str]:
    """Return the header in the file of each column that is there, by the column's name; any case, any blanks."""
    found = {name.strip().lower(): name for name in names}
    headers = {column: found.get(header.lower()) for header, column in kind.headers.items()}
    return {column: header for column, header in headers.items() if header is not None}


def _refuse_incomplete(kind: FileKind, present: dict[str, str], names: list[str]) -> None:
    """Raise FileRefusedError where a required column is missing; the message names it and what is there."""
    headers = {column: header for header, column in kind.headers.items()}
    missing = [headers[name] for name in kind.table.required if name not in present]
    if missing:
        there = ", ".join(sorted(names)[:8]) or "none"
        raise FileRefusedError(
            f"required column {', '.join(missing)} is missing (the file has: {there[:200]}); "
            "add it to the export and deliver again"
        )


def judged_rows(kind: FileKind, present: dict[str, str]) -> str:
    """Return the select that reads each cell, judges each row and keeps no clear text of persons."""
    columns = kind.table.columns
    texts = ", ".join(_cell(column, present.get(column.name)) for column in columns)
    values = ", ".join(f"{reading(column)} as {identifier(column.name)}" for column in columns)
    stored = ", ".join(value for column in columns for value in stored_values(column))
    is_bad = " or ".join(problem(column) for column in columns)
    kept = ", ".join(f"{literal(column.name)}: {kept_cell(column)}" for column in columns if column.name in present)
    return (
        f"select row_number, {stored}{_ordinal(kind)}, "
        f"case when is_bad then {_error_code(columns)} end as error_code, "
        f"case when is_bad then {_errors(columns)} end as error, "
        f"case when is_bad then cast(to_json({{{kept}}}) as varchar) end as raw "
        f"from (select *, ({is_bad}) as is_bad "
        f"from (select row_number, {values}, columns('.*__cell') from (select row_number, {texts} from cells)))"
    )


def _cell(column: Column, header: str | None) -> str:
    """Return the trimmed cell of a column, null where it is empty or the file has no such column."""
    name = identifier(f"{column.name}__cell")
    return f"nullif(trim({quoted(header)}), '') as {name}" if header else f"null::varchar as {name}"


def _ordinal(kind: FileKind) -> str:
    """Return the column that numbers rows within another one, where the kind has such a column."""
    if kind.ordinal is None:
        return ""
    name, within = (identifier(part) for part in kind.ordinal)
    return f", row_number() over (partition by {within} order by row_number) as {name}"


def _error_code(columns: tuple[Column, ...]) -> str:
    """Return the expression of a bad row's code: a missing required value, or a value that cannot be read."""
    required = [identifier(f"{column.name}__cell") for column in columns if column.required]
    missing = " or ".join(f"{cell} is null" for cell in required) or "false"
    return f"case when {missing} then 'missing_value' else 'unreadable_value' end"


def _errors(columns: tuple[Column, ...]) -> str:
    """Return the expression of a bad row's errors, one for each bad column, without the values."""
    terms = []
    for column in columns:
        cell = identifier(f"{column.name}__cell")
        wanted = f"one of {', '.join(column.words)}" if column.words else f"a readable {column.kind.value}"
        missing = literal(f"{column.name} is missing")
        unreadable = literal(f"{column.name} is not {wanted}")
        terms.append(f"case when {problem(column)} then if({cell} is null, {missing}, {unreadable}) end")
    return f"concat_ws('; ', {', '.join(terms)})"


def _append_bad(connection: duckdb.DuckDBPyConnection, place: Path, bad: list[BadRow]) -> tuple[int, int]:
    """Add the rows that had no cells to the staged file; return the rows read and the rows in quarantine."""
    if bad:
        staged = pl.read_parquet(place)
        extra = pl.DataFrame(
            {
                "row_number": [row.row_number for row in bad],
                "error_code": [row.code for row in bad],
                "error": [row.error for row in bad],
                "raw": [masked_text(row.text) for row in bad],
            },
            schema={name: staged.schema[name] for name in SCHEMA_COLUMNS},
        )
        pl.concat([staged, extra], how="diagonal").sort("row_number").write_parquet(place, compression="zstd")
    counted = connection.execute(
        f"select count(*), count(error_code) from read_parquet({literal(str(place))})"
    ).fetchone()
    rows, quarantined = counted if counted else (0, 0)
    return int(rows), int(quarantined)


def masked_text(text: str) -> str:
    """Return a row that could not be split, with everything masked that may be personal: letters and long numbers."""
    shown = re.sub(r"[^\W\d_]{2,}", lambda word: word[0][0] + "*" * (len(word[0]) - 1), text)
    return re.sub(r"\d{5,}", lambda number: "#" * len(number[0]), shown)[:EXTENT]


"""Turn one delivered file into one staged Parquet file of judged rows, without clear text of persons.

Each row of the staged file is a delivered row: its number, its typed columns (personal ones as keyed
hash and mask) and, where it cannot be taken, an error code, the errors and the row as the quarantine
may keep it. Rows that could not be split into cells stand in a file of their own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import polars as pl

from pipelines.errors import FileRefusedError, ReturnwatchError
from pipelines.failures import machine_failure
from pipelines.ingest.cells import BadRow, Cells, masked_text, safe_name
from pipelines.ingest.csv_cells import strict_csv
from pipelines.ingest.decode import DAMAGED, TextFile, inspect_text
from pipelines.ingest.dialect import Dialect
from pipelines.ingest.discover import DeliveredFile
from pipelines.ingest.extra import FileColumns, FilledColumn
from pipelines.ingest.filled import filled_columns, with_unknown_cells
from pipelines.ingest.header import head_lines, read_header, refuse_same_names
from pipelines.ingest.json_cells import json_cells
from pipelines.ingest.judge import cell_of, condemned_rows, errors_of_rows, judged_rows
from pipelines.ingest.manner import Manner
from pipelines.ingest.noise import Marks, Noise, marks_of, rows_above
from pipelines.ingest.parquet_cells import parquet_cell, top_names
from pipelines.ingest.quick_csv import can_be_quick, noise_select, quick_select
from pipelines.ingest.sandbox import OpenSandbox, open_sandbox, raise_if_ours
from pipelines.ingest.sources import FileKind
from pipelines.ingest.styles import find_styles, first_styles
from pipelines.scratch import remove
from pipelines.sqltext import identifier, literal

WRITTEN_QUICKLY = "format parquet, compression lz4, dictionary_size_limit 2000"
"""How staged rows are written. They are read once and thrown away: looking for the values that repeat in columns of
identifiers, and packing hard, takes longer than all judging."""
MOST_COLUMNS = 4_000
"""Columns that a file may have: no export has a tenth, and reading more takes minutes and gigabytes."""
NO_HEADER = ("its first line names none", "add the header line")
NO_OBJECTS = ("no object in it names one", "see that it is an array of objects, or one a line,")
BAD_SCHEMA = {"row_number": pl.Int64, "error_code": pl.String, "error": pl.String, "raw": pl.String}


@dataclass(frozen=True, slots=True)
class StagedFile:
    """What became of one delivered file: the staged rows, or the reason why it was refused whole."""

    file: DeliveredFile
    place: Path | None
    rows_read: int
    rows_quarantined: int
    unknown_columns: tuple[str, ...] = ()
    refusal: str | None = None
    bad_place: Path | None = None
    """The rows that could not be split into cells; None where there are none."""
    columns: tuple[FilledColumn, ...] = ()
    """The columns of the file that the table has or that are kept nevertheless."""

    @property
    def places(self) -> list[str]:
        """The staged files of this one."""
        return [str(place) for place in (self.place, self.bad_place) if place is not None]


@dataclass(frozen=True, slots=True)
class Staging:
    """One file being staged: the DuckDB that reads it, and the link (of a plain name) that it is read by."""

    connection: duckdb.DuckDBPyConnection
    file: DeliveredFile
    kind: FileKind
    link: Path
    place: Path

    @property
    def given(self) -> Dialect:
        """What is declared of the source's text tables."""
        return self.file.options.dialect

    @property
    def delivered(self) -> tuple[Path, Path]:
        """The paths of the delivered file: what fails there is its own."""
        return self.link, self.file.place.resolve()


def stage_file(
    file: DeliveredFile,
    folder: Path,
    key: bytes,
    memory_limit: str,
    open_duckdb: OpenSandbox = open_sandbox,
) -> StagedFile:
    """Stage one delivered file below ``folder``; a file that cannot be read comes back with its refusal.

    What is ``given`` of its dialect is not searched for.
    A file that could not be opened just now comes back without its hash, so that the ledger does not
    take it for known when it can be. Raises ReturnwatchError where disk or memory give out.
    """
    if file.reason or file.kind is None:
        return StagedFile(file, None, 0, 0, refusal=file.reason or "of no known kind")
    link = folder / f"{file.sha256}.{file.format}{'.' + file.compression if file.compression else ''}"
    _link(link, file.place.resolve())
    try:
        with open_duckdb(folder, file.place.resolve(), key, memory_limit) as connection:
            place = folder / f"{file.sha256}-{file.kind.table.name}.parquet"
            return _stage(Staging(connection, file, file.kind, link, place))
    except FileRefusedError as refusal:
        return StagedFile(file, None, 0, 0, refusal=str(refusal))
    except DAMAGED as error:
        return StagedFile(file, None, 0, 0, refusal=f"the file changed while it was read ({error}); deliver it again")
    except (OSError, MemoryError) as error:
        raise_if_ours(error, link, file.place.resolve())
        reason = (
            f"cannot be read ({getattr(error, 'strerror', None) or error}); see that it stays in place and is readable"
        )
        return StagedFile(replace(file, sha256=""), None, 0, 0, refusal=reason)
    finally:
        remove(link)


def _link(link: Path, target: Path) -> None:
    """Make the link that a file is read by; ReturnwatchError where the staging folder does not take it."""
    try:
        link.unlink(missing_ok=True)
        link.symlink_to(target)
    except OSError as error:
        line = machine_failure(f"[Errno {error.errno}] {error.strerror}: '{link}'")
        raise ReturnwatchError(line or f"{link.parent}: cannot be written ({error.strerror}); check the home") from None


def _stage(staging: Staging) -> StagedFile:
    """Read, judge and write the rows of one file."""
    shape = staging.kind.shape
    if shape is not None and shape.lists and staging.file.format not in ("json", "jsonl"):
        raise FileRefusedError("this export holds lists; deliver it as .json or .jsonl")
    if staging.file.format == "parquet":
        return _stage_parquet(staging)
    text = inspect_text(staging.link, staging.file.compression, staging.given.encoding)
    if staging.file.format in ("json", "jsonl"):
        known = map(str.lower, staging.kind.headers)
        is_lines = staging.file.format == "jsonl"
        return _stage_json(staging, json_cells(text, is_lines=is_lines, known=known, shape=shape))
    return _stage_csv(staging, text)


def _stage_csv(staging: Staging, text: TextFile) -> StagedFile:
    """Stage a CSV file: by DuckDB where it understands every row, else row by row."""
    kind = staging.kind
    header = read_header(text, kind.headers, staging.given, short_rows=kind.short_rows)
    _refuse_wide(header.names)
    columns = _columns(kind, header.names)
    wanted = {cell: header.names.index(name) for cell, name in columns.cells}
    marks = marks_of(kind, header, wanted)
    if can_be_quick(text, header):
        staged = _stage_quickly(staging, text, marks, wanted, columns)
        if staged is not None:
            return staged
    is_found = header.n_lines_before > 0 and staging.given.skip_lines is None
    above = rows_above(head_lines(text)[0], marks) if is_found else []
    cells = strict_csv(text, header, wanted, Noise(marks), above=above, short_rows=kind.short_rows)
    staging.connection.register("cells", cells.frame)
    return _finish_cells(staging, columns, cells.bad)


def _stage_quickly(
    staging: Staging, text: TextFile, marks: Marks, wanted: dict[str, int], columns: FileColumns
) -> StagedFile | None:
    """Stage a CSV file by DuckDB's reader; None where it fails, or finds what only the strict reader understands."""
    link = str(staging.link)
    try:
        staging.connection.execute(f"create view cells as {quick_select(link, text, marks, wanted)}")
        staged = _finish(staging, columns)
        is_right = staged.rows_read + 1 == text.n_rows
        if is_right and staged.rows_quarantined:
            ((n_suspicious,),) = staging.connection.execute(noise_select(link, text, marks)).fetchall()
            is_right = n_suspicious == 0
    except duckdb.Error as error:
        raise_if_ours(error, *staging.delivered)
        is_right = False
    if is_right:
        return staged
    staging.connection.execute("drop view if exists cells")
    return None


def _stage_json(staging: Staging, found: Cells) -> StagedFile:
    """Stage the objects of a JSON file."""
    _refuse_wide(found.unknown)
    columns = _columns(staging.kind, (*found.headers, *found.unknown), NO_OBJECTS)
    frame = found.frame.rename({header: name for name, header in columns.present.items()})
    staging.connection.register("cells", with_unknown_cells(frame, found.unknown_cells, columns.extra))
    return _finish_cells(staging, columns, found.bad)


def _finish_cells(staging: Staging, columns: FileColumns, bad: tuple[BadRow, ...]) -> StagedFile:
    """Finish cells that were read row by row."""
    try:
        return _finish(staging, columns, bad)
    except duckdb.Error as error:
        raise_if_ours(error, *staging.delivered)
        raise


def _stage_parquet(staging: Staging) -> StagedFile:
    """Stage a Parquet file: its types are undone first, so that one reader judges every format alike."""
    source = f"read_parquet({literal(str(staging.link))})"
    try:
        names = top_names(staging.connection, staging.link)
        _refuse_wide(names)
        refuse_same_names(names)
        described = staging.connection.execute(f"describe select * from {source}").fetchall()
        types = {str(name): str(kind) for name, kind, *_ in described}
        columns = _columns(staging.kind, tuple(types))
        cells = ", ".join(
            f"{parquet_cell(header, types[header], is_known=name in columns.present)} as {identifier(name)}"
            for name, header in columns.cells
        )
        staging.connection.execute(
            f"create view cells as select row_number() over () as row_number, {cells} from {source}"
        )
        return _finish(staging, columns, may_hold_nul=True)
    except duckdb.Error as error:
        raise_if_ours(error, *staging.delivered)
        raise FileRefusedError("not a Parquet file, or a damaged one; deliver it again") from None


def _refuse_wide(names: Collection[str]) -> None:
    """Raise FileRefusedError for a file with more columns than any export has."""
    if len(names) > MOST_COLUMNS:
        raise FileRefusedError(f"it has more than {MOST_COLUMNS} columns; deliver those that the table has")


def _finish(
    staging: Staging,
    columns: FileColumns,
    bad: tuple[BadRow, ...] = (),
    *,
    may_hold_nul: bool = False,
) -> StagedFile:
    """Judge and write the rows of the view ``cells`` and the rows that had no cells, and count."""
    options = staging.file.options
    manner = Manner(options, first_styles(staging.kind, options), staging.file.format not in ("csv", "tsv"))
    rows, quarantined, unreadable = _write(staging, columns, manner, may_hold_nul=may_hold_nul)
    if unreadable:
        declared = staging.kind.table.columns
        cells = {column.name: cell_of(column, manner) for column in declared if column.name in columns.present}
        styles = find_styles(staging.connection, staging.kind, cells, options, is_typed=manner.is_typed)
        if styles != manner.styles:
            manner = replace(manner, styles=styles)
            rows, quarantined, _ = _write(staging, columns, manner, may_hold_nul=may_hold_nul)
    bad_place = _write_bad(staging, bad) if bad else None
    return StagedFile(
        staging.file,
        staging.place,
        rows + len(bad),
        quarantined + len(bad),
        tuple(sorted(map(safe_name, columns.unknown))),
        bad_place=bad_place,
        columns=filled_columns(staging.connection, staging.kind, staging.place, columns),
    )


def _write(staging: Staging, columns: FileColumns, manner: Manner, *, may_hold_nul: bool) -> tuple[int, int, int]:
    """Judge and write the rows of the view ``cells``; return how many there are, are bad, hold unreadable values."""
    kind = staging.kind
    judged = judged_rows(kind, columns.present, columns.extra, may_hold_nul=may_hold_nul, manner=manner)
    _copy(staging, judged, staging.place)
    counts = f"select count(*), count(error_code) from read_parquet({literal(str(staging.place))})"
    ((rows, quarantined),) = staging.connection.execute(counts).fetchall()
    unreadable = _give_reasons(staging, columns, manner, may_hold_nul=may_hold_nul) if quarantined else 0
    return int(rows), int(quarantined), unreadable


def _give_reasons(staging: Staging, columns: FileColumns, manner: Manner, *, may_hold_nul: bool) -> int:
    """Put what is wrong with each bad row into the staged file; return how many hold unreadable values."""
    kind, run = staging.kind, staging.connection.execute
    reasons, whole = (staging.place.with_suffix(f".{name}.parquet") for name in ("reasons", "whole"))
    judged = f"from read_parquet({literal(str(staging.place))})"
    # by their numbers: a condition on the verdict would be copied, with all that it rests on, to where cells are read
    numbers = f"select row_number {judged} where error_code is not null"
    run(f"create or replace view bad_cells as select * from cells where row_number in ({numbers})")
    errors = errors_of_rows(kind, columns.present, may_hold_nul=may_hold_nul, manner=manner)
    run(f"create or replace temp table told_errors as {errors}")
    _copy(
        staging,
        condemned_rows(kind, columns.present, columns.extra, may_hold_nul=may_hold_nul, manner=manner),
        reasons,
    )
    bad = f"select * from read_parquet({literal(str(reasons))})"
    _copy(staging, f"select * {judged} where error_code is null union all {bad}", whole)
    ((unreadable,),) = run("select count(*) filter (contains(error, ' is not ')) from told_errors").fetchall()
    run("drop table told_errors")
    whole.replace(staging.place)
    reasons.unlink()
    return int(unreadable)


def _copy(staging: Staging, statement: str, place: Path) -> None:
    """Write the rows of a statement as a staged file."""
    staging.connection.execute(f"copy ({statement}) to {literal(str(place))} ({WRITTEN_QUICKLY})")


def _write_bad(staging: Staging, bad: tuple[BadRow, ...]) -> Path:
    """Write the rows that had no cells, masked; return where."""
    rows = [(row.row_number, row.code, row.error, masked_text(row.text)) for row in bad]
    place = staging.place.with_suffix(".bad.parquet")
    staging.connection.register("bad_rows", pl.DataFrame(rows, schema=BAD_SCHEMA, orient="row"))
    staging.connection.execute(f"copy (select * from bad_rows) to {literal(str(place))} (format parquet)")
    return place


def _columns(kind: FileKind, names: tuple[str, ...], without: tuple[str, str] = NO_HEADER) -> FileColumns:
    """Return the columns of a file; what the source declares as not needed is none of them.

    ``without`` is what is wrong with a file that has no column of the table, and how to mend it.
    """
    present = _present(kind, names, without)
    used = set(present.values())
    unknown = (name for name in names if name.strip() and name not in used and not kind.ignores(name))
    return FileColumns(present, tuple(unknown))


def _present(kind: FileKind, names: Iterable[str], without: tuple[str, str]) -> dict[str, str]:
    """Return the header in the file of each column that is there, by the column's name; any case, any blanks.

    Raises FileRefusedError where a required column is missing; the message names it and what is there.
    """
    found = {name.strip().lower(): name for name in names}
    headers = {column: found.get(header.lower()) for header, column in kind.headers.items()}
    present = {column: header for column, header in headers.items() if header is not None}
    missing = [
        header for header, column in kind.headers.items() if column in kind.table.required and column not in present
    ]
    if missing:
        there, mend = without
        if present:
            there = f"the file has: {', '.join(map(safe_name, sorted(found)[:12]))}"
            mend = "add it to the export"
        raise FileRefusedError(f"required column {', '.join(missing)} is missing ({there}); {mend} and deliver again")
    return present

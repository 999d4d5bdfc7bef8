"""Turn one delivered file into one staged Parquet file of judged rows, without clear text of persons.

Each row of the staged file is a delivered row: its number, its typed columns (personal ones as keyed
hash and mask) and, where it cannot be taken, an error code, the errors and the row as the quarantine
may keep it. Rows that could not be split into cells stand in a file of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import polars as pl

from pipelines.errors import FileRefusedError
from pipelines.ingest.cells import BadRow, Cells, masked_text, safe_name
from pipelines.ingest.csv_cells import strict_csv
from pipelines.ingest.decode import DAMAGED, TextFile, inspect_text
from pipelines.ingest.dialect import Dialect
from pipelines.ingest.discover import DeliveredFile
from pipelines.ingest.header import read_header, refuse_same_names
from pipelines.ingest.json_cells import json_cells
from pipelines.ingest.judge import judged_rows
from pipelines.ingest.noise import Marks, Noise, marks_of
from pipelines.ingest.quick_csv import can_be_quick, noise_select, quick_select
from pipelines.ingest.sandbox import open_sandbox, raise_if_ours
from pipelines.ingest.sources import FileKind
from pipelines.sqltext import identifier, literal, quoted

NESTED = ("STRUCT", "MAP", "UNION", "VARIANT")
"""Types of Parquet columns that are no single value; so are those that end in ``]``."""
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
    given: Dialect
    """What is declared of the source's text tables."""


def stage_file(
    file: DeliveredFile, folder: Path, key: bytes, memory_limit: str, given: Dialect | None = None
) -> StagedFile:
    """Stage one delivered file below ``folder``; a file that cannot be read comes back with its refusal.

    What is ``given`` of its dialect is not searched for.
    A file that could not be opened just now comes back without its hash, so that the ledger does not
    take it for known when it can be. Raises ReturnwatchError where disk or memory give out.
    """
    if file.reason or file.kind is None:
        return StagedFile(file, None, 0, 0, refusal=file.reason or "of no known kind")
    link = folder / f"{file.sha256}.{file.format}{'.' + file.compression if file.compression else ''}"
    try:
        link.unlink(missing_ok=True)
        link.symlink_to(file.place.resolve())
        with open_sandbox(folder, file.place.resolve(), key, memory_limit) as connection:
            place = folder / f"{file.sha256}-{file.kind.table.name}.parquet"
            return _stage(Staging(connection, file, file.kind, link, place, given or Dialect()))
    except FileRefusedError as refusal:
        return StagedFile(file, None, 0, 0, refusal=str(refusal))
    except DAMAGED as error:
        return StagedFile(file, None, 0, 0, refusal=f"the file changed while it was read ({error}); deliver it again")
    except (OSError, MemoryError) as error:
        raise_if_ours(error)
        reason = (
            f"cannot be read ({getattr(error, 'strerror', None) or error}); see that it stays in place and is readable"
        )
        return StagedFile(replace(file, sha256=""), None, 0, 0, refusal=reason)
    finally:
        link.unlink(missing_ok=True)


def _stage(staging: Staging) -> StagedFile:
    """Read, judge and write the rows of one file."""
    if staging.file.format == "parquet":
        return _stage_parquet(staging)
    text = inspect_text(staging.link, staging.file.compression, staging.given.encoding)
    if staging.file.format in ("json", "jsonl"):
        known = map(str.lower, staging.kind.headers)
        return _stage_cells(staging, json_cells(text, is_lines=staging.file.format == "jsonl", known=known))
    return _stage_csv(staging, text)


def _stage_csv(staging: Staging, text: TextFile) -> StagedFile:
    """Stage a CSV file: by DuckDB where it understands every row, else row by row."""
    kind = staging.kind
    header = read_header(text, kind.headers, staging.given)
    present = _present(kind, header.names)
    unknown = _unknown(header.names, present)
    wanted = {name: header.names.index(present[name]) for name in present}
    marks = marks_of(kind, header, wanted)
    if can_be_quick(text, header):
        staged = _stage_quickly(staging, text, marks, wanted)
        if staged is not None:
            return replace(staged, unknown_columns=unknown)
    cells = strict_csv(text, header, wanted, Noise(marks), short_rows=kind.short_rows)
    return _stage_cells(staging, replace(cells, unknown=unknown), are_columns=True)


def _stage_quickly(staging: Staging, text: TextFile, marks: Marks, wanted: dict[str, int]) -> StagedFile | None:
    """Stage a CSV file by DuckDB's reader; None where it fails, or finds what only the strict reader understands."""
    link = str(staging.link)
    try:
        staging.connection.execute(f"create view cells as {quick_select(link, text, marks, wanted)}")
        staged = _finish(staging, wanted, ())
        is_right = staged.rows_read + 1 == text.n_rows
        if is_right and staged.rows_quarantined:
            ((n_suspicious,),) = staging.connection.execute(noise_select(link, text, marks)).fetchall()
            is_right = n_suspicious == 0
    except duckdb.Error as error:
        raise_if_ours(error)
        is_right = False
    if is_right:
        return staged
    staging.connection.execute("drop view if exists cells")
    return None


def _stage_cells(staging: Staging, found: Cells, *, are_columns: bool = False) -> StagedFile:
    """Stage cells that were read row by row; their headers are those of the file, or the columns' names already."""
    frame, unknown = found.frame, found.unknown
    if not are_columns:
        present = _present(staging.kind, found.headers)
        frame = frame.rename({header: name for name, header in present.items()})
        unknown = tuple(safe_name(name) for name in unknown)
    staging.connection.register("cells", frame)
    try:
        return _finish(staging, set(frame.columns), unknown, found.bad)
    except duckdb.Error as error:
        raise_if_ours(error)
        raise


def _stage_parquet(staging: Staging) -> StagedFile:
    """Stage a Parquet file: its types are undone first, so that one reader judges every format alike."""
    source = f"read_parquet({literal(str(staging.link))})"
    try:
        refuse_same_names(_top_names(staging))
        described = staging.connection.execute(f"describe select * from {source}").fetchall()
        types = {str(name): str(kind) for name, kind, *_ in described}
        present = _present(staging.kind, tuple(types))
        cells = ", ".join(
            f"{_parquet_cell(header, types[header])} as {identifier(name)}" for name, header in present.items()
        )
        staging.connection.execute(
            f"create view cells as select row_number() over () as row_number, {cells} from {source}"
        )
        return _finish(staging, present, _unknown(types, present), may_hold_nul=True)
    except duckdb.Error as error:
        raise_if_ours(error)
        raise FileRefusedError("not a Parquet file, or a damaged one; deliver it again") from None


def _top_names(staging: Staging) -> list[str]:
    """Return the columns' names as the Parquet file has them: DuckDB renames one that repeats another."""
    entries = staging.connection.execute(
        f"select name, coalesce(num_children, 0) from parquet_schema({literal(str(staging.link))})"
    ).fetchall()
    names, inside = [], 0
    for name, n_children in entries[1:]:
        if inside:
            inside -= 1
        else:
            names.append(name)
        inside += n_children
    return names


def _parquet_cell(header: str, kind: str) -> str:
    """Return the expression of a Parquet column as text; FileRefusedError where its values are lists or objects.

    A float that is whole loses its ``.0``, NaN is null, and bytes that are no text become a NUL byte.
    """
    column = quoted(header)
    if kind.startswith(NESTED) or kind.endswith("]"):
        raise FileRefusedError(f"column {header} holds lists or objects; deliver plain values")
    if kind in ("DOUBLE", "FLOAT"):
        # a comparison with NaN may be decided by the file's statistics, which know nothing of NaN
        return f"case when not isnan({column}) then regexp_replace(cast({column} as varchar), '\\.0$', '') end"
    if kind == "BLOB":
        return f"case when {column} is not null then coalesce(try(decode({column})), chr(0)) end"
    return f"cast({column} as varchar)"


def _finish(
    staging: Staging,
    present: Iterable[str],
    unknown: tuple[str, ...],
    bad: tuple[BadRow, ...] = (),
    *,
    may_hold_nul: bool = False,
) -> StagedFile:
    """Judge and write the rows of the view ``cells`` and the rows that had no cells, and count."""
    place = literal(str(staging.place))
    statement = judged_rows(staging.kind, set(present), may_hold_nul=may_hold_nul)
    staging.connection.execute(f"copy ({statement}) to {place} (format parquet, compression zstd)")
    counts = f"select count(*), count(error_code) from read_parquet({place})"
    ((rows, quarantined),) = staging.connection.execute(counts).fetchall()
    bad_place = _write_bad(staging, bad) if bad else None
    return StagedFile(
        staging.file, staging.place, rows + len(bad), quarantined + len(bad), unknown, bad_place=bad_place
    )


def _write_bad(staging: Staging, bad: tuple[BadRow, ...]) -> Path:
    """Write the rows that had no cells, masked; return where."""
    rows = [(row.row_number, row.code, row.error, masked_text(row.text)) for row in bad]
    place = staging.place.with_suffix(".bad.parquet")
    staging.connection.register("bad_rows", pl.DataFrame(rows, schema=BAD_SCHEMA, orient="row"))
    staging.connection.execute(f"copy (select * from bad_rows) to {literal(str(place))} (format parquet)")
    return place


def _present(kind: FileKind, names: Iterable[str]) -> dict[str, str]:
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
        there = (
            f"the file has: {', '.join(map(safe_name, sorted(found)[:12]))}" if present else "its first line names none"
        )
        mend = "add it to the export" if present else "add the header line"
        raise FileRefusedError(f"required column {', '.join(missing)} is missing ({there}); {mend} and deliver again")
    return present


def _unknown(names: Iterable[str], present: dict[str, str]) -> tuple[str, ...]:
    """Return the names that the table does not have, as they may be told."""
    used = set(present.values())
    return tuple(sorted(safe_name(name) for name in names if name and name not in used))

"""Compare what a reader makes of polluted files with the truth, cell by cell."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from tests.ingest_tools import read
from tests.pollution.corpus import Polluted
from tests.pollution.tables import NAMES

Row = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Result:
    """What a reader made of one file."""

    prop: str
    weight: float
    share_right: float
    """Of the true cells; a file without rows is right when no row is made of it."""
    n_silent: int
    """Cells that differ from the truth, or are missing, without a word."""
    is_refused: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The rows that a reader found, and how many it put aside; None where it refused the file."""

    rows: list[Row] | None
    n_aside: int = 0


def compared(file: Polluted, found: Found) -> Result:
    """Return the result of one file. Rows are matched by their id; one that is met twice counts as invented."""
    if found.rows is None:
        return Result(file.prop, file.weight, float(not file.truth), 0, is_refused=True)
    truth = {row["contact_id"]: row for row in file.truth}
    right = silent = 0
    seen = set()
    for row in found.rows:
        true = truth.get(row.get("contact_id")) if row.get("contact_id") not in seen else None
        seen.add(row.get("contact_id"))
        same = sum(row.get(name) == true.get(name) for name in NAMES) if true else 0
        right, silent = right + same, silent + len(NAMES) - same
    missing = len(truth.keys() - seen) - found.n_aside
    silent += max(missing, 0) * len(NAMES)
    share = right / (len(truth) * len(NAMES)) if truth else float(not found.rows)
    return Result(file.prop, file.weight, share, silent, is_refused=False)


def by_returnwatch(file: Polluted, folder: Path) -> Found:
    """Read a file as a run does."""
    made = read(folder, file.name, file.content)
    if made.staged.refusal is not None:
        return Found(None)
    rows = [
        {
            name: str(cell.isoformat() if name == "contacted_at" else cell) if cell else None
            for name, cell in row.items()
        }
        for row in made.good
    ]
    return Found([{name: row[name] for name in NAMES} for row in rows], made.staged.rows_quarantined)


def by_duckdb(file: Polluted, folder: Path) -> Found:
    """Read a file as DuckDB guesses it, cells as text."""
    place = _written(file, folder)
    try:
        with duckdb.connect() as connection:
            made = connection.execute("select * from read_csv($place, all_varchar = true)", {"place": str(place)})
            names = [name for name, *_ in made.description or ()]
            return Found([_named(names, row) for row in made.fetchall()])
    except duckdb.Error:
        return Found(None)


def by_pandas(file: Polluted, folder: Path) -> Found:
    """Read a file as pandas guesses it, cells as text."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame = pd.read_csv(
                _written(file, folder), sep=None, engine="python", dtype=str, keep_default_na=False, index_col=False
            )
    except Exception:  # noqa: BLE001 - whatever it raises, it has refused the file
        return Found(None)
    return Found([_named(list(frame.columns), row) for row in frame.itertuples(index=False, name=None)])


def _written(file: Polluted, folder: Path) -> Path:
    """Write a file and return where."""
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / file.name
    place.write_bytes(file.content)
    return place


def _named(names: list[str], row: Iterable[object]) -> Row:
    """Return a row by the names of its columns, cells without blanks around them."""
    cells = zip((str(name).lstrip("\ufeff").strip().lower() for name in names), row, strict=False)
    return {name: (str(cell).strip() or None) if cell is not None else None for name, cell in cells}


READERS: dict[str, Callable[[Polluted, Path], Found]] = {
    "returnwatch": by_returnwatch,
    "DuckDB, guessing": by_duckdb,
    "pandas, guessing": by_pandas,
}


def measured(files: Iterable[Polluted], reader: str, folder: Path) -> list[Result]:
    """Return what a reader made of files."""
    return [compared(file, READERS[reader](file, folder / str(place))) for place, file in enumerate(files)]


def by_property(results: Iterable[Result]) -> dict[str, list[Result]]:
    """Return the results of each property."""
    groups: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        groups[result.prop].append(result)
    return groups


def weighted(results: list[Result]) -> float:
    """Return the share of cells that are right, weighted by how common the pollution is."""
    total = sum(result.weight for result in results)
    return sum(result.weight * result.share_right for result in results) / total


def simple(results: list[Result]) -> float:
    """Return the share of cells that are right, each file alike."""
    return sum(result.share_right for result in results) / len(results)

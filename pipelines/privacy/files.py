"""Files beside the warehouse and the published sets: those of a home that name a person, and delivered ones that do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import duckdb

from pipelines.errors import ReturnwatchError
from pipelines.ingest.decode import CHUNK, DAMAGED, open_bytes
from pipelines.ingest.discover import DeliveredFile, discover
from pipelines.ingest.sandbox import open_sandbox
from pipelines.privacy.people import tokens_replaced
from pipelines.privacy.rewrite import DISTINCTIVE
from pipelines.privacy.switch import FOLDER, Switch
from pipelines.sqltext import literal

OTHERS = frozenset({FOLDER, "published", "receipts", "staging", "spill"})
"""Folders of a home that are dealt with elsewhere."""
OWN = frozenset({"key", "secret_key", "chain_key", "run.lock"})
"""Files of a home that name nobody; its databases are written anew by themselves."""
OVERLAP = 4096
"""Bytes that one piece of a file shares with the next, so that no identifier falls between two."""


@dataclass(frozen=True, slots=True)
class Swept:
    """The files of a home beside its tables that named the person: written anew, and those that could not be."""

    rewritten: tuple[str, ...]
    left: tuple[str, ...]


def pattern_of(values: Iterable[str]) -> re.Pattern[bytes] | None:
    """Return what finds identifiers in bytes, as UTF-8 between marks, or as UTF-16; None where all are too short."""
    chosen = sorted((value for value in values if len(value) >= DISTINCTIVE), key=len, reverse=True)
    if not chosen:
        return None
    plain = b"|".join(re.escape(value.encode()) for value in chosen)
    wide = b"|".join(re.escape(value.encode(form)) for value in chosen for form in ("utf-16-le", "utf-16-be"))
    return re.compile(b"(?<![A-Za-z0-9])(?:" + plain + b")(?![A-Za-z0-9])|" + wide)


def sweep(home: Path, switch: Switch, known: dict[str, str]) -> Swept:
    """Prepare every other file of the home without the identifiers (by their pseudonyms), where it is a text."""
    pattern = pattern_of(known)
    if pattern is None:
        return Swept((), ())
    rewritten: list[str] = []
    left: list[str] = []
    for place in _other_files(home):
        content = place.read_bytes()
        if not pattern.search(content):
            continue
        name = place.relative_to(home).as_posix()
        try:
            clean = tokens_replaced(content.decode("utf-8"), known)
        except UnicodeDecodeError:
            left.append(name)
            continue
        if pattern.search(clean.encode()):
            left.append(name)
            continue
        ready = f"files/{len(rewritten)}"
        switch.place(ready).write_text(clean, encoding="utf-8", newline="")
        switch.place(ready).chmod(place.stat().st_mode & 0o777)
        switch.move(ready, name)
        rewritten.append(name)
    return Swept(tuple(rewritten), tuple(left))


def taught_models(home: Path) -> list[str]:
    """Return the files of models that verdicts taught, and of those that cannot be read.

    They hold whom verdicts were about by hashes alone, so that nobody can be taken out: they go whole. Each run makes
    its own.
    """
    found = []
    for place in sorted((home / "models").glob("*.json")):
        try:
            is_taught = json.loads(place.read_bytes()).get("taught") is not None
        except (ValueError, AttributeError):
            is_taught = True
        if is_taught:
            found += [f"models/{place.name}", f"models/{place.stem}.skops"]
    return found


def _other_files(home: Path) -> Iterator[Path]:
    """Yield the files of a home that are neither its tables nor its key."""
    for place in sorted(home.rglob("*")):
        top = place.relative_to(home).parts[0]
        if place.is_symlink() or not place.is_file() or top in OTHERS:
            continue
        if top not in OWN and not top.startswith(("warehouse.duckdb", "reviews.sqlite")):
            yield place


def delivered_files_naming(
    landing: Path, values: Iterable[str], folder: Path, memory_limit: str
) -> tuple[list[str], list[str]]:
    """Return the delivered files that still hold an identifier, and those that could not be searched."""
    wanted = sorted(value for value in values if len(value) >= DISTINCTIVE)
    pattern = pattern_of(wanted)
    if pattern is None:
        return [], []
    naming, unread = [], []
    for file in discover(landing):
        try:
            is_naming = (
                _parquet_holds(file, wanted, folder, memory_limit)
                if file.format == "parquet"
                else _text_holds(file, pattern)
            )
        except (*DAMAGED, OSError, duckdb.Error, ReturnwatchError):
            unread.append(file.path)
            continue
        if is_naming:
            naming.append(file.path)
    return naming, unread


def _text_holds(file: DeliveredFile, pattern: re.Pattern[bytes]) -> bool:
    """Whether the text of a file holds an identifier."""
    with open_bytes(file.place, file.compression) as content:
        return any(pattern.search(piece) for piece in _pieces(content))


def _pieces(content: IO[bytes]) -> Iterator[bytes]:
    """Yield a file in pieces that overlap."""
    tail = b""
    while chunk := content.read(CHUNK):
        yield tail + chunk
        tail = (tail + chunk)[-OVERLAP:]


def _parquet_holds(file: DeliveredFile, values: list[str], folder: Path, memory_limit: str) -> bool:
    """Whether a cell of a Parquet file is an identifier."""
    with open_sandbox(folder, file.place.resolve(), b"", memory_limit) as connection:
        source = f"read_parquet({literal(str(file.place.resolve()))})"
        ((rows,),) = connection.execute(
            f"select count(*) from (unpivot (select cast(columns(*) as varchar) from {source}) on *) "
            "where value in (select unnest($values))",
            {"values": values},
        ).fetchall()
        return bool(rows)

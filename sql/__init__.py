"""Every SQL statement, one a file, read by name, and the maps of codes that sources bring along."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

SOURCES_VARIABLE = "RETURNWATCH_SOURCES_DIR"
"""Names a folder with sources of one's own, beside those that are packaged."""
MANIFEST = "manifest.toml"


@cache
def statement(name: str) -> str:
    """Return the text of ``sql/<name>.sql`` (``sources/<source>/…`` of that source); FileNotFoundError if none."""
    head, _, rest = name.partition("/")
    source, _, inside = rest.partition("/")
    own = source_folders().get(source) if head == "sources" else None
    place = own.joinpath(f"{inside}.sql") if own else files(__name__).joinpath(f"{name}.sql")
    return place.read_text(encoding="utf-8")


def own_sources() -> Path | None:
    """Return the folder with the user's own sources; None where none is named."""
    named = os.environ.get(SOURCES_VARIABLE, "")
    return Path(named) if named else None


@cache
def source_folders() -> dict[str, Traversable]:
    """Return the folder of each source by its name; a source of the user's own stands before a packaged one."""
    own = own_sources()
    found = {entry.name: entry for entry in files(__name__).joinpath("sources").iterdir() if _is_source(entry)}
    found |= {entry.name: entry for entry in (own.iterdir() if own else ()) if _is_source(entry)}
    return dict(sorted(found.items()))


def _is_source(folder: Traversable) -> bool:
    """Whether a folder is that of a source."""
    return folder.is_dir() and folder.joinpath(MANIFEST).is_file()


@cache
def translations(table: str) -> tuple[str, ...]:
    """Return the names of the statements by which sources yield rows of ``table``, in the order of the sources."""
    sources = [name for name, folder in source_folders().items() if folder.joinpath(f"{table}.sql").is_file()]
    return tuple(f"sources/{source}/{table}" for source in sources)


@cache
def preparations() -> dict[str, str]:
    """Return what translations read, by name: the statements ``sources/<source>/views/<name>.sql``."""
    return {name: text for _, name, text in _inside("views", ".sql")}


@cache
def maps() -> dict[str, str]:
    """Return the maps of a source's codes, CSV as text: ``<source>_<name>`` is ``sources/<source>/maps/<name>.csv``.

    A folder of the user's own that has maps and no manifest adds its codes to those of the packaged source.
    """
    packaged = {f"{source}_{name}": text for source, name, text in _inside("maps", ".csv")}
    return packaged | {name: _joined(text, packaged[name]) for name, text in _added_maps() if name in packaged}


def _added_maps() -> Iterator[tuple[str, str]]:
    """Yield the maps of the user's own folders that have no manifest."""
    own = own_sources()
    for folder in sorted(own.iterdir()) if own else ():
        if folder.is_dir() and not _is_source(folder):
            for place in sorted(folder.glob("maps/*.csv")):
                yield f"{folder.name}_{place.stem}", place.read_text(encoding="utf-8")


def _joined(added: str, text: str) -> str:
    """Return a map with the codes of another one; a code that both know means what the added one says."""
    rows = [row for one in (text, added) for row in csv.DictReader(io.StringIO(one))]
    by_code = {row["code"].upper(): row for row in rows}
    built = io.StringIO()
    writer = csv.DictWriter(built, list(dict.fromkeys(name for row in rows for name in row)), lineterminator="\n")
    writer.writeheader()
    writer.writerows(by_code.values())
    return built.getvalue()


def _inside(folder: str, ending: str) -> list[tuple[str, str, str]]:
    """Return source, name and text of the files that sources have in a folder of that name, in this order."""
    found = []
    for source, own in source_folders().items():
        place = own.joinpath(folder)
        inside = place.iterdir() if place.is_dir() else ()
        found += [
            (source, file.name.removesuffix(ending), file.read_text(encoding="utf-8"))
            for file in inside
            if file.name.endswith(ending)
        ]
    return sorted(found)

"""Every SQL statement, one a file, read by name, and the maps of codes that sources bring along."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def statement(name: str) -> str:
    """Return the text of ``sql/<name>.sql``; FileNotFoundError where there is none."""
    return files(__name__).joinpath(f"{name}.sql").read_text(encoding="utf-8")


@cache
def translations(table: str) -> tuple[str, ...]:
    """Return the names of the statements by which sources yield rows of ``table``, in the order of the sources."""
    folder = files(__name__).joinpath("sources")
    sources = sorted(entry.name for entry in folder.iterdir() if entry.joinpath(f"{table}.sql").is_file())
    return tuple(f"sources/{source}/{table}" for source in sources)


@cache
def preparations() -> dict[str, str]:
    """Return the views that translations read, by name: the statements ``sources/<source>/views/<name>.sql``."""
    return {name: text for _, name, text in _inside("views", ".sql")}


@cache
def maps() -> dict[str, str]:
    """Return the maps of a source's codes, CSV as text: ``<source>_<name>`` is ``sources/<source>/maps/<name>.csv``."""
    return {f"{source}_{name}": text for source, name, text in _inside("maps", ".csv")}


def _inside(folder: str, ending: str) -> list[tuple[str, str, str]]:
    """Return source, name and text of the files that sources have in a folder of that name, in this order."""
    found = []
    for source in files(__name__).joinpath("sources").iterdir():
        place = source.joinpath(folder)
        inside = place.iterdir() if place.is_dir() else ()
        found += [
            (source.name, file.name.removesuffix(ending), file.read_text(encoding="utf-8"))
            for file in inside
            if file.name.endswith(ending)
        ]
    return sorted(found)

"""Every SQL statement, one a file, read by name."""

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

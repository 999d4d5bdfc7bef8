"""Every SQL statement, one a file, read by name."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def statement(name: str) -> str:
    """Return the text of ``sql/<name>.sql``; FileNotFoundError where there is none."""
    return files(__name__).joinpath(f"{name}.sql").read_text(encoding="utf-8")

"""Attributes of elements: ``aria-*`` and ``data-*``, whose names Python cannot spell, and addresses of things."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote


def aria(**values: str) -> dict[str, Any]:
    """Return ``aria-*`` attributes."""
    return {f"aria-{name}": value for name, value in values.items()}


def data(**values: str) -> dict[str, Any]:
    """Return ``data-*`` attributes."""
    return {f"data-{name}": value for name, value in values.items()}


def address(page: str, name: object) -> str:
    """Return the address of one thing, whatever its name holds: ``/rma/NAME``."""
    return f"/{page}/{quote(str(name), safe='')}"

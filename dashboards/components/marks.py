"""Attributes of elements whose names Python cannot spell: ``aria-*`` and ``data-*``."""

from __future__ import annotations

from typing import Any


def aria(**values: str) -> dict[str, Any]:
    """Return ``aria-*`` attributes."""
    return {f"aria-{name}": value for name, value in values.items()}


def data(**values: str) -> dict[str, Any]:
    """Return ``data-*`` attributes."""
    return {f"data-{name}": value for name, value in values.items()}

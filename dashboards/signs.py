"""What the signs of a case mean: the feature behind each reason, and the features that tell of the conditions.

All of it is what ``make docs`` wrote of the catalogue of features (``signs.json``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Sign:
    """The feature behind a reason code: its name, unit and definition, and the template of the reason's sentence."""

    feature: str
    unit: str
    about: str
    text: str


@cache
def _signs() -> dict[str, dict[str, dict[str, str]]]:
    """Return what was written of reasons and policy."""
    told: dict[str, dict[str, dict[str, str]]] = json.loads(
        (Path(__file__).parent / "signs.json").read_text(encoding="utf-8")
    )
    return told


@cache
def sign_of(code: str) -> Sign | None:
    """Return the feature behind a reason code; None for the code that stands for no feature."""
    entry = _signs()["reasons"].get(code)
    return Sign(**entry) if entry else None


def clauses() -> Mapping[str, Mapping[str, str]]:
    """Return the features that hold a return against its conditions, with the unit of each and what it means."""
    return _signs()["policy"]

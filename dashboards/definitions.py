"""What columns of report tables mean, for the definition beside each chart.

``definitions.json`` is made by ``make docs`` from the same declarations as docs/reports.md.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Definition:
    """What a table holds, its grain, and what each column means."""

    about: str
    grain: str
    columns: dict[str, str]

    def of(self, columns: Sequence[str]) -> list[tuple[str, str]]:
        """Return those columns that the table declares, with their meaning, in the order asked for."""
        return [(column, self.columns[column]) for column in columns if column in self.columns]


@cache
def definitions() -> dict[str, Definition]:
    """Return every report table's definition by its name."""
    told = json.loads((Path(__file__).parent / "definitions.json").read_text(encoding="utf-8"))
    return {name: Definition(entry["about"], entry["grain"], entry["columns"]) for name, entry in told.items()}

"""``definitions.json`` of a published set: what every column of it means, for whoever shows or exports it.

Belongs here: the form of that file. Does not: the definitions (each table's declaration, the catalogue of features).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from features.contracts import FEATURES
from models.reasons import REASON_CODES
from pipelines.reports.books import BOOK_TABLES
from pipelines.reports.catalogue import REPORT_TABLES
from pipelines.reports.declare import ReportTable

DEFINITIONS = "definitions.json"


def definitions(tables: Iterable[ReportTable] = (*BOOK_TABLES, *REPORT_TABLES)) -> dict[str, object]:
    """Return the definitions of report tables, features and reason codes, by name."""
    return {
        "tables": {
            table.name: {"description": table.description, "grain": table.grain, "columns": dict(table.columns)}
            for table in tables
            if table.is_published
        },
        "features": {
            feature.name: {
                "definition": feature.definition,
                "unit": feature.unit,
                "stage": feature.stage.value,
                "family": feature.family.value,
                "null_means": feature.null_means,
            }
            for feature in FEATURES
        },
        "reasons": dict(REASON_CODES),
    }


def write_definitions(folder: Path) -> None:
    """Write the file into a set."""
    text = json.dumps(definitions(), indent=1, sort_keys=True, ensure_ascii=False)
    (folder / DEFINITIONS).write_text(text + "\n", encoding="utf-8")

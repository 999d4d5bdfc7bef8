"""The pages of ``docs/`` that list what the code declares; ``make docs`` writes them, a test holds them equal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from features.contracts import FEATURES, Feature
from pipelines.book_tables import BOOK_TABLES
from pipelines.ingest.page import render_contract_doc
from pipelines.quality.page import render_quality_doc
from pipelines.report_tables import REPORT_TABLES, render_reports_doc
from pipelines.settings_page import render_settings_doc

DIRECTIONS = {"high": "high is suspicious", "low": "low is suspicious", "context": "context only"}

FEATURES_HEAD = """\
# Features

One row an RMA and stage in `rma_features`. A feature says what was known when the RMA was requested: its own lines
of that moment, and what happened strictly before. Facts with a moment of their own (a delivery, a refund) count only
once that moment has passed; facts without one that may change later (status, grade) are never used.

Only features marked as suspicious in one direction are evidence for the detector; the others explain. Windows reach
back from the request, that many days, its own moment left out. Every figure keeps twelve digits.

This page is made from `features/catalogue.py`.
"""


def render_features() -> str:
    """Return ``docs/features.md``."""
    families = list(dict.fromkeys(feature.family for feature in FEATURES))
    sections = [
        f"\n## {family.value}\n\n| feature | unit | definition | null means | direction |\n|---|---|---|---|---|\n"
        + "".join(_feature_row(feature) for feature in FEATURES if feature.family is family)
        for family in families
    ]
    return FEATURES_HEAD + "".join(sections)


def _feature_row(feature: Feature) -> str:
    """Return a feature as a row of its family's table."""
    direction = DIRECTIONS[feature.direction.value]
    null = feature.null_means
    return f"| `{feature.name}` | {feature.unit} | {feature.definition} | {null} | {direction} |\n"


def pages() -> dict[str, Callable[[], str]]:
    """Return what makes each generated page, by its path."""
    return {
        "docs/data_contract.md": render_contract_doc,
        "docs/data_quality.md": render_quality_doc,
        "docs/features.md": render_features,
        "docs/reports.md": lambda: render_reports_doc((*REPORT_TABLES, *BOOK_TABLES)),
        "docs/settings.md": render_settings_doc,
    }


def main() -> None:
    """Write every generated page."""
    for path, render in pages().items():
        Path(path).write_text(render(), encoding="utf-8")


if __name__ == "__main__":
    main()

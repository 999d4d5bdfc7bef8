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

One row an RMA and stage in `rma_features`. A feature says what was known by `stage_at`, the moment as of which the
row is told:

| stage | what is known | told as of |
|---|---|---|
| `request` | the RMA's own lines of its first moment, and what happened strictly before | the request |
| `received` | carrier and dock facts as well | the last line's receipt (else inspection, closing, refund or shipment) |
| `settled` | inspection, refund, outcome and chargebacks as well | the last of them that is dated |

Facts with a moment of their own count only once that moment has passed. A fact that no export dates counts for its
own RMA at its stage, and never as another RMA's past. A feature is null before its stage.

Only features marked as suspicious in one direction are evidence for the detector; the others explain. Windows reach
back from the row's moment, that many days, its own moment left out. Every figure keeps twelve digits. `ring_id` names
the linked accounts that the shopper belonged to by then.

This page is made from `features/catalogue/`.
"""


FEATURES_TABLE = """\
| feature | stage | unit | definition | null means | direction |
|---|---|---|---|---|---|
"""


def render_features() -> str:
    """Return ``docs/features.md``."""
    families = list(dict.fromkeys(feature.family for feature in FEATURES))
    sections = [
        f"\n## {family.value}\n\n{FEATURES_TABLE}"
        + "".join(_feature_row(feature) for feature in FEATURES if feature.family is family)
        for family in families
    ]
    return FEATURES_HEAD + "".join(sections)


def _feature_row(feature: Feature) -> str:
    """Return a feature as a row of its family's table."""
    direction = DIRECTIONS[feature.direction.value]
    null = feature.null_means
    about = f"{feature.stage.value} | {feature.unit} | {feature.definition}"
    return f"| `{feature.name}` | {about} | {null} | {direction} |\n"


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

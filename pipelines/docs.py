"""The pages of ``docs/`` that list what the code declares; ``make docs`` writes them, a test holds them equal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from dashboards.access import CALLBACKS, ENDPOINTS
from dashboards.serving import ROLES
from features.contracts import FEATURES, Feature
from models.reasons import (
    CUSTOMER_TEXT,
    FALLBACK_CODE,
    FALLBACK_TEXT,
    PRECEDENT_TEXT,
    REASON_CODES,
    archetype_of,
    customer_text,
)
from pipelines.ingest.page import render_contract_doc
from pipelines.quality.page import render_quality_doc
from pipelines.reports.books import BOOK_TABLES
from pipelines.reports.catalogue import REPORT_TABLES
from pipelines.reports.page import render_reports_doc
from pipelines.settings_page import render_settings_doc

DIRECTIONS = {"high": "high is suspicious", "low": "low is suspicious", "context": "context only"}

POLICY_FAMILIES = ("policy", "timing")
"""Families of features that hold a return against the conditions that it was sold under."""

FEATURES_HEAD = """\
# Features

One row an RMA and stage in `rma_features`. A feature says what was known by `stage_at`, the moment as of which the
row is told:

| stage | what is known | told as of |
|---|---|---|
| `request` | the RMA's own lines of its first moment, and what happened strictly before | the request |
| `received` | carrier and dock facts as well | the last line's receipt (else inspection, closing, refund or shipment) |
| `settled` | inspection, refund, outcome, chargebacks and a cheaper purchase of the same goods as well | the last of \
them that is dated |

Facts with a moment of their own count only once that moment has passed. A fact that no export dates counts for its
own RMA at its stage, and never as another RMA's past. A feature is null before its stage.

Only features marked as suspicious in one direction are evidence for the detector; the others explain. Windows reach
back from the row's moment, that many days, its own moment left out. Every figure keeps twelve digits. `ring_id` names
the linked accounts that the shopper belonged to by then.

This page is made from `features/catalogue/`.
"""


ACCESS_HEAD = """\
# Who may call what

Every address of `returnwatch serve`. What does not stand here answers nobody, and a test asks every address as
everybody. An analyst's token never decides, whatever its scope, and shoppers are masked wherever an analyst looks.
docs/security.md tells how people and programs are known.

| call | for | does |
|---|---|---|
"""

CALLBACKS_HEAD = """
Pages are drawn and acted on by callbacks, which share one address. A callback is for those who may have every part of
the document changed that it changes:

| part | for |
|---|---|
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


REASONS_HEAD = """\
# Reasons

Every code that a row of `rma_scores.reasons` can have. A reason speaks of the RMA, never of the person. Its fields:

| field | meaning |
|---|---|
| `code` | What was found, below. |
| `text` | A sentence for the analyst, with the figure and what is typical. |
| `value` | The RMA's figure, in the feature's unit. |
| `typical` | The median of the RMAs for which it is known. |
| `contribution` | Points of `risk_score`, which is shared out among the reasons told: they add up to it. |
| `customer_text` | What may be said to the shopper: what is looked at, without a figure and without a suspicion. |

An RMA has up to five, the strongest first; one that contributes less than a tenth of what the strongest does is not
told. With a reason's feature at its typical value the score is lower, which the tests measure.

*Holds from*: a flagged RMA whose figure is at least this, in a shop where at most one RMA in forty reaches it, is
`HOLD`. *Cleared by*: the feature that explains the sign honestly and takes its evidence away. A *fact* counts one and
a half times, a *hint* six tenths of what its rarity would say.

This page is made from the catalogue of features.
"""


def render_reasons() -> str:
    """Return ``docs/reasons.md``."""
    told = [feature for feature in FEATURES if feature.reason_code]
    rows = "".join(_reason_rows(feature) for feature in told)
    others = "".join(
        f"\n## {code}\n\n{REASON_CODES[code]}\n\n- Analyst: {text}\n- Shopper: {CUSTOMER_TEXT}\n"
        for code, text in (*PRECEDENT_TEXT.items(), (FALLBACK_CODE, FALLBACK_TEXT))
    )
    return REASONS_HEAD + rows + others


def _reason_rows(feature: Feature) -> str:
    """Return the section of a reason code."""
    lines = [
        f"Analyst: {feature.reason_text}",
        f"Shopper: {customer_text(feature)}",
        f"Feature: `{feature.name}` ({feature.family.value}), a {feature.strength.name.lower()}",
    ]
    if (archetype := archetype_of(feature)) is not None:
        lines.append(f"Suggests: `{archetype}`")
    if feature.hold_from is not None:
        lines.append(f"Holds from: {feature.hold_from:g}")
    if feature.cleared_by:
        lines.append(f"Cleared by: {', '.join(f'`{name}`' for name in feature.cleared_by)}")
    listed = "".join(f"- {line}\n" for line in lines)
    return f"\n## {feature.reason_code}\n\n{feature.definition}\n\n{listed}"


def render_signs() -> str:
    """Return ``dashboards/signs.json``: the feature behind each reason code, and the features that tell of policy.

    ``text``: the template of the reason's sentence, by which a page knows it again in another language.
    """
    told = {
        str(feature.reason_code): {
            "feature": feature.name,
            "unit": feature.unit,
            "about": feature.definition,
            "text": feature.reason_text,
        }
        for feature in FEATURES
        if feature.reason_code
    }
    clauses = {
        feature.name: {"unit": feature.unit, "about": feature.definition}
        for feature in FEATURES
        if feature.family.value in POLICY_FAMILIES
    }
    return json.dumps({"reasons": told, "policy": clauses}, indent=1, ensure_ascii=False) + "\n"


def render_access() -> str:
    """Return ``docs/access.md``."""
    told = [f"| `{one.address}` | {_allowed(one.roles, one.scope)} | {one.does} |\n" for one in ENDPOINTS]
    parts = [f"| `{name}` | {_allowed(roles)} |\n" for name, roles in CALLBACKS.items()]
    return f"{ACCESS_HEAD}{''.join(told)}{CALLBACKS_HEAD}{''.join(parts)}"


def _allowed(roles: frozenset[str], scope: str = "") -> str:
    """Return who may, in the order of the roles."""
    if scope:
        return f"a token with `{scope}`"
    return ", ".join(role for role in ROLES if role in roles) or "everybody"


def pages() -> dict[str, Callable[[], str]]:
    """Return what makes each generated page, by its path."""
    return {
        "dashboards/signs.json": render_signs,
        "docs/access.md": render_access,
        "docs/data_contract.md": render_contract_doc,
        "docs/data_quality.md": render_quality_doc,
        "docs/features.md": render_features,
        "docs/reasons.md": render_reasons,
        "docs/reports.md": lambda: render_reports_doc((*REPORT_TABLES, *BOOK_TABLES)),
        "docs/settings.md": render_settings_doc,
    }


def main() -> None:
    """Write every generated page."""
    for path, render in pages().items():
        Path(path).write_text(render(), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Every English sentence that pages show, found by a walk over their source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from dashboards.account_links import KINDS as SHARED
from dashboards.cases import STATUSES
from dashboards.components.decision import KINDS, WORDS
from dashboards.components.filterbar import LABELS as FILTERS
from dashboards.components.headings import ABOUT, HEADINGS
from dashboards.components.timeline import FACTS
from dashboards.components.timeline import LABELS as STEPS
from dashboards.data import UNPUBLISHED
from dashboards.evidence import LINKS
from dashboards.message import BODIES, LOOKED_AT
from dashboards.pages.costs import BY
from dashboards.pages.products import LINES as LIMITS
from dashboards.pages.products import SIGNALS
from dashboards.pages.queue import KEYS, OWN_TEXTS, STAGES, WHO
from dashboards.pages.rates import ANSWERS
from dashboards.server import FAILED, OTHER_TITLE, TITLES

SOURCE = Path(__file__).parents[1] / "dashboards"
PLACE = {"text": 0, "Column": 1, "Chart": 1, "Listing": 1, "Page": 1, "whole": 1, "button": 2, "choice": 2, "_text": 2}
"""Which argument of a call is a sentence."""


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def written(tree: ast.AST) -> Iterator[str]:
    """Yield the sentences that stand in calls; an either-or counts twice."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (place := PLACE.get(_called(node))) is not None and len(node.args) > place:
            argument = node.args[place]
            options = [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]
            told = [one.value for one in options if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            # the heading of a column that is its own name is a code of the data
            yield from (text for text in told if _called(node) != "Column" or not text.islower())


def declared() -> Iterator[str]:
    """Yield the sentences that stand in tables of the pages."""
    for table in (
        STATUSES,
        KINDS,
        WORDS,
        FILTERS,
        STEPS,
        LINKS,
        BODIES,
        BY,
        SIGNALS,
        STAGES,
        WHO,
        ANSWERS,
        LIMITS,
        SHARED,
        HEADINGS,
        ABOUT,
        OWN_TEXTS,
    ):
        yield from table.values()
    yield from (told for _, told in KEYS)
    yield from (told for pair in FACTS.values() for told in pair)
    yield from ("missing", "out of order", "late", "Still open", "Complete", "Stands out", "Within what chance gives")
    yield from ("Another person must agree before this counts.", "This needs your agreement as the second person.")
    yield from ("This is about your returns {ids}.", "This is about your return {ids}.", LOOKED_AT)
    yield from ("up {points} points", "down {points} points", "unchanged", "Order cohort", "opened", "tracked")


def refusals() -> Iterator[str]:
    """Yield what people read on the log-in page, on pages of errors, and where something is refused."""
    for file in sorted(SOURCE.rglob("*.py")):
        if file.parent.name == "api" or file.name == "accounts.py":
            continue  # these answer programs and the command line
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                yield from _texts(node.exc.args[:1])
            elif isinstance(node, ast.Call) and _called(node) in {"check_text", "log_in_page"}:
                yield from _texts(node.args[1:2])
            elif isinstance(node, ast.Call) and _called(node) == "_told":
                yield from (text[:1].upper() + text[1:] for text in _texts(node.args[1:2]))
    for template in ("login", "error", "case_file"):
        markup = (SOURCE / f"templates/{template}.html.j2").read_text(encoding="utf-8")
        yield from re.findall(r'say\("([^"]+)"[,)]', markup)
    yield from (*TITLES.values(), OTHER_TITLE, FAILED, UNPUBLISHED)


def _texts(nodes: list[ast.expr]) -> Iterator[str]:
    """Yield those of some arguments that are plain sentences."""
    yield from (one.value for one in nodes if isinstance(one, ast.Constant) and isinstance(one.value, str))


def sentences() -> set[str]:
    """Return them all."""
    found = set(declared()) | set(refusals())
    for file in sorted(SOURCE.rglob("*.py")):
        if file.parent.name not in {"reviews", "api", "migrations", "versions"}:
            found |= set(written(ast.parse(file.read_text(encoding="utf-8"))))
    # a key of the manifest is no sentence
    return {text for text in found if text and not re.fullmatch(r"[a-z]+(_[a-z]+)+", text)}

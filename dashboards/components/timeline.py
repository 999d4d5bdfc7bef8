"""What happened with an RMA: its steps in order, with what was late, missing or out of order."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
from dash import html
from dash.development.base_component import Component

from dashboards import evidence
from dashboards.frames import least, most
from dashboards.view import View

LABELS = {
    "ordered_at": "Ordered",
    "delivered_at": "Delivered",
    "requested_at": "Return requested",
    "authorized_at": "Authorized",
    "shipped_at": "Sent back",
    "received_at": "Received",
    "inspected_at": "Inspected",
    "refunded_at": "Refunded",
}

SLOW = {
    "shipped_at": timedelta(days=14),
    "received_at": timedelta(days=21),
    "inspected_at": timedelta(days=7),
    "refunded_at": timedelta(days=14),
}
"""How long after the step before a step counts as late."""

FACTS = {
    "had_support_contact": ("Support was asked before", "No support contact before the request"),
    "is_opened": ("Opened", "Not opened"),
}
"""Features that tell of preparation and contact: what is said where they are 1 and 0."""


def timeline(view: View, rmas: pl.DataFrame, lines: pl.DataFrame) -> Component:
    """Return the steps of the first RMAs of a case, from the order to the refund."""
    ids = rmas["rma_id"].head(4).to_list()
    known = evidence.features(view.published, ids)
    blocks: list[Component] = [html.H2(view.text("What happened"))]
    for rma_id in ids:
        own = lines.filter(pl.col("rma_id") == rma_id)
        facts = known.filter(pl.col("rma_id") == rma_id)
        blocks += [html.H3(rma_id), _steps(view, own), *_conditions(view, own), *_facts(view, facts)]
    return html.Section(blocks, className="block")


def _steps(view: View, lines: pl.DataFrame) -> Component:
    """Return one RMA's steps as a list, each with its day and how long after the one before."""
    items: list[Component] = []
    before: datetime | None = None
    known = evidence.steps(lines) if lines.height else []
    last = max((place for place, (_, at) in enumerate(known) if at is not None), default=-1)
    for place, (name, at) in enumerate(known):
        marks = remarks(name, at, before, is_passed=place < last)
        note = " · ".join(view.text(mark) for mark in marks)
        gap = (
            view.text("{n} days later", n=view.speech.number((at - before).days))
            if at and before and at >= before
            else ""
        )
        items.append(
            html.Li(
                [
                    html.Span(view.text(LABELS[name])),
                    html.Strong(view.speech.day(at)),
                    html.Span(gap, className="muted"),
                    html.Span(note, className="late") if note else "",
                ],
                className="missing" if at is None else "",
            )
        )
        before = at or before
    return html.Ol(items, className="timeline")


def remarks(name: str, at: datetime | None, before: datetime | None, *, is_passed: bool) -> list[str]:
    """Return what is to be said of a step: not known though later ones are, out of order, or late."""
    if at is None:
        return ["missing"] if is_passed else []
    if before is None:
        return []
    if at < before:
        return ["out of order"]
    return ["late"] if name in SLOW and at - before > SLOW[name] else []


def _conditions(view: View, lines: pl.DataFrame) -> list[Component]:
    """Return where the RMA stood in its window, whether it came back opened and with a tracked parcel."""
    said = list[str]()
    if {"days_held", "return_window_days"} <= set(lines.columns):
        held, window = most(lines, "days_held"), least(lines, "return_window_days")
        if held is not None and window is not None:
            said.append(
                view.text("day {day} of {window}", day=view.speech.number(held), window=view.speech.number(window))
            )
    for name, label in (("is_opened", "opened"), ("is_tracked", "tracked")):
        if name in lines.columns and lines[name].is_not_null().any():
            said.append(f"{view.text(label)}: {view.text('yes' if lines[name].any() else 'no')}")
    return [html.P(" · ".join(said))] if said else []


def _facts(view: View, row: pl.DataFrame) -> list[Component]:
    """Return how far the RMA was in its window and whether support knew of it, where features tell."""
    if row.is_empty():
        return []
    values, said = row.row(0, named=True), list[str]()
    past = values.get("days_past_window")
    share = values.get("window_used_share")
    if isinstance(past, int | float) and past > 0:
        said.append(view.text("{n} days after its window", n=view.speech.number(past)))
    elif isinstance(share, int | float):
        said.append(view.text("{share} of its window used", share=view.speech.share(share, 0)))
    for name, (yes, no) in FACTS.items():
        if values.get(name) is not None:
            said.append(view.text(yes if values[name] else no))
    return [html.P(" · ".join(said), className="muted")] if said else []

"""Sliders over what was replayed: one a clause of the return conditions, from as it is through the published settings.

What belongs here: which settings a clause has, in which order, and how each reads. What does not: what a setting would
have saved (``pages/policy.py``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

import dash_mantine_components as dmc
import polars as pl
from dash import html
from dash.development.base_component import Component

from dashboards.i18n import Speech
from dashboards.view import View

TABLE = "report_policy"
SHARES, MONEY = frozenset({"restocking_fee_share"}), frozenset({"keep_it_below"})
SWITCHES = frozenset({"yes", "no"})


def settings_of(view: View) -> dict[str, list[str]]:
    """Return the published settings of each clause, the smallest first; empty where nothing was replayed."""
    if not view.has(TABLE) or not {"clause", "setting"} <= set(view.published.columns(TABLE)):
        return {}
    rows = view.published.table(TABLE, ["clause", "setting"]).drop_nulls().cast(pl.String).unique()
    by_clause: dict[str, list[str]] = {}
    for clause, setting in sorted(rows.iter_rows(), key=lambda row: (row[0], _size(row[1]), row[1])):
        by_clause.setdefault(clause, []).append(setting)
    return by_clause


def _size(setting: str) -> Decimal:
    """Return what a setting is sorted by."""
    try:
        return Decimal(setting)
    except InvalidOperation:
        return Decimal(0)


def chosen(view: View) -> dict[str, str]:
    """Return the settings that the address asks for, of those that were replayed."""
    asked = view.filters.other
    return {clause: asked[clause] for clause, known in settings_of(view).items() if asked.get(clause) in known}


def moved(view: View, positions: Mapping[str, int]) -> str:
    """Return the address with each slider where it stands now: 0 is as it is, 1 the first published setting."""
    known = settings_of(view)
    settings = {
        clause: known[clause][place - 1] if 1 <= place <= len(known[clause]) else ""
        for clause, place in positions.items()
        if clause in known
    }
    return view.filters.having(**settings).search()


def read_setting(speech: Speech, clause: str, setting: str) -> str:
    """Return a setting as it reads: a share in per cent, an amount with its currency, else as it is."""
    if setting in SWITCHES:
        return speech.text(setting)
    if clause in SHARES:
        return speech.share(_size(setting), 0)
    return speech.money(_size(setting), 0) if clause in MONEY else speech.number(_size(setting))


def sliders(view: View) -> Component:
    """Return one slider a clause, with where it stands in words beside its name."""
    at = chosen(view)
    parts = [_slider(view, clause, settings, at.get(clause)) for clause, settings in settings_of(view).items()]
    return html.Div(parts, className="sliders")


def _slider(view: View, clause: str, settings: Sequence[str], setting: str | None) -> Component:
    """Return the slider of a clause."""
    name = view.speech.code(clause)
    told = read_setting(view.speech, clause, setting) if setting is not None else view.text("as it is")
    place = settings.index(setting) + 1 if setting is not None else 0
    labels = ["·", *(read_setting(view.speech, clause, one) for one in settings)]
    marks = [{"value": number, "label": label} for number, label in enumerate(labels)]
    slider: Component = dmc.Slider(
        id={"type": "slider", "name": clause},
        value=place,
        min=0,
        max=len(settings),
        step=1,
        marks=marks,
        label=None,
        thumbLabel=f"{name}: {told}",
        size="sm",
    )
    return html.Div([html.P([html.Span(name), html.Strong(told)], className="slider-name"), slider], className="slider")

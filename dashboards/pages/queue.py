"""Review queue: the flagged cases by expected loss, page by page, with what a team does to many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import dash_ag_grid as dag
import dash_mantine_components as dmc
import polars as pl
from dash import html
from dash.development.base_component import Component

from dashboards.cases import STATUSES, cases_in, cases_of, chosen, ordered, with_states
from dashboards.clock import now
from dashboards.components.filterbar import choice, control
from dashboards.components.marks import aria, data
from dashboards.components.states import no_table, notice
from dashboards.pages.page import Page
from dashboards.reviews.saved import views_of
from dashboards.view import View
from dashboards.wording import reason

BLOCK = 100
"""Rows that the browser asks for at once."""

STAGES = {"": "All", "request": "Request", "received": "Received", "settled": "Settled"}
WHO = {"": "Anybody", "mine": "Mine", "nobody": "Nobody"}

KEYS = (
    ("j k", "Move"),
    ("Enter", "Open it"),
    ("c", "Claim"),
    ("a", "Approve"),
    ("i", "Inspect"),
    ("x", "Select"),
    ("/", "Search"),
    ("?", "Keys"),
)


OWN_TEXTS = {
    "loadingOoo": "Loading",
    "loadingError": "Not loaded",
    "noRowsToShow": "No case matches",
    "ariaSkeletonCellLoading": "Loading",
    "ariaSkeletonCellLoadingFailed": "Not loaded",
    "ariaChecked": "selected",
    "ariaUnchecked": "not selected",
    "ariaRowToggleSelection": "Press Space to select or deselect the row",
    "ariaRowSelectionDisabled": "Not available",
    "ariaSortableColumn": "Press Enter to sort",
}
"""What the grid itself says to those who see it and to those who hear it, by its names for it."""


def all_cases(view: View) -> pl.DataFrame:
    """Return every case of the set with where it stands; in the reader's language where words are sought."""
    opened = view.published.moment("published_at") or now()
    path = view.published.path
    cases = cases_in(path, view.speech) if view.filters.other.get("q") else cases_of(path)
    return with_states(cases, view.context.states(), opened, view.context.desk.due_within, now())


def body(view: View) -> list[Component]:
    """Return the page."""
    heading = html.H1(view.text("Review queue"), tabIndex=-1)
    if not view.has("flagged_queue"):
        return [heading, no_table(view.speech, "flagged_queue")]
    cases = all_cases(view)
    parts: list[Component] = [heading, html.P(standing(view, cases), id="standing"), _filters(view)]
    if cases.is_empty():
        return [*parts, notice(view.text("No RMA needs a look"), view.text("The next run may bring some."))]
    if view.person.may_decide:
        parts.append(_bulk(view))
    return [*parts, grid(view), _keys(view)]


def standing(view: View, cases: pl.DataFrame) -> str:
    """Return how far the day's work is, what is late, and what is at stake."""
    say = view.speech
    today = now().date()
    done = cases.filter((pl.col("decided_at").dt.date() == today) & (pl.col("state") != "open")).height
    waiting = cases.filter(pl.col("state") != "decided")
    return say.text(
        "{done} of {capacity} today · {late} overdue · {amount} at stake",
        done=say.number(done),
        capacity=say.number(view.context.desk.capacity),
        late=say.number(waiting.filter("is_overdue").height),
        amount=say.money(waiting["at_stake"].sum() or 0),
    )


def _filters(view: View) -> Component:
    """Return search, filters and saved views."""
    asked = view.filters.other
    search = dmc.TextInput(
        id=control("q"), label=view.text("Search"), value=asked.get("q", ""), debounce=400, size="xs", w=140
    )
    late = dmc.Checkbox(
        id={"type": "late", "name": "late"}, label=view.text("Overdue only"), checked=bool(asked.get("late")), size="xs"
    )
    saved = dmc.Select(id="saved-views", label=view.text("Saved views"), data=saved_views(view), size="xs", w=140)
    name = dmc.TextInput(id="view-name", label=view.text("Name of view"), debounce=True, size="xs", w=110)
    keep = html.Button(view.text("Save view"), id="save-view", className="tool", type="button")
    parts = [
        search,
        choice(view, "status", "Status", STATUSES),
        choice(view, "stage", "Stage", STAGES),
        choice(view, "who", "Who", WHO),
        late,
        saved,
        name,
        keep,
    ]
    return html.Div(parts, className="filters", role="search", **aria(label=view.text("Filters")))


def saved_views(view: View) -> list[dict[str, str]]:
    """Return the person's saved views as choices: the query part of an address by its name."""
    store = view.context.reviews
    kept = views_of(store.engine, view.person.name) if store and view.person.name else {}
    return [{"value": search, "label": name} for name, search in kept.items()]


def _bulk(view: View) -> Component:
    """Return what can be done to the selected cases; nothing adverse, which is decided case by case."""
    people = [{"value": name, "label": name} for name in view.context.reviewers()]
    parts: list[Component] = [
        html.Button(view.text("Claim"), id="bulk-claim", className="tool", type="button"),
        html.Button(view.text("Approve"), id="bulk-approve", className="tool", type="button"),
        html.Button(view.text("Inspect"), id="bulk-inspect", className="tool", type="button"),
        dmc.TextInput(
            id="bulk-reason",
            placeholder=view.text("Reason"),
            debounce=True,
            size="xs",
            w=200,
            **aria(label=view.text("Reason")),
        ),
        dmc.Select(
            id="bulk-person",
            data=people,
            placeholder=view.text("Person"),
            size="xs",
            w=140,
            **aria(label=view.text("Person")),
        ),
        html.Button(view.text("Assign"), id="bulk-assign", className="tool", type="button"),
        html.Button(view.text("Share out"), id="bulk-share", className="tool", type="button"),
    ]
    return html.Div(parts, className="filters bulk", role="group", **aria(label=view.text("With the selected cases")))


def _columns(view: View) -> list[dict[str, object]]:
    """Return the grid's columns."""
    say = view.text
    return [
        {"field": "position", "headerName": "#", "width": 48, "sortable": True},
        {"field": "case_id", "headerName": say("Case"), "width": 112, "cellRenderer": "CaseLink"},
        {"field": "n_rmas", "headerName": say("RMAs"), "width": 64, "sortable": True, "type": "rightAligned"},
        {"field": "risk", "headerName": say("Risk"), "width": 64, "sortable": True, "type": "rightAligned"},
        {"field": "at_stake", "headerName": say("At stake"), "width": 100, "sortable": True, "type": "rightAligned"},
        {
            "field": "unusual",
            "headerName": say("What is unusual"),
            "flex": 1,
            "minWidth": 216,
            "tooltipField": "unusual",
        },
        {"field": "stage", "headerName": say("Stage"), "width": 120},
        {"field": "due_at", "headerName": say("Due"), "width": 104, "sortable": True},
        {"field": "who", "headerName": say("Who"), "width": 64, "tooltipField": "who"},
        {"field": "state", "headerName": say("Status"), "width": 96, "tooltipField": "state"},
    ]


def grid(view: View) -> Component:
    """Return the grid, which asks for its rows block by block."""
    table: Component = dag.AgGrid(
        id="queue",
        columnDefs=_columns(view),
        defaultColDef={"sortable": False, "resizable": True, "suppressHeaderMenuButton": True},
        rowModelType="infinite",
        getRowId="params.data.case_id",
        dashGridOptions={
            "cacheBlockSize": BLOCK,
            "maxBlocksInCache": 10,
            "rowSelection": {"mode": "multiRow", "headerCheckbox": False, "enableClickSelection": False},
            "suppressCellFocus": False,
            "ensureDomOrder": True,
            "localeText": {name: view.text(told) for name, told in OWN_TEXTS.items()},
            "rowHeight": 32,
            "headerHeight": 32,
            "rowClassRules": {
                "capacity-line": "params.data && params.data.is_line",
                "overdue": "params.data && params.data.is_overdue",
            },
        },
        className="ag-theme-alpine queue",
        style={"height": "calc(100vh - 300px)", "minHeight": "320px"},
    )
    return table


def grid_rows(view: View, request: Mapping[str, object]) -> dict[str, object]:
    """Return the block of rows that the grid asks for, as they read, and how many there are in all."""
    cases = chosen(all_cases(view), view.filters, view.person.name)
    sort = request.get("sortModel")
    cases = ordered(cases, sort if isinstance(sort, list) else None)
    start, end = int(str(request.get("startRow", 0))), int(str(request.get("endRow", BLOCK)))
    line = view.context.desk.capacity
    rows = [row_of(view, row, line) for row in cases.slice(start, max(0, end - start)).iter_rows(named=True)]
    return {"rowData": rows, "rowCount": cases.height}


def row_of(view: View, row: Mapping[str, object], line: int) -> dict[str, object]:
    """Return a case as the grid shows it."""
    say = view.speech
    due, verdict, state = row["due_at"], row["verdict"], str(row["state"])
    told = say.text(STATUSES.get(state, state))
    return {
        "position": row["position"],
        "case_id": row["case_id"],
        "n_rmas": row["n_rmas"],
        "risk": say.number(row["risk"], 1),  # type: ignore[arg-type]
        "at_stake": say.money(row["at_stake"]),  # type: ignore[arg-type]
        "unusual": reason(say, str(row["reason_code"]), str(row["unusual"] or "")),
        "stage": say.code(str(row["stage"])),
        "due_at": say.until(due, now()) if state != "decided" else "",  # type: ignore[arg-type]
        "who": view.text("you") if row["who"] == view.person.name else row["who"],
        "state": f"{told}: {say.code(str(verdict))}" if verdict else told,
        "is_overdue": row["is_overdue"],
        "is_line": row["position"] == line,
    }


def _keys(view: View) -> Component:
    """Return the keys, for those who asked with a question mark and those who read on."""
    pairs: Sequence[Component] = [
        html.Span([html.Kbd(key), " ", view.text(told)], className="key") for key, told in KEYS
    ]
    return html.Div(list(pairs), className="keys muted", **data(keys="queue"))


PAGE = Page("/queue", "Review queue", body=body)

"""What people do on pages: claim, assign, decide, undo, agree, appeal, comment.

Each action looks at the person's role here, on the server, and leaves the rest to the store's rules; what
the store refuses is told in a line at the foot of the page. Nothing here decides by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import unquote
from uuid import uuid4

from dash import ALL, Dash, Input, Output, State, ctx, html, no_update

from dashboards import evidence
from dashboards.cases import facts
from dashboards.components.states import unpublished
from dashboards.context import AppContext
from dashboards.data import PublishedSetError
from dashboards.errors import DashboardError, ForbiddenError, NotThereError
from dashboards.filters import Filters
from dashboards.i18n import Speech, language
from dashboards.message import draft
from dashboards.pages.queue import grid_rows, saved_views
from dashboards.reviews.rules import ADVERSE, Submission
from dashboards.reviews.saved import save_view
from dashboards.reviews.store import ReviewStore
from dashboards.serving import ADMIN
from dashboards.view import View, request_view

Told = tuple[object, object]


def register(app: Dash, context: AppContext) -> None:
    """Give the application its actions."""
    _register_case(app, context)
    _register_queue(app, context)
    _register_views(app, context)


def _register_case(app: Dash, context: AppContext) -> None:
    """Give the case page its actions."""

    @app.callback(
        Output("refresh", "data"),
        Output("toast", "children"),
        Input({"type": "case-action", "name": ALL}, "n_clicks"),
        State("case-id", "data", allow_optional=True),
        State({"type": "case-action", "name": ALL}, "id"),
        State("verdict", "value", allow_optional=True),
        State("reason", "value", allow_optional=True),
        State("comment", "value", allow_optional=True),
        prevent_initial_call=True,
    )
    def act(
        clicks: Sequence[int | None],
        case: object,
        _ids: object,
        verdict: str | None,
        reason: str | None,
        comment: str | None,
    ) -> Told:
        if not isinstance(case, Mapping) or not any(clicks) or not isinstance(ctx.triggered_id, dict):
            return no_update, no_update
        request = {"verdict": verdict or "", "reason": reason or "", "comment": comment or ""}
        return told(context, lambda view: case_action(view, str(ctx.triggered_id["name"]), case, request))

    @app.callback(
        Output("draft", "children"), Input("verdict", "value"), State("case-id", "data"), prevent_initial_call=True
    )
    def redraft(verdict: object, case: object) -> object:
        if not isinstance(case, Mapping) or not isinstance(verdict, str | None):
            return no_update
        view = request_view(context, None)
        return draft(view, evidence.rmas(view.published, str(case["case_id"])), verdict or "")


def _register_queue(app: Dash, context: AppContext) -> None:
    """Give the queue its rows and its actions."""

    @app.callback(Output("queue", "getRowsResponse"), Input("queue", "getRowsRequest"), State("url", "search"))
    def rows(request: Mapping[str, object] | None, search: str | None) -> object:
        return no_update if request is None else grid_rows(request_view(context, search), request)

    @app.callback(
        Output("refresh", "data", allow_duplicate=True),
        Output("toast", "children", allow_duplicate=True),
        Input("bulk-claim", "n_clicks"),
        Input("bulk-approve", "n_clicks"),
        Input("bulk-inspect", "n_clicks"),
        Input("bulk-assign", "n_clicks"),
        Input("bulk-share", "n_clicks"),
        State("queue", "selectedRows"),
        State("bulk-reason", "value"),
        State("bulk-person", "value"),
        prevent_initial_call=True,
    )
    def many(*given: object) -> Told:
        *clicks, rows, reason, person = given
        if not any(clicks):
            return no_update, no_update
        chosen = [str(row["case_id"]) for row in rows] if isinstance(rows, list) else []
        name = str(ctx.triggered_id).removeprefix("bulk-")
        return told(context, lambda view: bulk_action(view, name, chosen, str(reason or ""), str(person or "")))

    @app.callback(
        Output("refresh", "data", allow_duplicate=True),
        Output("toast", "children", allow_duplicate=True),
        Input("key-action", "data"),
        prevent_initial_call=True,
    )
    def pressed(data: object) -> Told:
        if not isinstance(data, Mapping) or data.get("action") != "claim":
            return no_update, no_update
        return told(context, lambda view: bulk_action(view, "claim", [str(data["case_id"])], "", ""))

    # these run in the browser: a saved view never leaves it


def _register_views(app: Dash, context: AppContext) -> None:
    """Give the queue what changes its address: saved views, and the switch for what is late."""

    @app.callback(
        Output("saved-views", "data"),
        Output("toast", "children", allow_duplicate=True),
        Input("save-view", "n_clicks"),
        State("view-name", "value"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def keep(clicks: int | None, name: str | None, search: str | None) -> Told:
        if not clicks:
            return no_update, no_update
        try:
            return keep_view(request_view(context, search), name or ""), no_update
        except DashboardError as error:
            return no_update, html.Div(_sentence(error), role="alert")

    @app.callback(
        Output("url", "search", allow_duplicate=True),
        Input("saved-views", "value"),
        prevent_initial_call=True,
    )
    def open_view(search: str | None) -> object:
        return search or no_update

    @app.callback(
        Output("url", "search", allow_duplicate=True),
        Input({"type": "late", "name": ALL}, "checked"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def late(checked: Sequence[bool], search: str | None) -> object:
        filters = Filters.parse(search)
        wanted = filters.having(late="1" if any(checked) else "").search()
        return no_update if wanted == filters.search() else wanted


def told(context: AppContext, action: Callable[[View], str]) -> Told:
    """Do an action; return a new mark for the page to be drawn again, and what is told of it."""
    try:
        view = request_view(context, None)
        return uuid4().hex, html.Div(action(view))
    except DashboardError as error:
        # a refused claim or decision changes nothing, so that what was typed stays where it is
        return no_update, html.Div(_sentence(error), role="alert")
    except PublishedSetError as error:
        return no_update, html.Div(unpublished(Speech(language()), error), role="alert")


def _sentence(error: DashboardError) -> str:
    """Return an error as a sentence, in the reader's language."""
    return error.told(Speech(language()))


def keep_view(view: View, name: str) -> list[dict[str, str]]:
    """Keep the view of the address under a name; return all that the person has."""
    store = view.context.reviews
    if store is None or not view.person.name:
        raise NotThereError(view.text("No decision store is configured."))
    save_view(store.engine, view.person.name, name.strip(), view.filters.search() or "?")
    return saved_views(view)


def _store(view: View) -> ReviewStore:
    """Return the store. ForbiddenError for people who may not decide, and where there is no store."""
    if not view.person.may_decide:
        raise ForbiddenError(view.text("Your role does not include this. Ask an administrator."))
    if view.context.reviews is None:
        raise NotThereError(view.text("No decision store is configured."))
    return view.context.reviews


def opened(view: View, case_id: str) -> int:
    """Have the store know a case of the current set; return its version."""
    known = facts(view.published, case_id)
    if known is None:
        raise NotThereError(
            view.text("The case is not among those of the current set. It may have been closed by newer data.")
        )
    return _store(view).open_case(known, view.person.name).version


def case_action(view: View, name: str, case: Mapping[str, object], request: Mapping[str, str]) -> str:
    """Do one thing to one case; return what to tell. ``case``: its name, and its version as the page was drawn."""
    store, me, case_id = _store(view), view.person.name, unquote(str(case["case_id"]))
    first = opened(view, case_id)
    # a page drawn before anybody opened the case saw version 0
    version = int(str(case.get("version", 0))) or (first if first == 1 else 0)
    reason = request["reason"]
    if name == "decide":
        decide(view, case_id, version, request["verdict"], reason)
        return view.text("Decided.")
    doings: dict[str, Callable[[], object]] = {
        "claim": lambda: store.claim(case_id, me),
        "release": lambda: store.release(case_id, me, is_admin=view.person.role == ADMIN),
        "undo": lambda: store.undo(case_id, me, version),
        "confirm": lambda: store.confirm(case_id, me, version),
        "refuse": lambda: store.refuse(case_id, me, version, reason),
        "appeal": lambda: store.appeal(case_id, me, version, reason),
        "overturn": lambda: store.settle_appeal(case_id, me, version, reason, overturn=True),
        "uphold": lambda: store.settle_appeal(case_id, me, version, reason, overturn=False),
        "comment": lambda: store.comment(case_id, me, request["comment"]),
    }
    if name not in doings:
        raise DashboardError(view.text("There is no such action."))
    doings[name]()
    return view.text("Done.")


def decide(view: View, case_id: str, version: int, verdict: str, reason: str) -> None:
    """Hand in a decision; the key makes a second click on the same page the same decision."""
    if not verdict:
        raise DashboardError(view.text("Choose a verdict first."))
    if not reason.strip():
        raise DashboardError(view.text("Write a reason first."))
    key = f"{case_id}:{version}:{verdict}"
    _store(view).decide(Submission(case_id, verdict, reason.strip(), view.person.name, version, key))


def bulk_action(view: View, name: str, case_ids: Sequence[str], reason: str, person: str) -> str:
    """Do one thing to the selected cases; return what to tell. A case that is refused does not stop the others."""
    store, me = _store(view), view.person.name
    if not case_ids:
        raise DashboardError(view.text("Select cases first."))
    versions = {case_id: opened(view, case_id) for case_id in case_ids}
    if name == "assign":
        if person not in view.context.reviewers():
            raise DashboardError(view.text("Choose a person first."))
        store.assign(case_ids, person, me)
        return view.text("Done.")
    if name == "share":
        store.share_out(case_ids, view.context.reviewers(), me)
        return view.text("Done.")
    if name in ADVERSE or name not in {"claim", "approve", "inspect"}:
        raise DashboardError(view.text("There is no such action."))
    refused = list[str]()
    for case_id, version in versions.items():
        try:
            if name == "claim":
                store.claim(case_id, me)
            else:
                decide(view, case_id, version, name, reason)
        except DashboardError as error:
            refused.append(error.told(view.speech))
    done = view.text("{n} of {all} done.", n=len(case_ids) - len(refused), all=len(case_ids))
    return " ".join([done, *refused[:3]])

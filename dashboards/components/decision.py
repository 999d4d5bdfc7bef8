"""The part of a case where people decide: whose it is, verdict and reason, undo, second look, appeal, comments."""

from __future__ import annotations

from datetime import datetime

import dash_mantine_components as dmc
import polars as pl
from dash import html
from dash.development.base_component import Component

from dashboards.clock import now
from dashboards.components.marks import address, aria
from dashboards.components.states import notice
from dashboards.message import draft
from dashboards.reviews.rules import ADVERSE, UNDECIDED, VERDICTS, CaseState
from dashboards.serving import ADMIN
from dashboards.view import View

WORDS = {
    "approve": "Approve",
    "store_credit": "Approve as store credit",
    "request_evidence": "Request evidence",
    "inspect": "Inspect on arrival",
    "deny": "Deny",
    "ban_proposal": "Propose a ban",
}
"""Each verdict as people read it."""

HOTKEYS = {
    "approve": "a",
    "store_credit": "s",
    "request_evidence": "e",
    "inspect": "i",
    "deny": "d",
    "ban_proposal": "b",
}

KINDS = {
    "opened": "opened",
    "decision": "decided",
    "confirmed": "confirmed",
    "refused": "disagreed",
    "undone": "undone",
    "appeal": "appeal",
    "overturned": "overturned",
    "upheld": "upheld",
    "reopened": "opened again",
    "comment": "comment",
    "assigned": "assigned",
    "view": "looked at",
    "export": "exported",
}


def action(name: str) -> dict[str, str]:
    """Return the id of an action's button."""
    return {"type": "case-action", "name": name}


def button(view: View, name: str, label: str, looks: str = "tool") -> Component:
    """Return an action's button."""
    return html.Button(view.text(label), id=action(name), className=looks, type="button")


def header_actions(view: View, state: CaseState | None) -> Component:
    """Return whose the case is, how to take it or let go of it, and its file."""
    holder = state.holder(now()) if state else None
    if not view.person.may_decide or view.context.reviews is None:
        return html.P(view.text("You can read this case; reviewers decide it."), className="muted")
    mine = holder == view.person.name
    told = (
        view.text("Held by you")
        if mine
        else view.text("Held by {name}", name=holder)
        if holder
        else view.text("Nobody holds it")
    )
    buttons = [] if holder else [button(view, "claim", "Claim", "tool main")]
    if mine or (holder and view.person.role == ADMIN):
        buttons = [button(view, "release", "Release")]
    file = html.A(view.text("Case file"), href=f"{address('cases', view.name)}/file", className="tool", download="")
    return html.P([html.Span(told, id="holder"), *buttons, file], className="facts")


def decision_panel(view: View, rmas: pl.DataFrame, state: CaseState | None) -> Component:
    """Return what can be done now: decide, undo, agree as the second person, appeal, settle an appeal."""
    if not view.person.may_decide or view.context.reviews is None:
        return html.Div()
    standing = state.state if state else "open"
    parts: list[Component] = [html.H2(view.text("Decision"))]
    if state is not None and state.verdict:
        parts.append(_decided(view, state))
    if standing in UNDECIDED:
        parts += _form(view, rmas)
    elif state is not None:
        parts += _after(view, state)
    return html.Section(parts, className="decision", id="decision", **aria(label=view.text("Decision")))


def _decided(view: View, state: CaseState) -> Component:
    """Return what was decided, by whom and why."""
    who = view.text(
        "{verdict}, by {name} on {moment}",
        verdict=view.text(WORDS.get(str(state.verdict), str(state.verdict))),
        name=state.decided_by or "",
        moment=view.speech.moment(state.decided_at),
    )
    return html.P([html.Strong(who, id="verdict-told"), html.Span(f" {state.reason or ''}")])


def _form(view: View, rmas: pl.DataFrame) -> list[Component]:
    """Return verdicts, the reason and the message to the shopper."""
    choices = [
        dmc.Radio(
            label=f"{view.text(WORDS[verdict])} ({HOTKEYS[verdict]})",
            value=verdict,
            id=f"verdict-{verdict}",
            color="orange" if verdict in ADVERSE else "blue",
        )
        for verdict in VERDICTS
    ]
    asked = view.filters.other.get("verdict", "")
    return [
        dmc.RadioGroup(
            dmc.Group(choices, gap="sm"),
            id="verdict",
            value=asked if asked in VERDICTS else None,
            label=view.text("Verdict"),
        ),
        _text(view, "reason", "Reason", "In your own words; it is kept with the decision."),
        html.Div(
            [button(view, "decide", "Decide", "tool main"), html.Span(id="decide-note", className="muted")],
            className="facts",
        ),
        html.Details(
            [html.Summary(view.text("Message to the shopper")), html.Pre(draft(view, rmas, asked), id="draft")]
        ),
    ]


def _after(view: View, state: CaseState) -> list[Component]:
    """Return what can follow a decision."""
    me, parts = view.person.name, list[Component]()
    if state.state == "second":
        own = state.decided_by == me
        text = (
            "Another person must agree before this counts."
            if own
            else "This needs your agreement as the second person."
        )
        parts.append(notice(view.text("Second look"), view.text(text), "partial"))
        if not own:
            parts += [
                _text(view, "reason", "Reason"),
                button(view, "confirm", "Agree", "tool main"),
                button(view, "refuse", "Disagree"),
            ]
    if state.decided_by == me and state.state in {"decided", "second"} and _undoable(view, state.decided_at):
        parts.append(button(view, "undo", "Undo"))
    if state.state == "decided" and state.verdict in ADVERSE:
        parts += [_text(view, "reason", "What the shopper says"), button(view, "appeal", "Enter an appeal")]
    if state.state == "appealed":
        parts.append(
            notice(view.text("Appealed"), view.text("Somebody other than the one who decided settles it."), "partial")
        )
        if state.decided_by != me:
            parts += [
                _text(view, "reason", "Reason"),
                button(view, "overturn", "Overturn"),
                button(view, "uphold", "Uphold"),
            ]
    return parts


def _undoable(view: View, decided_at: datetime | None) -> bool:
    """Whether the decision is young enough to be undone."""
    store = view.context.reviews
    return store is not None and decided_at is not None and now() - decided_at <= store.rules.undo


def _text(view: View, name: str, label: str, about: str = "") -> Component:
    """Return a field for words."""
    field: Component = dmc.Textarea(
        id=name,
        label=view.text(label),
        description=view.text(about) if about else None,
        autosize=True,
        minRows=2,
        maxRows=6,
        # told when it is left: as it is typed, it is told by a timer, and a quick hand decides with half of its words
        debounce=True,
    )
    return field


def thread(view: View, case_id: str) -> Component:
    """Return what people said and did about the case, and a place to add to it."""
    store = view.context.reviews
    parts: list[Component] = [html.H2(view.text("Comments and history"))]
    entries = store.history(case_id) if store else ()
    rows = [entry for entry in entries if entry.kind != "view"]
    parts.append(
        html.Ol(
            [
                html.Li(
                    [
                        html.Strong(entry.actor),
                        f" {view.text(KINDS.get(entry.kind, entry.kind))} ",
                        html.Span(view.speech.moment(entry.at), className="muted"),
                        html.Div(str(entry.private.get("text") or entry.private.get("reason") or "")),
                    ]
                )
                for entry in rows[-30:]
            ],
            className="thread",
        )
        if rows
        else html.P(view.text("Nobody has said anything yet."), className="muted")
    )
    if store is not None and view.person.may_decide:
        parts += [
            _text(view, "comment", "Comment"),
            button(view, "comment", "Add comment"),
        ]
    return html.Section(parts, className="block")

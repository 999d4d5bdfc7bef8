"""One case: what is unusual and how rare, what happened, who is linked, what was decided before, and the decision."""

from __future__ import annotations

import polars as pl
from dash import dcc, html
from dash.development.base_component import Component

from dashboards import evidence
from dashboards.account_links import AccountLink, links
from dashboards.clock import now
from dashboards.components.decision import decision_panel, header_actions, thread
from dashboards.components.marks import address
from dashboards.components.network import account_graph, kinds_of, link_graph
from dashboards.components.peers import peer_plot
from dashboards.components.states import notice
from dashboards.components.tables import Column, data_table
from dashboards.components.timeline import timeline
from dashboards.format import sentence
from dashboards.pages.page import Page
from dashboards.reviews.rules import CaseState
from dashboards.signs import clauses, sign_of
from dashboards.view import View
from dashboards.wording import measure
from dashboards.wording import reason as reason_text

HISTORY_ROWS = 12

FULL = 2
"""RMAs of a case whose signs are told in full; of the others the strongest."""


def body(view: View) -> list[Component]:
    """Return the page of the case whose name stands in the address."""
    case_id = view.name
    rmas = evidence.rmas(view.published, case_id)
    if rmas.is_empty():
        text = view.text("The case is not among those of the current set. It may have been closed by newer data.")
        return [html.H1(case_id, tabIndex=-1), notice(view.text("Not in the queue"), text), _back(view)]
    store = view.context.reviews
    if store is not None and view.person.may_decide:
        store.viewed(view.person.name, "case page", case_id)
    state = store.case(case_id) if store else None
    lines = evidence.lines(view.published, rmas["rma_id"].to_list())
    return [
        dcc.Store(id="case-id", data={"case_id": case_id, "version": state.version if state else 0}),
        _head(view, rmas, state),
        html.Div(
            [
                html.Div([_unusual(view, rmas), _counterfactual(view, rmas), _clauses(view, rmas)], className="column"),
                html.Div([timeline(view, rmas, lines), _lines(view, lines)], className="column"),
                html.Div([_linked(view, rmas), _history(view, rmas)], className="column"),
                html.Div([_similar(view), thread(view, case_id)], className="column"),
            ],
            className="case",
        ),
        decision_panel(view, rmas, state),
    ]


def rma_body(view: View) -> list[Component]:
    """Return the page of a single RMA, flagged or not: the last door behind a figure."""
    found = evidence.one_rma(view.published, view.name)
    lines = evidence.lines(view.published, [view.name])
    heading = html.H1(view.text("RMA {name}", name=view.name), tabIndex=-1)
    if found.is_empty() and lines.is_empty():
        return [heading, notice(view.text("Not found"), view.text("The current set has no such RMA."))]
    parts: list[Component] = [_lines(view, lines)]
    if found.height:
        parts = [_unusual(view, found), timeline(view, found, lines), *parts]
    return [heading, *_to_case(view), html.Div(parts, className="column")]


def _to_case(view: View) -> list[Component]:
    """Return the link to the case of an RMA; nothing where it is in none."""
    found = view.published.scan("flagged_queue").filter(pl.col("rma_id") == view.name).select("case_id").collect()
    return [
        html.P(dcc.Link(f"{view.text('Case')} {name}", href=address("case", name)))
        for name in found["case_id"].unique()
    ]


def _head(view: View, rmas: pl.DataFrame, state: CaseState | None) -> Component:
    """Return who and how much the case is about, until when it waits, and whose it is."""
    say = view.speech
    accounts = rmas["customer_id"].n_unique()
    about = say.text(
        "{rmas} RMAs, {accounts} accounts, {amount} at stake",
        rmas=say.number(rmas.height),
        accounts=say.number(accounts),
        amount=say.money(rmas["amount_at_stake"].sum(), 2),
    )
    opened = state.opened_at if state else view.published.moment("published_at") or now()
    due = say.until(opened + view.context.desk.due_within, now())
    facts = [html.Span(about)]
    if state is None or state.state != "decided":
        facts.append(html.Span(say.text("Due {when}", when=due), className="muted"))
    title = html.H1(say.text("Case {name}", name=view.name), tabIndex=-1)
    return html.Div(
        [_back(view), title, html.P(facts, className="facts"), header_actions(view, state)], className="case-head"
    )


def _back(view: View) -> Component:
    """Return the way back to the queue."""
    return dcc.Link(view.text("Back to the queue"), href="/queue", className="muted")


def _section(title: str, *body: Component) -> Component:
    """Return a block with its heading."""
    return html.Section([html.H2(title), *body], className="block")


def _unusual(view: View, rmas: pl.DataFrame) -> Component:
    """Return the signs of each RMA: what, how rare, against what is typical, and where the peers lie."""
    blocks: list[Component] = []
    for row in rmas.head(FULL).iter_rows(named=True):
        score = view.text("score {score} of 100", score=view.speech.number(row["risk_score"], 1))
        blocks.append(html.H3([dcc.Link(row["rma_id"], href=address("rma", row["rma_id"])), f" · {score}"]))
        blocks += [_sign(view, reason, row["stage"]) for reason in row["reasons"] or ()]
        if not row["reasons"]:
            blocks.append(html.P(view.text("Nothing stands out."), className="muted"))
    more = [
        html.Li([dcc.Link(row["rma_id"], href=address("rma", row["rma_id"])), f" {_told(view, first)}"])
        for row in rmas[FULL:].iter_rows(named=True)
        for first in [(row["reasons"] or [None])[0]]
    ]
    if more:
        blocks.append(
            html.Details([html.Summary(view.text("{n} more RMAs", n=view.speech.number(len(more)))), html.Ul(more)])
        )
    return _section(view.text("What is unusual"), *blocks)


def _told(view: View, reason: evidence.Row | None) -> str:
    """Return the sentence of a reason in the reader's language; empty where there is none."""
    return reason_text(view.speech, str(reason["code"]), str(reason["text"] or "")) if reason else ""


def _sign(view: View, reason: evidence.Row, stage: str) -> Component:
    """Return one reason with its rarity and the figures of the peers a click away."""
    say, sign = view.speech, sign_of(str(reason["code"]))
    parts: list[Component] = [html.Span(sentence(_told(view, reason)), className="sign-text")]
    if (
        sign is not None
        and isinstance(value := reason["value"], float)
        and isinstance(typical := reason["typical"], float)
    ):
        others = evidence.peers(view.published, sign.feature, stage)
        rare = evidence.rarity(others, value, typical)
        if rare is not None:
            parts.append(html.Span(say.text("1 in {n}", n=say.number(rare)), className="rare"))
        more = [html.P(view.text(sign.about), className="muted"), peer_plot(view, others, value, typical, sign.unit)]
        parts.append(html.Details([html.Summary(say.text("Against the others")), *more]))
    return html.Div(parts, className="sign")


def _counterfactual(view: View, rmas: pl.DataFrame) -> Component:
    """Return what would have to be typical for the first RMA not to be flagged."""
    first, say = rmas.row(0, named=True), view.speech
    threshold = evidence.flagged_from(view.published)
    needed = evidence.counterfactual(first["reasons"] or (), first["risk_score"], threshold or 0.0)
    title = say.text("Would not have been flagged if")
    if not needed:
        return _section(
            title, html.P(say.text("No sign alone explains it: several weak ones add up."), className="muted")
        )
    items = []
    for reason in needed:
        sign = sign_of(str(reason["code"]))
        at, usual = (measure(say, reason[name], sign.unit if sign else "") for name in ("value", "typical"))
        items.append(
            html.Li(
                say.text(
                    "{what}: {usual} instead of {at}", what=say.code(str(reason["code"]).lower()), usual=usual, at=at
                )
            )
        )
    return _section(title, html.Ul(items))


def _clauses(view: View, rmas: pl.DataFrame) -> Component:
    """Return how the first RMA stands against the return conditions."""
    rows = evidence.features(view.published, [rmas["rma_id"][0]])
    title = view.text("Against the return conditions")
    if rows.is_empty():
        return _section(title, html.P(view.text("No features were published."), className="muted"))
    row = rows.row(0, named=True)
    known = [(name, told, row[name]) for name, told in clauses().items() if row.get(name) not in {None, 0}]
    items = [
        html.Div(
            [
                html.Dt(view.speech.code(name)),
                html.Dd(
                    [
                        measure(view.speech, value, told["unit"]),
                        " · ",
                        html.Span(view.text(told["about"]), className="muted"),
                    ]
                ),
            ]
        )
        for name, told, value in known
        if isinstance(value, int | float)
    ]
    return _section(
        title,
        html.Dl(items, className="clauses")
        if items
        else html.P(view.text("Within all conditions."), className="muted"),
    )


LINE_COLUMNS = (
    Column("sku", "SKU"),
    Column("product_name", "Product"),
    Column("quantity", "Units", "number"),
    Column("reason", "Reason", "code"),
    Column("condition_grade", "Condition", "code"),
    Column("refund_method", "Refunded by", "code"),
    Column("requested_amount", "Asked", "money"),
    Column("refunds", "Refunded", "money"),
    Column("cost", "Net cost", "money"),
)


def _lines(view: View, lines: pl.DataFrame) -> Component:
    """Return the lines of the RMAs."""
    title = view.text("What comes back")
    return _section(title, data_table(view, lines, LINE_COLUMNS, title))


def _linked(view: View, rmas: pl.DataFrame) -> Component:
    """Return the accounts that belong together as a graph, with what they share, never the shared thing itself."""
    title = view.text("Linked accounts")
    rings = rmas["ring_id"].drop_nulls().unique().to_list()
    if not rings:
        return _section(title, html.P(view.text("No other account is linked to this one."), className="muted"))
    accounts = evidence.ring_accounts(view.published, rings)
    pairs = links(view.published, rings, accounts["customer_id"].to_list())
    if pairs:
        return _section(title, link_graph(view, accounts, pairs), _listed(view, [_pair(view, link) for link in pairs]))
    shared = evidence.shared_identifiers(view.published, accounts)
    rows = [
        f"{view.shopper(owner)}: {view.text(kind)} ({view.text('{n} other accounts', n=n)})"
        for owner, kind, n in shared
    ]
    return _section(title, account_graph(view, accounts, shared), _listed(view, rows))


def _pair(view: View, link: AccountLink) -> str:
    """Return what two accounts share as a line, with since when."""
    names = f"{view.shopper(link.one)} · {view.shopper(link.other)}: {kinds_of(view, link)}"
    return f"{names} ({view.text('since {day}', day=view.speech.day(link.since))})" if link.since else names


def _listed(view: View, rows: list[str]) -> Component:
    """Return what the graph shows, for those who read it."""
    return html.Details([html.Summary(view.text("As a list")), html.Ul([html.Li(row) for row in rows])])


HISTORY_COLUMNS = (
    Column("requested_at", "Requested", "day"),
    Column("rma_id", "RMA", "text", "/rma/{}"),
    Column("customer_id", "Shopper", "shopper"),
    Column("amount_at_stake", "At stake", "money"),
    Column("stage", "Stage", "code"),
    Column("risk_score", "Risk", "number"),
    Column("is_flagged", "Flagged", "flag"),
)


def _history(view: View, rmas: pl.DataFrame) -> Component:
    """Return the shoppers' other returns."""
    found = evidence.history(view.published, rmas["customer_id"].drop_nulls().unique().to_list())
    title = view.text("The shopper's returns so far: {n}", n=view.speech.number(found.height))
    return _section(title, data_table(view, found.head(HISTORY_ROWS), HISTORY_COLUMNS, title))


def _similar(view: View) -> Component:
    """Return cases like this one, and what was said of them."""
    found = evidence.similar(view.published, view.name)
    title = view.text("Similar cases, and what we said")
    if found.is_empty():
        return _section(title, html.P(view.text("No other case has the same sign."), className="muted"))
    store = view.context.reviews
    states = store.states(found["case_id"].to_list()) if store else {}
    verdicts = [(state.verdict if (state := states.get(name)) else None) or "" for name in found["case_id"]]
    told = [view.speech.code(verdict) if verdict else view.text("not decided") for verdict in verdicts]
    columns = (
        Column("case_id", "Case", "text", "/case/{}"),
        Column("at_stake", "At stake", "money"),
        Column("first", "What is unusual", "reason"),
        Column("said", "Verdict"),
    )
    first = pl.struct(code="reason_code", text="unusual").alias("first")
    return _section(title, data_table(view, found.with_columns(first, pl.Series("said", told)), columns, title))


PAGE = Page("/case", "Case", body=body)
RMA_PAGE = Page("/rma", "RMA", body=rma_body)

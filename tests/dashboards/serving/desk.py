"""A served home with a queue of made-up cases, people of every role, and a browser that logs in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import flask
import polars as pl
from dash import Dash, Input, Output, dcc, html
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboards.accounts import AccountStore
from dashboards.server import Parts
from dashboards.serving import ROLES
from tests import desk_shop

PASSWORD = "a long enough password"  # noqa: S105 - of people who are made up
MOMENT = datetime.fromisoformat("2026-06-20T06:00:00")
REASON = {
    "code": "LIGHT_BOX",
    "text": "box 61 % lighter than sold",
    "value": 0.61,
    "typical": 0.02,
    "contribution": 1.0,
}


def scores(n_cases: int, rmas: int = 2) -> pl.DataFrame:
    """Return the scores of some cases, the dearest first; the last one in fifty is not flagged."""
    n = n_cases * rmas
    numbers = list(range(n))
    return pl.DataFrame(
        {
            "rma_id": [f"R{number:06}" for number in numbers],
            "customer_id": [f"CUST-{number // rmas:06}" for number in numbers],
            "requested_at": [MOMENT] * n,
            "refund_amount": pl.Series([Decimal(100 + number % 300) for number in numbers], dtype=pl.Decimal(18, 4)),
            "amount_at_stake": pl.Series([Decimal(100 + number % 150) for number in numbers], dtype=pl.Decimal(18, 4)),
            "stage": ["received"] * n,
            "risk_score": [100 - 100 * number / n for number in numbers],
            "risk_rank": [number + 1 for number in numbers],
            "is_flagged": [True] * n,
            "outcome": ["HOLD" if number % 3 == 0 else "REVIEW" for number in numbers],
            "expected_loss": pl.Series([Decimal(n - number) for number in numbers], dtype=pl.Decimal(18, 4)),
            "reasons": [[REASON]] * n,
        }
    )


def publish(home: Path, n_cases: int, name: str = "one") -> Path:
    """Publish a set of some cases and make it the current one, in one step."""
    frame = scores(n_cases)
    cases = pl.col("customer_id").str.replace("CUST-", "C-").alias("case_id")
    queue = frame.with_columns(cases, pl.col("risk_rank").alias("queue_rank"))
    return desk_shop.publish(home, {"rma_scores": frame, "flagged_queue": queue}, name)


def plain_pages(server: flask.Flask, parts: Parts) -> Sequence[str]:
    """Mount a small Dash application, as the pages are."""
    del parts
    app = Dash("plain", server=server)  # type: ignore[arg-type]  # an application is taken too
    app.layout = html.Div([dcc.Input(id="given"), html.Div(id="page")])
    app.callback(Output("page", "children"), Input("given", "value"))(lambda value: value)
    hashes: list[str] = list(app.csp_hashes())
    return hashes


CALL = {
    "output": "page.children",
    "outputs": {"id": "page", "property": "children"},
    "inputs": [{"id": "given", "property": "value", "value": "hello"}],
    "changedPropIds": ["given.value"],
}
"""What Dash's scripts send when the input changes."""


def add_people(accounts: AccountStore) -> None:
    """Make a person of each role, named after it."""
    for role in ROLES:
        accounts.add(role, role, PASSWORD)


@dataclass
class Browser:
    """A browser that keeps cookies, and shows the token against forgery as Dash's scripts do."""

    client: FlaskClient

    def log_in(self, name: str, password: str = PASSWORD, next_: str = "/") -> TestResponse:
        """Log in through the page."""
        page = self.client.get("/login").get_data(as_text=True)
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
        assert found, page
        form = {"csrf": found[1], "name": name, "password": password, "next": next_}
        return self.client.post("/login", data=form)

    @property
    def token(self) -> str:
        cookie = self.client.get_cookie("_csrf_token")
        return cookie.value if cookie else ""

    def post(self, path: str, content: object = None, **headers: str) -> TestResponse:
        """Post JSON as a page's scripts do."""
        return self.client.post(path, json=content, headers={"X-CSRFToken": self.token} | headers)

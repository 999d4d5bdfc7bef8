"""Every role and every scope against every endpoint: exactly those that are allowed answer."""

from __future__ import annotations

import re

import flask
import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from dashboards import access
from dashboards.accounts import SCOPES
from dashboards.auth import Doors
from tests.dashboards.serving.conftest import TokenMaker
from tests.dashboards.serving.desk import CALL, Browser

WHO = ("nobody", "analyst", "reviewer", "admin", "disabled", *SCOPES, "analyst's token")
REFUSED = {401, 403}
PUBLIC = {"/login", "/auth.css", "/health", "/api/v1/openapi.json"}
DECIDERS_ONLY = {"/cases/<case_id>/file"}
NOBODY = {"/_reload-hash"}
"""What Dash offers to those who write pages, and pages do without."""
NEEDS = {
    "/api/v1/queue": "queue:read", "/api/v1/cases/<case_id>": "case:read", "/api/v1/scores": "scores:read",
    "/api/v1/scores/<rma_id>": "scores:read", "/api/v1/cases/<case_id>/decisions": "decision:write",
}  # fmt: skip
"""Written here a second time on purpose: what ``access.py`` says is held against it."""


def allowed(rule: str, who: str) -> bool:
    """Return whether somebody may call a path, by the words of docs/security.md."""
    if rule in PUBLIC:
        return True
    if rule.startswith("/api/"):
        return who == NEEDS[rule] or (who == "analyst's token" and NEEDS[rule] != "decision:write")
    if who not in {"analyst", "reviewer", "admin"} or rule in NOBODY:
        return False
    return who != "analyst" or rule not in DECIDERS_ONLY


def address(rule: Rule) -> str:
    """Return a path that a rule takes."""
    values = {"case_id": "C-000001", "rma_id": "R000002", "path": "somewhere", "fingerprinted_path": "dash.js"}
    parts = re.split(r"<(?:\w+:)?(\w+)>", rule.rule)
    return "".join(values.get(part, "dash") if place % 2 else part for place, part in enumerate(parts))


@pytest.mark.parametrize("who", WHO)
def test_exactly_the_allowed_endpoints_answer(
    server: flask.Flask, doors: Doors, browser: Browser, token: TokenMaker, who: str
) -> None:
    headers = {}
    if who in {"analyst", "reviewer", "admin"}:
        browser.log_in(who)
    elif who == "disabled":
        doors.accounts.add("gone", "admin", "a long enough password")
        browser.log_in("gone")
        doors.accounts.disable("gone")
    elif who == "analyst's token":
        headers = token("queue:read", "case:read", "scores:read", name="analyst")
    elif who in SCOPES:
        headers = token(who)
    rules = [rule for rule in server.url_map.iter_rules() if rule.endpoint != "log_out"]
    assert len(rules) >= 15
    wrong = []
    for rule in rules:
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            is_call = method == "POST" and "update-component" in rule.rule
            answer = browser.client.open(
                address(rule), method=method, headers={"X-CSRFToken": browser.token, "Idempotency-Key": who} | headers,
                json=CALL if is_call else {"verdict": "inspect", "version": 0} if method == "POST" else None,
            )  # fmt: skip
            is_log_in = rule.rule == "/login" and method == "POST"
            answered = answer.status_code not in REFUSED or is_log_in
            if answered != allowed(rule.rule, who) or answer.status_code >= 500:
                wrong.append((method, rule.rule, who, answer.status_code))
    assert wrong == []


def test_an_endpoint_that_nobody_declared_answers_nobody(server: flask.Flask) -> None:
    declared = {one.name for one in access.ENDPOINTS}
    assert {rule.rule for rule in server.url_map.iter_rules() if rule.endpoint not in declared} == NOBODY
    assert access.roles_of("something_new") == frozenset()


@pytest.mark.parametrize(
    ("output", "roles"),
    [
        ("page.children", 3), ("..page.children...nav.children..", 3), ("refresh.data", 2), ("draft.children", 2),
        ("..refresh.data@0a...toast.children@0a..", 2), ("..toast.children...secret.data..", 0), ("", 0), (None, 0),
        ("....", 0), ("page.children ", 0), (["page.children"], 0), ("PAGE.children", 0),
    ],
)  # fmt: skip
def test_a_callback_is_for_those_who_may_have_all_of_it(output: object, roles: int) -> None:
    assert len(access.roles_of_callback(output)) == roles


def test_an_analyst_s_token_never_decides(doors: Doors, client: FlaskClient, token: TokenMaker) -> None:
    doors.accounts.add("turncoat", "reviewer", None)
    headers = token("decision:write", name="turncoat") | {"Idempotency-Key": "k"}
    doors.accounts.vouch("turncoat", "analyst")
    answer = client.post("/api/v1/cases/C-000003/decisions", json={"verdict": "inspect", "version": 0}, headers=headers)
    assert answer.status_code == 403


def test_shoppers_are_masked_for_an_analyst_s_token(client: FlaskClient, token: TokenMaker) -> None:
    seen = {}
    for name in ("analyst", "reviewer"):
        answer = client.get("/api/v1/cases/C-000004", headers=token("case:read", name=name))
        seen[name] = answer.get_json()["customer_ids"]
    assert seen == {"analyst": ["•••04"], "reviewer": ["CUST-000004"]}

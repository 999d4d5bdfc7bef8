"""Every role before every address and every callback of the real pages: exactly those that are allowed answer."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from dashboards import access
from dashboards.reviews.database import reading
from dashboards.reviews.models import cases
from tests.dashboards.pages.conftest import PEOPLE, ServerMaker
from tests.dashboards.visitor import Site, Visitor
from tests.desk_shop import page_tables

REFUSED = {401, 403}
DECIDERS = {"reviewer", "admin"}
DECIDERS_ONLY = {"refresh.data", "draft.children"}
"""Parts of the document that follow a decision or prepare one; written here a second time on purpose."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, serve: ServerMaker) -> Site:
    return serve(tmp_path_factory.mktemp("home"), page_tables())


def outputs(spec: dict[str, Any]) -> list[dict[str, str]]:
    names = spec["output"].strip(".").split("...")
    return [dict(zip(("id", "property"), name.rsplit(".", 1), strict=True)) for name in names]


def told(spec: dict[str, Any], value: object) -> dict[str, Any]:
    """Return a call of a callback as a program would forge it, each input holding the same."""

    def given(one: dict[str, Any]) -> object:
        entry = {"property": one["property"], "value": value}
        if not one["id"].startswith("{"):
            return {"id": one["id"], **entry}
        name = {"type": json.loads(one["id"])["type"], "name": "claim"}
        return [{"id": name, **entry}]

    first = spec["inputs"][0]
    trigger = first["id"].replace('["ALL"]', '"claim"') if first["id"].startswith("{") else first["id"]
    is_many = spec["output"].startswith("..")
    return {
        "output": spec["output"],
        "outputs": outputs(spec) if is_many else outputs(spec)[0],
        "inputs": [given(one) for one in spec["inputs"]],
        "state": [given(one) for one in spec.get("state", ())],
        "changedPropIds": [f"{trigger}.{first['property']}"],
    }


def touched(site: Site) -> int:
    with reading(site.doors.store.engine) as connection:
        return len(connection.execute(cases.select()).all())


@pytest.mark.parametrize("name", ["analyst", "reviewer", "admin"])
def test_every_callback_answers_exactly_those_it_is_for(site: Site, name: str) -> None:
    visitor = Visitor.arrive(site, name)
    before, wrong = touched(site), []
    for spec in visitor.callbacks:
        changed = {f"{one['id']}.{one['property'].partition('@')[0]}" for one in outputs(spec)}
        for value in (None, 1, "approve", {"case_id": "C-4", "version": 0, "action": "claim"}, [{"case_id": "C-4"}]):
            status = visitor.browser.post("/_dash-update-component", told(spec, value)).status_code
            if (status in REFUSED) != (name not in DECIDERS and bool(changed & DECIDERS_ONLY)):
                wrong.append((spec["output"], value, status))
    assert wrong == []
    if name == "analyst":
        assert touched(site) == before


def test_every_callback_of_the_pages_is_declared(site: Site) -> None:
    visitor = Visitor.arrive(site, "analyst")
    there = {f"{one['id']}.{one['property'].partition('@')[0]}" for spec in visitor.callbacks for one in outputs(spec)}
    assert there == set(access.CALLBACKS)
    assert {name for name, roles in access.CALLBACKS.items() if "analyst" not in roles} == DECIDERS_ONLY


def asked(visitor: Visitor, rule: str, method: str) -> TestResponse:
    values = {"case_id": "C-4", "page": "costs", "name": "lines", "kind": "csv", "rma_id": "RMA-0"}
    parts = re.split(r"<(?:\w+:)?(\w+)>", rule)
    path = "".join(values.get(part, "dash") if place % 2 else part for place, part in enumerate(parts))
    headers = {"X-CSRFToken": visitor.browser.token}
    return visitor.browser.client.open(path, method=method, headers=headers, json={} if method == "POST" else None)


@pytest.mark.parametrize("name", sorted(PEOPLE))
def test_every_address_answers_exactly_those_it_is_for(site: Site, name: str) -> None:
    visitor, wrong = Visitor.arrive(site, name), []
    for rule in site.server.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            if rule.endpoint in {"log_out", "/_dash-update-component"}:
                continue
            answer = asked(visitor, rule.rule, method)
            may = rule.endpoint in access.PUBLIC or PEOPLE[name] in access.roles_of(rule.endpoint)
            # a session opens nothing of the interface for programs
            if (answer.status_code not in REFUSED) != (may or rule.endpoint == "log_in") or answer.status_code >= 500:
                wrong.append((name, method, rule.rule, answer.status_code))
    assert wrong == []


def test_downloads_need_somebody(site: Site) -> None:
    client = site.server.test_client()
    for address in ("/data/costs/lines.csv", "/data/costs/lines.xlsx", "/cases/C-4/file"):
        assert client.get(address).status_code == 401
    assert Visitor.arrive(site, "analyst").browser.client.get("/cases/C-4/file").status_code == 403
    assert Visitor.arrive(site, "reviewer").browser.client.get("/cases/C-4/file").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {}, [], "x", None, {"output": "page.children"}, {"output": "refresh.data", "inputs": "x"},
        {"output": "..page.children...nav.children...set-status.children..", "inputs": [], "outputs": []},
        {"output": "toast.children"}, {"output": ["refresh.data"]}, {"output": "url.search", "inputs": [{"id": 1}]},
    ],
)  # fmt: skip
def test_a_call_that_makes_no_sense_shows_nothing_of_the_inside(site: Site, body: object) -> None:
    answer = Visitor.arrive(site, "admin").browser.post("/_dash-update-component", body)
    assert 400 <= answer.status_code <= 500
    assert not any(word in answer.get_data(as_text=True) for word in ("Traceback", ".py", "Error:"))

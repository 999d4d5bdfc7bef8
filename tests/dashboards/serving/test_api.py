"""The REST interface: what it answers, what it refuses, and that nothing sent to it breaks it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import flask
import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from dashboards.auth import Doors
from dashboards.server import create_server, open_doors, open_store
from dashboards.serving import ServeSettings
from tests.dashboards.serving.conftest import TokenMaker
from tests.dashboards.serving.desk import add_people, publish, scores

API = "/api/v1"
OPERATIONS = (
    "GET /queue",
    "GET /cases/{case_id}",
    "POST /cases/{case_id}/decisions",
    "GET /scores",
    "GET /scores/{rma_id}",
)


def decide(
    client: FlaskClient, headers: dict[str, str], case_id: str, key: str, **body: object
) -> tuple[int, dict[str, object]]:
    answer = client.post(
        f"{API}/cases/{case_id}/decisions", headers=headers | {"Idempotency-Key": key},
        json={"verdict": "approve", "reason": "fine with us", "version": 0} | body,
    )  # fmt: skip
    return answer.status_code, answer.get_json()


def test_the_queue_comes_in_pages_the_dearest_first(client: FlaskClient, token: TokenMaker) -> None:
    pages = [client.get(f"{API}/queue?limit=20&offset={offset}", headers=token()).get_json() for offset in (0, 20, 40)]
    assert [len(page["cases"]) for page in pages] == [20, 20, 10]
    cases = [case for page in pages for case in page["cases"]]
    assert [case["case_id"] for case in cases] == [f"C-{number:06}" for number in range(50)]
    # of a hundred RMAs the first two are worth 100 and 99, and 100 and 101 are at stake in them
    assert (cases[0]["expected_loss"], cases[0]["amount_at_stake"], cases[0]["n_rmas"]) == ("199.0000", "201.0000", 2)
    assert (pages[0]["total"], pages[0]["currency"]) == (50, "EUR")


def test_the_queue_is_filtered_by_state_and_worth(client: FlaskClient, token: TokenMaker, doors: Doors) -> None:
    headers = token()
    assert decide(client, headers, "C-000020", "filter-1", verdict="inspect")[0] == 200
    doors.store.assign(["C-000020"], "reviewer", "admin")
    waiting = client.get(f"{API}/queue?state=waiting&assigned_to=reviewer", headers=headers).get_json()
    assert [case["case_id"] for case in waiting["cases"]] == ["C-000020"]
    assert waiting["cases"][0]["standing"]["version"] == 2
    dear = client.get(f"{API}/queue?min_expected_loss=190&outcome=HOLD", headers=headers).get_json()
    assert dear["total"] == 2


def test_a_case_tells_its_rmas_and_what_happened(client: FlaskClient, token: TokenMaker, doors: Doors) -> None:
    headers = token()
    decide(client, headers, "C-000021", "case-1", verdict="request_evidence", reason="photo of the label?")
    found = client.get(f"{API}/cases/C-000021", headers=headers).get_json()
    assert [rma["rma_id"] for rma in found["rmas"]] == ["R000042", "R000043"]
    assert [event["kind"] for event in found["history"]] == ["opened", "decision"]
    assert found["history"][1]["text"] == "photo of the label?"
    assert doors.store.history("C-000021")[-1].kind == "view"


def test_an_approval_is_final_and_the_same_key_is_the_same_decision(client: FlaskClient, token: TokenMaker) -> None:
    headers = token()
    first = decide(client, headers, "C-000022", "same")
    assert first[0] == 200
    assert first[1]["state"] == "decided"
    assert decide(client, headers, "C-000022", "same") == first
    assert decide(client, headers, "C-000022", "other")[0] == 409


@pytest.mark.parametrize("verdict", ["deny", "ban_proposal"])
def test_no_program_denies_by_itself(client: FlaskClient, token: TokenMaker, doors: Doors, verdict: str) -> None:
    case_id = f"C-00003{len(verdict) % 10}"
    assert decide(client, token(), case_id, f"{verdict}-0", verdict=verdict, reason="")[0] == 400
    status, standing = decide(client, token(), case_id, verdict, verdict=verdict, reason="empty box")
    assert (status, standing["state"]) == (200, "second")
    confirmed = doors.store.confirm(case_id, "admin", int(str(standing["version"])))
    assert confirmed.state == "decided"


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "offset=-1", "state=odd", "what=1", "limit=1&limit=2", "min_expected_loss=NaN"]
)
def test_a_query_that_makes_no_sense_is_refused(client: FlaskClient, token: TokenMaker, query: str) -> None:
    answer = client.get(f"{API}/queue?{query}", headers=token())
    assert answer.status_code == 422
    assert answer.get_json()["error"]


@pytest.mark.parametrize("body", [[], "x", None, {"verdict": "approve"}, {"verdict": "approve", "version": "1"}])
def test_a_body_that_makes_no_sense_is_refused(client: FlaskClient, token: TokenMaker, body: object) -> None:
    answer = client.post(f"{API}/cases/C-000001/decisions", json=body, headers=token() | {"Idempotency-Key": "k"})
    assert answer.status_code == 422


@pytest.mark.parametrize("path", ["cases/none", "scores/none", "cases/%00", f"scores/{'x' * 300}"])
def test_what_is_not_there_is_not_found(client: FlaskClient, token: TokenMaker, path: str) -> None:
    assert client.get(f"{API}/{path}", headers=token()).status_code == 404


def test_scores_are_those_of_the_published_set(client: FlaskClient, token: TokenMaker) -> None:
    frame = scores(50)
    page = client.get(f"{API}/scores?limit=3&offset=5&min_risk=10", headers=token()).get_json()
    assert [one["rma_id"] for one in page["scores"]] == frame["rma_id"].to_list()[5:8]
    one = client.get(f"{API}/scores/R000009", headers=token()).get_json()
    assert (one["risk_score"], one["risk_rank"]) == (91.0, 10)
    assert client.get(f"{API}/scores?outcome=CLEAR", headers=token()).get_json()["scores"] == []


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic abc", "Bearer \xff"])
def test_a_token_that_is_none_opens_nothing(client: FlaskClient, header: str) -> None:
    answer = client.get(f"{API}/queue", headers={"Authorization": header})
    assert answer.status_code == 401


def test_a_session_of_a_browser_opens_nothing_here(client: FlaskClient, doors: Doors) -> None:
    client.set_cookie("session", doors.sign(doors.accounts.open_session("admin")))
    assert client.get(f"{API}/queue").status_code == 401


def test_a_new_set_is_answered_from_at_once(tmp_path: Path) -> None:
    publish(tmp_path, 2)
    doors = open_doors(tmp_path, ServeSettings(), open_store(tmp_path, ServeSettings()))
    add_people(doors.accounts)
    raw = doors.accounts.make_token("admin", frozenset({"queue:read"}), timedelta(days=1))
    client = create_server(tmp_path, ServeSettings()).test_client()
    headers = {"Authorization": f"Bearer {raw}"}
    assert client.get(f"{API}/queue", headers=headers).get_json()["total"] == 2
    publish(tmp_path, 5, "two")
    assert client.get(f"{API}/queue", headers=headers).get_json()["total"] == 5


@pytest.mark.parametrize("examples", [10, pytest.param(300, marks=pytest.mark.slow)])
@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_nothing_that_is_sent_breaks_it(
    server: flask.Flask, token: TokenMaker, operation: str, mode: GenerationMode, examples: int
) -> None:
    method, path = operation.split()
    schema = schemathesis.openapi.from_wsgi(f"{API}/openapi.json", server)
    headers = token()

    @settings(max_examples=examples, suppress_health_check=list(HealthCheck), phases=[Phase.generate], database=None)
    @given(case=schema[path][method].as_strategy(generation_mode=mode))
    def send(case: Any) -> None:  # noqa: ANN401 - it is generic over what its schema is
        answer = case.call(headers=headers)
        assert answer.status_code < 500, answer.text
        case.validate_response(answer, checks=[schemathesis.checks.not_a_server_error])
        if answer.status_code == 200:
            case.operation.validate_response(answer)

    send()


def test_every_operation_of_the_document_is_tried(client: FlaskClient) -> None:
    paths = client.get(f"{API}/openapi.json").get_json()["paths"]
    named = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert named == set(OPERATIONS)

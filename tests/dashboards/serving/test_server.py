"""What every answer carries, and what an error looks like."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flask
import pytest
from flask.testing import FlaskClient

from dashboards.data import PublishedSetError
from dashboards.errors import StoreError
from dashboards.overload import Gate
from dashboards.server import create_server
from dashboards.serving import ServeSettings
from tests.dashboards.serving.conftest import TokenMaker
from tests.dashboards.serving.desk import Browser, publish

HTML = {"Accept": "text/html"}


@pytest.mark.parametrize("path", ["/login", "/health", "/api/v1/openapi.json", "/api/v1/queue", "/auth.css"])
def test_every_answer_carries_the_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert re.fullmatch(r"'self'( 'sha256-[\w+/=]+')+", policy["script-src"])
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe-eval" not in str(policy)


def test_only_style_sheets_are_kept_by_browsers(client: FlaskClient) -> None:
    assert client.get("/login").headers["Cache-Control"] == "no-store"
    assert "Cache-Control" not in client.get("/auth.css").headers


def failing(server: flask.Flask, message: Exception) -> FlaskClient:
    """Return a client of a server one of whose endpoints fails."""

    def fail() -> flask.Response:
        raise message

    server.add_url_rule("/fail", "health_fail", fail)
    return server.test_client()


def test_a_failure_shows_a_number_and_nothing_of_the_inside(
    home: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboards.access.PUBLIC", frozenset({"health_fail"}))
    client = failing(create_server(home, ServeSettings()), RuntimeError("secret inside"))
    with caplog.at_level(logging.ERROR, "returnwatch"):
        answer = client.get("/fail", headers=HTML)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 500
    found = re.search(r"written down as ([0-9a-f]{8})", text)
    assert found
    assert found[1] in caplog.text
    for hidden in ("secret inside", "Traceback", "RuntimeError", ".py"):
        assert hidden not in text


def test_a_home_without_a_set_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboards.access.PUBLIC", frozenset({"health_fail"}))
    client = failing(create_server(tmp_path, ServeSettings()), PublishedSetError(f"nothing in {tmp_path}"))
    answer = client.get("/fail")
    assert answer.status_code == 503
    assert "returnwatch run" in answer.get_json()["error"]
    assert str(tmp_path) not in answer.get_data(as_text=True)


def test_people_get_a_page_and_programs_get_json(client: FlaskClient) -> None:
    assert client.post("/health", headers=HTML).get_data(as_text=True).startswith("<!DOCTYPE html>")
    assert client.post("/health").get_json() == {"error": "Method not allowed"}
    assert client.get("/api/v1/nothing", headers=HTML).status_code in {302, 401}


def test_a_body_that_is_too_large_is_refused(browser: Browser) -> None:
    browser.log_in("admin")
    assert browser.post("/_dash-update-component", "x" * (2 << 20)).status_code == 413


def test_the_file_of_a_case_opens_without_a_network(browser: Browser, doors: object, token: TokenMaker) -> None:
    del doors
    headers = token() | {"Idempotency-Key": "file-1"}
    body = {"verdict": "request_evidence", "reason": "<script>alert(1)</script> photo?", "version": 0}
    assert browser.client.post("/api/v1/cases/C-000007/decisions", json=body, headers=headers).status_code == 200
    browser.log_in("reviewer")
    answer = browser.client.get("/cases/C-000007/file")
    page = answer.get_data(as_text=True)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="case-C-000007.html"'
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "CUST-000007" in page
    assert re.findall(r"(?:src|href)=", page) == []
    assert browser.client.get("/cases/nothing/file").status_code == 404


def test_a_store_that_cannot_be_opened_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        create_server(tmp_path, ServeSettings(reviews_url="postgresql://nobody@127.0.0.1:1/none"))
    (tmp_path / "secret_key").write_text("short", encoding="ascii")
    with pytest.raises(StoreError, match="32 characters"):
        create_server(tmp_path, ServeSettings())


def test_a_new_set_is_shown_when_it_is_there(tmp_path: Path) -> None:
    publish(tmp_path, 3)
    server = create_server(tmp_path, ServeSettings())
    assert server.test_client().get("/health").status_code == 200


class Answers:
    """An application that answers when it is told to, and what a gate before it said."""

    def __init__(self) -> None:
        self.entered = threading.Semaphore(0)
        self.release = threading.Event()
        self.statuses: list[str] = []

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        del environ
        self.entered.release()
        self.release.wait(10)
        start_response("200 OK", [])
        return [b"done"]

    def begin(self, status: str, *_: object) -> Callable[[bytes], object]:
        self.statuses.append(status)
        return bytes

    def asked(self, gate: Gate) -> threading.Thread:
        """Send a request through a gate, in a thread of its own."""
        thread = threading.Thread(target=lambda: gate({}, self.begin))
        thread.start()
        return thread


def test_what_is_too_much_is_turned_away_and_the_rest_answered() -> None:
    answers = Answers()
    gate = Gate(answers, active=2, waiting=3, patience=10)
    threads = [answers.asked(gate) for _ in range(12)]
    for _ in range(2):
        answers.entered.acquire()
    for _ in range(500):
        if len(answers.statuses) == 7:
            break
        answers.release.wait(0.02)
    assert answers.statuses == ["503 Service Unavailable"] * 7
    answers.release.set()
    for thread in threads:
        thread.join()
    assert sorted(answers.statuses) == ["200 OK"] * 5 + ["503 Service Unavailable"] * 7


def test_who_waits_longer_than_anybody_would_is_turned_away() -> None:
    answers = Answers()
    gate = Gate(answers, active=1, waiting=1, patience=0.05)
    first = answers.asked(gate)
    answers.entered.acquire()
    answers.asked(gate).join()
    assert answers.statuses == ["503 Service Unavailable"]
    answers.release.set()
    first.join()
    assert answers.statuses[1:] == ["200 OK"]

"""A process that has just begun answers for what a document names that another process made, to many at once."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import flask
import pytest

from dashboards.app import mount
from dashboards.server import Parts, create_server
from dashboards.serving import ServeSettings
from tests.dashboards.serving.desk import Browser, add_people
from tests.desk_shop import page_tables, publish

MANY = 8


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    publish(home, page_tables())
    return home


def test_the_first_requests_of_a_process_find_what_the_document_names(home: Path) -> None:
    seen: list[Parts] = []

    def watched(server: flask.Flask, parts: Parts) -> list[str]:
        seen.append(parts)
        return list(mount(server, parts))

    first, fresh = (create_server(home, ServeSettings(), watched) for _ in range(2))
    add_people(seen[0].accounts)
    browser = Browser(first.test_client())
    browser.log_in("reviewer")
    document = browser.client.get("/").get_data(as_text=True)
    scripts = re.findall(r'src="(/_dash-component-suites/[^"]+)"', document)
    assert len(scripts) > MANY
    session = browser.client.get_cookie("session")
    assert session is not None
    begin = Barrier(MANY)

    def ask(script: str) -> int:
        client = fresh.test_client()
        client.set_cookie("session", session.value)
        begin.wait()
        return client.get(script).status_code

    with ThreadPoolExecutor(MANY) as many:
        assert list(many.map(ask, scripts[:MANY])) == [200] * MANY

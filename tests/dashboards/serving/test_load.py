"""Fifty reviewers on one queue, with the server killed twice and two sets published meanwhile; then five times that.

How long it takes is set by the variable LOAD_SECONDS; the figures are printed.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from dashboards.auth import Doors
from dashboards.reviews.store import DECISION as DECIDED
from dashboards.server import open_doors, open_store
from dashboards.serving import ServeSettings
from tests.dashboards.reviews.conftest import new_database, postgres
from tests.dashboards.serving.desk import publish
from tests.dashboards.serving.reviewers import DECISION, QUEUE_PAGE, Reviewer, Seen

__all__ = ["postgres"]
pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[3]
SECONDS = float(os.environ.get("LOAD_SECONDS", "300"))
CASES, PEOPLE = 20_000, 50
MOST_SECONDS = float(os.environ.get("LOAD_P95", "0.3"))
"""What 95 of 100 answers may take."""

log = logging.getLogger("load")


@dataclass
class Served:
    """A server as a process of its own, to be killed and started again on the same port."""

    home: Path
    config: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("RETURNWATCH_")}
        command = [sys.executable, "-m", "pipelines", "serve", "--home", str(self.home), "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, "--config", str(self.config)], cwd=ROOT, start_new_session=True,
            env=environment | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def wait(self) -> None:
        for _ in range(600):
            try:
                if requests.get(f"{self.address}/health", timeout=5).ok:
                    return
            except requests.RequestException:
                time.sleep(0.2)
        pytest.fail("the server never answered")

    def kill(self) -> None:
        """End the server and its processes without a word."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str | None:
    return None if request.param == "sqlite" else new_database(request.getfixturevalue("postgres"))


@pytest.fixture
def served(tmp_path: Path, url: str | None) -> Iterator[Served]:
    config = tmp_path / "returnwatch.toml"
    config.write_text(f'[reviews]\nurl = "{url}"\n' if url else "", encoding="utf-8")
    publish(tmp_path, CASES)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = int(taken.getsockname()[1])
    one = Served(tmp_path, config, port)
    yield one
    if one.process is not None and one.process.poll() is None:
        one.kill()


@pytest.fixture
def doors(tmp_path: Path, url: str | None) -> Iterator[Doors]:
    settings = ServeSettings(reviews_url=url)
    doors = open_doors(tmp_path, settings, open_store(tmp_path, settings))
    yield doors
    doors.store.engine.dispose()


def tokens(doors: Doors, people: int) -> list[str]:
    made = []
    for number in range(people):
        doors.accounts.add(f"p{number}", "reviewer", None)
        scopes = frozenset({"queue:read", "decision:write"})
        made.append(doors.accounts.make_token(f"p{number}", scopes, timedelta(days=1)))
    return made


def begin(served: Served, doors: Doors, people: int, seconds: float, pause: float) -> tuple[Seen, list[Reviewer]]:
    made = tokens(doors, people)
    seen, until = Seen(), time.monotonic() + seconds
    crew = [Reviewer(number, served.address, token, seen, until, pause) for number, token in enumerate(made)]
    for one in crew:
        one.start()
    return seen, crew


def test_no_decision_is_lost_doubled_or_taken_by_two(served: Served, doors: Doors) -> None:
    served.start()
    served.wait()
    seen, crew = begin(served, doors, PEOPLE, SECONDS, pause=1)
    for number in range(2):
        time.sleep(SECONDS / 5)
        publish(served.home, CASES, f"set-{number}")
        time.sleep(SECONDS / 10)
        served.kill()
        served.start()
    for one in crew:
        one.join()
    written = doors.store.ledger.of_kinds((DECIDED,))
    log.info(
        "%s: %d decisions, p95 decision %.0f ms, queue page %.0f ms; %s; broken off %d",
        doors.store.engine.dialect.name, len(written), 1000 * seen.p95(DECISION), 1000 * seen.p95(QUEUE_PAGE),
        dict(seen.statuses), seen.broken,
    )  # fmt: skip
    assert len(seen.decided) > SECONDS
    assert seen.twice == []
    assert {entry.case_id: entry.actor for entry in written} == seen.decided
    assert len(written) == len(seen.decided)
    assert seen.statuses.keys() <= {200, 409, 429, 503}
    assert seen.broken > 0
    assert doors.store.verify_chain() == []
    assert seen.p95(DECISION) < MOST_SECONDS
    assert seen.p95(QUEUE_PAGE) < MOST_SECONDS


def test_at_five_times_the_load_the_rest_is_turned_away(served: Served, doors: Doors) -> None:
    served.start()
    served.wait()
    seen, crew = begin(served, doors, 5 * PEOPLE, min(SECONDS / 5, 60), pause=0.1)
    for one in crew:
        one.join()
    log.info("%s: five times the load: %s", doors.store.engine.dialect.name, dict(seen.statuses))
    assert seen.statuses.keys() <= {200, 409, 429, 503}
    assert seen.statuses[503] > 0
    doors.accounts.add("after", "reviewer", None)
    headers = {"Authorization": f"Bearer {doors.accounts.make_token('after', frozenset({'queue:read'}), timedelta(1))}"}
    rested, took = time.monotonic(), float("inf")
    while time.monotonic() - rested < 10 and took > MOST_SECONDS:
        started = time.monotonic()
        answer = requests.get(f"{served.address}/api/v1/queue?state=open", headers=headers, timeout=10)
        took = time.monotonic() - started if answer.ok else float("inf")
    log.info("back to normal after %.1f s", time.monotonic() - rested)
    assert took <= MOST_SECONDS
    assert doors.store.verify_chain() == []

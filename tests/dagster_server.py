"""A real Dagster: its webserver and its daemon as processes of their own, talked to as its pages do, by GraphQL."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.program import ROOT

BIN = Path(sys.executable).parent
RUNS = "{ runsOrError { ... on Runs { results { runId status jobName tags { key value } } } } }"
BACKFILL = """mutation($params: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $params) {
  __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message }
  ... on PartitionKeysNotFoundError { message } } }"""
STATUS = "query($id: String!) { partitionBackfillOrError(backfillId: $id) { ... on PartitionBackfill { status } } }"
ENDED = {"SUCCESS", "FAILURE", "CANCELED"}


@dataclass(frozen=True, slots=True)
class Server:
    """A webserver that answers, beside a daemon."""

    url: str
    environment: Mapping[str, str]
    logs: Path

    def ask(self, query: str, **variables: object) -> dict[str, Any]:
        """Return the data of a GraphQL query."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(f"{self.url}/graphql", body, {"Content-Type": "application/json"})  # noqa: S310
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - a server of this test
            content = json.loads(answer.read())
        assert "errors" not in content, content["errors"]
        data: dict[str, Any] = content["data"]
        return data

    def runs(self) -> list[dict[str, Any]]:
        """Return the runs, the newest first; tags as a mapping."""
        found: list[dict[str, Any]] = self.ask(RUNS)["runsOrError"]["results"]
        return [run | {"tags": {tag["key"]: tag["value"] for tag in run["tags"]}} for run in found]

    def backfill(self, days: list[str], **target: object) -> str:
        """Launch a backfill as the pages do and return its id."""
        answer = self.ask(BACKFILL, params={"partitionNames": days, **target})["launchPartitionBackfill"]
        assert answer["__typename"] == "LaunchBackfillSuccess", answer
        return str(answer["backfillId"])

    def backfill_status(self, backfill_id: str) -> str:
        return str(self.ask(STATUS, id=backfill_id)["partitionBackfillOrError"]["status"])

    def dagster(self, *arguments: str) -> str:
        """Run Dagster's program in the same instance and return what it printed."""
        done = subprocess.run(
            [BIN / "dagster", *arguments], env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def printed(self) -> str:
        """Return what the webserver, the daemon and every run printed."""
        return "\n".join(place.read_text(errors="replace") for place in sorted(self.logs.rglob("*")) if place.is_file())


def wait_until(seconds: float, is_so: Any) -> None:  # noqa: ANN401 - any callable that tells
    """Wait until something is so; fails after so many seconds."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"not so after {seconds} s: {is_so}"
        time.sleep(1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def dagster_server(folder: Path, instance: Path, variables: Mapping[str, str]) -> Iterator[Server]:
    """Start webserver and daemon on an instance's file below ``folder``; end both, whatever happens."""
    home, logs = folder / "dagster_home", folder / "logs"
    home.mkdir(parents=True)
    logs.mkdir()
    shutil.copy(instance, home / "dagster.yaml")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RETURNWATCH_", "COVERAGE_"))}
    environment = kept | {"DAGSTER_HOME": str(home), "PYTHONPATH": str(ROOT)} | dict(variables)
    workspace = ["-w", str(ROOT / "deploy/workspace.yaml")]
    port = str(free_port())
    commands: dict[str, list[str | Path]] = {
        "webserver": [BIN / "dagster-webserver", *workspace, "-h", "127.0.0.1", "-p", port],
        "daemon": [BIN / "dagster-daemon", "run", *workspace],
    }
    with ExitStack() as stack:
        processes = []
        for name, command in commands.items():
            log = stack.enter_context((logs / name).open("w"))
            process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)
            stack.callback(end, process)
            processes.append(process)
        server = Server(f"http://127.0.0.1:{port}", environment, logs)
        wait_until(240, lambda: answers(server) or any(process.poll() is not None for process in processes))
        assert answers(server), server.printed()[-3000:]
        yield server


def answers(server: Server) -> bool:
    try:
        return bool(server.ask("{ version }"))
    except OSError:
        return False


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process that was started here, and wait for it."""
    process.terminate()
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

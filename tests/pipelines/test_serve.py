"""The server as it is started: a real process on a real port."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from pipelines.errors import ReturnwatchError
from pipelines.serve import address, check_place, is_loopback, options, serve_settings
from pipelines.serve_settings import ServeSection
from pipelines.settings import Settings, load_settings
from tests.program import ROOT, returnwatch


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def serving(home: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the server until the end of the block, and yield its process and address."""
    port = free_port()
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("RETURNWATCH_", "COVERAGE_"))
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "pipelines", "serve", "--home", home, "--port", str(port), *arguments],
        cwd=ROOT, env=environment | {"PYTHONPATH": str(ROOT)}, text=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    place = f"http://127.0.0.1:{port}"
    try:
        until_it_answers(process, place)
        yield process, place
    finally:
        process.terminate()
        process.wait(40)
        if process.stderr:
            process.stderr.close()


def until_it_answers(process: subprocess.Popen[str], place: str) -> None:
    for _ in range(600):
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
        try:
            if requests.get(f"{place}/health", timeout=5).ok:
                return
        except (requests.ConnectionError, requests.Timeout):
            time.sleep(0.1)
    pytest.fail("the server never answered")


def workers_of(process: subprocess.Popen[str]) -> set[str]:
    """Return the processes that the server has started."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return set(children.read_text(encoding="ascii").split())


def test_it_serves_begins_anew_and_ends(tmp_path: Path) -> None:
    with serving(tmp_path) as (process, place):
        page = requests.get(f"{place}/login", timeout=10)
        assert page.ok
        assert "Log in" in page.text
        assert requests.get(f"{place}/api/v1/queue", timeout=10).status_code == 401
        before = workers_of(process)
        assert len(before) == 2
        process.send_signal(signal.SIGHUP)
        failed = 0
        for _ in range(300):
            failed += not requests.get(f"{place}/health", timeout=10).ok
            if not workers_of(process) & before and len(workers_of(process)) == 2:
                break
            time.sleep(0.05)
        assert failed == 0
        assert workers_of(process).isdisjoint(before)
    assert process.returncode == 0


def test_other_machines_are_not_served_in_clear_text(tmp_path: Path) -> None:
    done = returnwatch("serve", "--home", tmp_path, "--host", "0.0.0.0")  # noqa: S104 - to be refused
    assert done.code == 1
    assert "clear text" in done.err
    assert "tls_certificate" in done.err
    assert done.err.count("\n") == 1
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("host", ["::", "192.0.2.7", "shop.example"])
def test_no_address_of_a_network_is_served_in_clear_text(host: str) -> None:
    with pytest.raises(ReturnwatchError, match="clear text"):
        check_place(ServeSection(host=host))


def test_with_a_proxy_the_server_wants_to_know_its_names() -> None:
    with pytest.raises(ReturnwatchError, match="names"):
        check_place(ServeSection(host="192.0.2.7", proxies=1))
    check_place(ServeSection(host="192.0.2.7", proxies=1, names=("returns.example",)))
    check_place(ServeSection(host="127.0.0.1"))


def test_a_certificate_that_is_not_there_is_told(tmp_path: Path) -> None:
    gone = tmp_path / "gone.pem"
    with pytest.raises(ReturnwatchError, match="no such file"):
        check_place(ServeSection(tls_certificate=gone, tls_key=gone))
    config = tmp_path / "half.toml"
    config.write_text('[serve]\ntls_key = "key.pem"\n', encoding="utf-8")
    with pytest.raises(ReturnwatchError, match="together"):
        load_settings(config)


@pytest.mark.parametrize(("host", "expected"), [
    ("127.0.0.1", True), ("::1", True), ("[::1]", True), ("localhost", True), ("127.8.8.8", True),
    ("0.0.0.0", False), ("example.com", False), ("10.0.0.1", False),  # noqa: S104 - as above
])  # fmt: skip
def test_which_addresses_are_this_machine_s_own(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_what_is_set_reaches_the_server(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n", encoding="utf-8")
    config = tmp_path / "returnwatch.toml"
    config.write_text(
        '[reviews]\nfour_eyes_above = "250"\nclaim_minutes = 5\n'
        '[serve]\nproxies = 1\nnames = ["returns.example"]\nidle_minutes = 7\nactive = 3\nwaiting = 4\n'
        f'[oidc]\nissuer = "https://id.example"\nclient_id = "rw"\nclient_secret_file = "{secret}"\n'
        '[oidc.roles]\nfraud = "reviewer"\n',
        encoding="utf-8",
    )
    settings = load_settings(config)
    told = serve_settings(settings, settings.serve)
    assert (str(told.rules.four_eyes_above), told.rules.claim.seconds, told.idle.seconds) == ("250", 300, 420)
    assert told.hosts[-1] == "returns.example"
    assert told.is_https
    assert told.oidc is not None
    assert (told.oidc.client_secret, told.oidc.roles) == ("s3cret", {"fraud": "reviewer"})
    assert options(settings.serve)["threads"] == 15
    secret.unlink()
    with pytest.raises(ReturnwatchError, match="client_secret_file"):
        serve_settings(settings, settings.serve)


def test_the_address_of_the_store_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETURNWATCH_REVIEWS__URL", "postgresql://rw:hunter2@db/reviews")
    shown = str(load_settings(None).model_dump(mode="json"))
    assert "hunter2" not in shown
    assert address(Settings().serve) == "http://127.0.0.1:8050/"

"""The commands about accounts, run as a user does."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from dashboards.errors import DashboardError
from pipelines.errors import WrongArgumentError
from pipelines.users import add_user, change_password, disable_user, list_users, make_token, opened, read_password
from tests.program import ROOT

PASSWORD = "a password from a pipe"  # noqa: S105 - of somebody who is made up


def test_an_account_is_made_by_the_program(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pipelines", "users", "add", "ann", "--role", "reviewer", "--password-stdin"],
        input=f"{PASSWORD}\n", capture_output=True, text=True, check=False, cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "RETURNWATCH_HOME": str(tmp_path), "PATH": ""},
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "ann may work here as reviewer.\n", "")
    with opened(tmp_path, None) as (accounts, _):
        assert accounts.verified("ann", PASSWORD) is not None
        assert accounts.verified("ann", PASSWORD + "x") is None


def add(home: Path, monkeypatch: pytest.MonkeyPatch, name: str, role: str, password: str = PASSWORD) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))
    add_user(home, None, name, role, from_stdin=True, as_json=False)


def test_an_account_is_listed_given_a_token_and_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    list_users(tmp_path, None, as_json=False)
    add(tmp_path, monkeypatch, "ann", "reviewer")
    make_token(tmp_path, None, "ann", ["queue:read"], 3, as_json=False)
    token = capsys.readouterr().out.split()[-1]
    list_users(tmp_path, None, as_json=True)
    assert json.loads(capsys.readouterr().out)["users"] == [{"name": "ann", "role": "reviewer", "is_disabled": False}]
    with opened(tmp_path, None) as (accounts, _):
        bearer = accounts.bearer(token)
        assert bearer is not None
        assert bearer.scopes == {"queue:read"}
    monkeypatch.setattr(sys, "stdin", io.StringIO("another long password\n"))
    change_password(tmp_path, None, "ann", from_stdin=True, as_json=False)
    with opened(tmp_path, None) as (accounts, _):
        assert accounts.bearer(token) is None
        assert accounts.verified("ann", "another long password") is not None
    disable_user(tmp_path, None, "ann", as_json=False)
    with opened(tmp_path, None) as (accounts, store):
        assert accounts.verified("ann", "another long password") is None
        kinds = [one.kind for one in store.audit()]
        assert kinds == ["account_disabled", "password_changed", "token_made", "account_added"]
        assert store.verify_chain() == []


@pytest.mark.parametrize(("asked", "told"), [
    (("ann", "king", PASSWORD), "'king' is no role"), (("ann", "admin", "short"), "12 to 200"),
    (("<b>", "admin", PASSWORD), "a name has"), (("taken", "admin", PASSWORD), "there already"),
])  # fmt: skip
def test_what_cannot_be_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: tuple[str, str, str], told: str
) -> None:
    add(tmp_path, monkeypatch, "taken", "analyst")
    with pytest.raises(DashboardError, match=told):
        add(tmp_path, monkeypatch, *asked)


@pytest.mark.parametrize(("name", "scopes", "told"), [
    ("taken", ["decision:write"], "analyst"), ("taken", ["everything"], "no scope"), ("taken", [], "needs a scope"),
    ("bob", ["queue:read"], "no account bob"),
])  # fmt: skip
def test_a_token_that_cannot_be_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, scopes: list[str], told: str
) -> None:
    add(tmp_path, monkeypatch, "taken", "analyst")
    with pytest.raises(DashboardError, match=told):
        make_token(tmp_path, None, name, scopes, 1, as_json=False)


def test_without_a_terminal_a_password_is_not_waited_for() -> None:
    with pytest.raises(WrongArgumentError, match="--password-stdin"):
        read_password(from_stdin=False)

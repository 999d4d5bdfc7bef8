"""Logging in and out, and what is turned away: forged sessions, foreign pages, guesses at passwords."""

from __future__ import annotations

import random
import string
from datetime import datetime, timedelta
from pathlib import Path

import flask
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from dashboards.accounts import AccountStore
from dashboards.auth import Doors
from dashboards.reviews.database import reading, writing
from dashboards.reviews.models import sessions
from dashboards.server import create_server
from dashboards.serving import ServeSettings
from tests.dashboards.serving.desk import CALL, PASSWORD, Browser, plain_pages

UPDATE = "/_dash-update-component"


def test_who_is_not_logged_in_is_sent_to_the_log_in_page(client: FlaskClient) -> None:
    answer = client.get("/queue?state=open", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/login?next=/queue?state%3Dopen")
    assert client.get("/_dash-layout").status_code == 401


def test_a_person_logs_in_works_and_logs_out(browser: Browser, doors: Doors) -> None:
    answer = browser.log_in("reviewer", next_="/queue")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/queue")
    assert browser.client.get("/_dash-layout").status_code == 200
    answer = browser.post(UPDATE, CALL)
    assert answer.get_json()["response"]["page"]["children"] == "hello"
    assert browser.client.get("/login").status_code == 303
    held = browser.client.get_cookie("session")
    assert browser.post("/logout").status_code == 303
    assert held is not None
    browser.client.set_cookie("session", held.value)
    assert browser.client.get("/_dash-layout").status_code == 401
    assert [entry.kind for entry in doors.store.audit(2)] == ["log_out", "log_in"]


def test_a_new_session_takes_the_place_of_the_old_one(browser: Browser) -> None:
    browser.log_in("reviewer")
    first = browser.client.get_cookie("session")
    browser.client.delete_cookie("log_in")
    browser.post("/logout")
    browser.log_in("admin")
    second = browser.client.get_cookie("session")
    assert first is not None
    assert second is not None
    assert first.value != second.value


def test_cookies_are_kept_from_scripts_and_other_sites(browser: Browser, home: Path) -> None:
    cookies = browser.log_in("reviewer").headers.getlist("Set-Cookie")
    session = next(one for one in cookies if one.startswith("session="))
    assert "HttpOnly" in session
    assert "SameSite=Lax" in session
    safe = create_server(home, ServeSettings(is_https=True), plain_pages)
    answer = Browser(safe.test_client()).log_in("reviewer")
    with_tls = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("__Host-session=")]
    assert answer.status_code in {303, 400}
    assert all("Secure" in one for one in with_tls)
    assert "max-age" in answer.headers["Strict-Transport-Security"]


@pytest.mark.parametrize("name", ["reviewer", "no-such-person", "nul\0name", "'; drop table accounts; --"])
def test_a_wrong_password_and_an_unknown_name_read_the_same(browser: Browser, name: str) -> None:
    answer = browser.log_in(name, "not the password at all")
    assert answer.status_code == 401
    assert "Name or password is wrong." in answer.get_data(as_text=True)


def test_after_five_failures_the_name_is_locked_for_a_while(browser: Browser, doors: Doors) -> None:
    doors.accounts.add("locked", "reviewer", PASSWORD)
    seen = [browser.log_in("locked", "wrong but long enough").status_code for _ in range(6)]
    assert seen == [401] * 5 + [429]
    assert browser.log_in("locked").status_code == 429
    assert browser.log_in("admin").status_code == 303


def test_a_disabled_account_is_out_at_once(browser: Browser, doors: Doors) -> None:
    doors.accounts.add("leaver", "reviewer", PASSWORD)
    browser.log_in("leaver")
    assert browser.client.get("/_dash-layout").status_code == 200
    doors.accounts.disable("leaver")
    assert browser.client.get("/_dash-layout").status_code == 401
    assert browser.log_in("leaver").status_code == 401


@pytest.mark.parametrize("column", ["expires_at", "seen_at"])
def test_a_session_ends_by_age_and_by_rest(browser: Browser, doors: Doors, column: str) -> None:
    browser.log_in("analyst")
    with writing(doors.store.engine) as connection:
        old = doors.store.clock() - timedelta(hours=13)
        connection.execute(update(sessions).where(sessions.c.account == "analyst").values({column: old}))
    assert browser.client.get("/_dash-layout").status_code == 401


def test_the_use_of_a_session_is_written_down_once_a_minute(browser: Browser, doors: Doors) -> None:
    browser.log_in("admin")
    earlier = doors.store.clock() - timedelta(minutes=30)
    with writing(doors.store.engine) as connection:
        connection.execute(update(sessions).values(seen_at=earlier))
    browser.client.get("/_dash-layout")
    with reading(doors.store.engine) as connection:
        seen: list[datetime] = list(connection.execute(select(sessions.c.seen_at)).scalars())
    assert max(seen) > earlier


FULL = pytest.param(1000, marks=pytest.mark.slow)
"""What is promised; the tests of every day try fewer."""


def ended(doors: Doors, draw: random.Random) -> str:
    """Return a session that was real: too old, too long at rest, logged out, or of an account that is closed."""
    session = doors.accounts.open_session("shut" if (way := draw.randrange(4)) == 3 else "reviewer")
    if way == 0:
        doors.accounts.close_session(session)
    elif way < 3:
        column, old = (
            ("expires_at", "seen_at")[way - 1],
            doors.store.clock() - timedelta(minutes=61 + draw.randrange(999)),
        )
        token = doors.accounts._hash(session)  # noqa: SLF001 - which row it is
        with writing(doors.store.engine) as connection:
            connection.execute(update(sessions).where(sessions.c.token == token).values({column: old}))
    return doors.sign(session)


def forged(doors: Doors, draw: random.Random, real: str) -> str:
    """Return a session that this server did not give out, that was altered, or that has ended."""
    way = draw.randrange(7)
    letters = "".join(draw.choices(string.ascii_letters + string.digits + "-_", k=43))
    if way == 0:
        return letters
    if way == 1:
        return f"{letters}.{''.join(draw.choices(string.ascii_letters, k=43))}"
    if way == 2:
        place = draw.randrange(len(real))
        other = "A" if real[place] != "A" else "B"
        return real[:place] + other + real[place + 1 :]
    if way == 3:
        return doors.sign(letters)
    return real.rsplit(".", 1)[0] if way == 4 else ended(doors, draw)


@pytest.fixture
def shut(doors: Doors) -> None:
    """Make an account that is disabled as soon as it is there, and its sessions with it."""
    if "shut" not in {one.name for one in doors.accounts.all()}:
        doors.accounts.add("shut", "admin", None)
        doors.accounts.disable("shut")


@pytest.mark.usefixtures("shut")
@pytest.mark.parametrize("n", [200, FULL])
def test_no_forged_altered_or_ended_session_is_accepted(server: flask.Flask, doors: Doors, n: int) -> None:
    browser = Browser(server.test_client())
    browser.log_in("admin")
    held = browser.client.get_cookie("session")
    assert held is not None
    accepted = []
    for number in range(n):
        draw, client = random.Random(number), server.test_client()  # noqa: S311 - what is forged, nothing secret
        client.set_cookie("session", forged(doors, draw, held.value))
        statuses = {client.get("/_dash-layout").status_code, client.get("/data/costs/lines.csv").status_code}
        if statuses != {401}:
            accepted.append((number, statuses))
    assert accepted == []
    assert browser.client.get("/_dash-layout").status_code == 200


@pytest.mark.parametrize("n", [200, FULL])
def test_no_post_without_the_session_s_own_token_is_accepted(server: flask.Flask, n: int) -> None:
    browser = Browser(server.test_client())
    browser.log_in("admin")
    statuses = {forged_post(browser, random.Random(number)) for number in range(n)}  # noqa: S311 - as above
    assert statuses == {403}
    assert browser.post(UPDATE, CALL).status_code == 200


def forged_post(browser: Browser, draw: random.Random) -> int:
    """Post as another site's page would, or with a token that is not the session's."""
    token = browser.token
    wrong = "".join(draw.choices("0123456789abcdef", k=64))
    headers: list[dict[str, str]] = [
        {}, {"X-CSRFToken": ""}, {"X-CSRFToken": wrong}, {"X-CSRFToken": token[:-1]},
        {"X-CSRFToken": token, "Sec-Fetch-Site": "cross-site"}, {"X-CSRFToken": token, "Sec-Fetch-Site": "same-site"},
        {"X-CSRFToken": token, "Origin": "https://evil.example"}, {"X-CSRFToken": token, "Origin": "null"},
        {"X-CSRFToken": token, "Origin": "http://localhost:1"},
    ]  # fmt: skip
    path = draw.choice([UPDATE, "/logout"])
    return browser.client.post(path, json=CALL, headers=draw.choice(headers)).status_code


def test_a_log_in_from_another_site_s_page_is_refused(client: FlaskClient) -> None:
    form = {"name": "admin", "password": PASSWORD}
    assert client.post("/login", data=form).status_code == 400
    answer = client.post("/login", data=form, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


@pytest.mark.parametrize("next_", ["https://evil.example", "//evil.example", "/\\evil.example", "/\tx", "javascript:1"])
def test_nobody_is_sent_elsewhere_after_logging_in(browser: Browser, next_: str) -> None:
    assert browser.log_in("admin", next_=next_).headers["Location"] == "/"


def test_a_server_is_called_by_its_own_names_alone(client: FlaskClient) -> None:
    assert client.get("/health", headers={"Host": "localhost:8050"}).status_code == 200
    assert client.get("/health", headers={"Host": "evil.example"}).status_code == 400


def test_what_the_store_holds_opens_nothing(browser: Browser, doors: Doors) -> None:
    browser.log_in("admin")
    with reading(doors.store.engine) as connection:
        stored = connection.execute(select(sessions.c.token)).scalars().all()
    assert stored
    for token in stored:
        client = browser.client.application.test_client()
        client.set_cookie("session", doors.sign(token))
        assert client.get("/_dash-layout").status_code == 401


def test_the_accounts_of_another_key_let_nobody_in(doors: Doors) -> None:
    session = doors.accounts.open_session("admin")
    other = AccountStore(doors.store.engine, b"another key")
    assert doors.accounts.session_account(session) is not None
    assert other.session_account(session) is None

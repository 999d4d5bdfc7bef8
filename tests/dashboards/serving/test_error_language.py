"""Who has not logged in yet, and who did something wrong, is told so in their language."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from dashboards.errors import ConflictError
from dashboards.i18n import Speech
from dashboards.lockout import NAME_TRIES
from tests.dashboards.serving.desk import PASSWORD, Browser

PAGE = {"Accept": "text/html"}


@pytest.mark.parametrize(
    ("language", "button", "wrong"),
    [
        ("en", "Log in", "Name or password is wrong."),
        ("nl", "Inloggen", "Naam of wachtwoord is onjuist."),
        ("de", "Anmelden", "Name oder Passwort ist falsch."),
    ],
)
def test_the_log_in_page_speaks_the_browsers_language(
    client: FlaskClient, browser: Browser, language: str, button: str, wrong: str
) -> None:
    client.set_cookie("rw_language", language)
    page = client.get("/login").get_data(as_text=True)
    assert f'<html lang="{language}">' in page
    assert f"<title>{button} · returnwatch</title>" in page
    assert f'<button type="submit">{button}</button>' in page
    assert wrong in browser.log_in("reviewer", "not the password").get_data(as_text=True)


def test_a_browser_that_asks_for_german_gets_it_without_a_cookie(client: FlaskClient) -> None:
    page = client.get("/login", headers={"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}).get_data(as_text=True)
    assert ">Passwort</label>" in page


def test_who_is_locked_out_reads_for_how_long(client: FlaskClient, browser: Browser) -> None:
    client.set_cookie("rw_language", "nl")
    for _ in range(NAME_TRIES):
        browser.log_in("nobody-by-this-name", "wrong")
    told = browser.log_in("nobody-by-this-name", "wrong")
    assert told.status_code == 429
    assert "Er zijn te veel inlogpogingen mislukt; wacht 15 minuten, of vraag een beheerder." in told.text


@pytest.mark.parametrize(("language", "title"), [("nl", "Niet gevonden"), ("de", "Nicht gefunden")])
def test_an_error_has_a_page_in_the_persons_language(
    client: FlaskClient, browser: Browser, language: str, title: str
) -> None:
    browser.log_in("reviewer", PASSWORD)
    client.set_cookie("rw_language", language)
    page = client.get("/cases/C-none/file", headers=PAGE)
    assert page.status_code == 404
    assert f"<h1>{title}</h1>" in page.text
    assert "published set" not in page.text
    answer = client.get("/cases/C-none/file", headers={"Accept": "application/json"})
    assert answer.json == {"error": "There is no such case in the published set; look at the queue again"}


def test_an_error_carries_its_values_into_each_language() -> None:
    error = ConflictError(
        "case {case} is held by {holder}; take another, or ask for its release", case="C-{x}", holder="b"
    )
    assert str(error) == "case C-{x} is held by b; take another, or ask for its release"
    assert error.told(Speech("en")) == "Case C-{x} is held by b; take another, or ask for its release"
    assert error.told(Speech("nl")).startswith("Zaak C-{x} is in behandeling bij b;")

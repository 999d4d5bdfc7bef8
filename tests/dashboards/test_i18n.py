from __future__ import annotations

import json
import re
import string
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from babel.dates import format_date

from dashboards import i18n
from dashboards.errors import DashboardError
from dashboards.i18n import LANGUAGES, RULES, Speech, best_language, catalogue
from dashboards.reviews.rules import check_text
from tests.page_sentences import sentences

SPACE = "\N{NO-BREAK SPACE}"
OTHERS = [code for code in LANGUAGES if code != "en"]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_of_the_pages_is_translated(language: str) -> None:
    found = sentences()
    assert len(found) > 300
    assert sorted(found - set(catalogue(language))) == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_keeps_the_values_of_its_sentence(language: str) -> None:
    wrong = {key: told for key, told in catalogue(language).items() if placeholders(key) != placeholders(told)}
    assert wrong == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_is_translated_in_one_place(language: str) -> None:
    told = Counter[str]()
    for file in (Path(i18n.__file__).parent / "locale" / language).glob("*.json"):
        told.update(json.loads(file.read_text(encoding="utf-8")).keys())
    assert [sentence for sentence, times in told.items() if times > 1] == []
    assert told.keys() == catalogue(language).keys()


def test_english_has_a_catalogue_of_plurals_alone() -> None:
    assert [told for told in catalogue("en").values() if not re.search(r"\{\w+:\w[^{}]*\|", told)] == []


@pytest.mark.parametrize(
    ("n", "told"),
    [("0", "0 dagen later"), ("1", "1 dag later"), ("2", "2 dagen later"), ("1.000", "1.000 dagen later")],
)
def test_a_word_goes_with_its_count(n: str, told: str) -> None:
    assert Speech("nl").text("{n} days later", n=n) == told


def test_no_page_calls_a_shopper_names() -> None:
    told = [*sentences(), *catalogue("nl").values(), *catalogue("de").values()]
    # between backticks stand names of columns and codes, as they are in the downloads
    said = [re.sub(r"`[^`]*`", "", text) for text in told]
    assert [text for text in said if re.search(r"fraud|betrug|fraude|schwindel|oplicht", text, re.IGNORECASE)] == []


@pytest.mark.parametrize(
    ("language", "number", "money", "share", "day"),
    [
        ("en", "1,234.50", "€1,234.50", "12.3%", "9 Nov 2026"),
        ("nl", "1.234,50", f"€{SPACE}1.234,50", "12,3%", "9 nov 2026"),
        ("de", "1.234,50", f"1.234,50{SPACE}€", f"12,3{SPACE}%", "09.11.2026"),
    ],
)
def test_figures_read_as_in_the_language(language: str, number: str, money: str, share: str, day: str) -> None:
    speech = Speech(language, "EUR")
    assert speech.number(Decimal("1234.5"), 2) == number
    assert speech.money(Decimal("1234.5"), 2) == money
    assert speech.share(0.1234) == share
    assert speech.day(date(2026, 11, 9)) == day


def test_what_is_not_known_is_a_dash() -> None:
    speech = Speech("de", "EUR")
    told = [speech.number(None), speech.money(None), speech.share(None), speech.day(None), speech.number(float("nan"))]
    assert set(told) == {"–"}  # noqa: RUF001 - the dash of the pages


def test_an_amount_without_a_currency_is_a_number() -> None:
    assert Speech("en").money(Decimal("-1234.5"), 1) == "-1,234.5"


def test_a_change_tells_its_direction_in_points() -> None:
    assert Speech("nl").change(0.21, 0.18) == "3,0 procentpunt hoger"
    assert Speech("en").change(0.18, 0.21) == "down 3.0 points"
    assert Speech("en").change(0.2, 0.2) == "unchanged"
    assert Speech("en").change(0.2, None) == ""


def test_how_long_there_is_reads_in_the_language() -> None:
    at = datetime.fromisoformat("2026-11-09T06:00:00")
    assert Speech("de").until(datetime.fromisoformat("2026-11-09T09:00:00"), at) == "in 3 Std."
    assert Speech("en").until(datetime.fromisoformat("2026-11-09T04:00:00"), at) == "2 hr ago"


@pytest.mark.parametrize(
    ("asked", "accepted", "shown"),
    [
        ("de", "nl", "de"),
        (None, "fr-FR,fr;q=0.9,nl;q=0.8", "nl"),
        ("xx", None, "en"),
        (None, "pt", "en"),
    ],
)
def test_the_language_is_the_one_asked_for_else_the_browsers(
    asked: str | None, accepted: str | None, shown: str
) -> None:
    assert best_language(asked, accepted) == shown


@pytest.mark.parametrize("language", OTHERS)
def test_calendars_name_months_and_days_as_the_pages_do(language: str) -> None:
    script = (Path(i18n.__file__).parent / "assets/dates.js").read_text(encoding="utf-8")
    names = json.loads(script.partition(f"window.dayjs_locale_{language} = ")[2].partition(";\n")[0])
    speech = Speech(language)
    # the abbreviated month stands in every month of the pages, and 2026 begins on a Thursday
    shown = [speech.month(date(2026, number, 1)) for number in range(1, 13)]
    assert [short for short, month in zip(names["monthsShort"], shown, strict=True) if short not in month] == []
    assert [format_date(date(2026, 1, 4 + day), "EEEE", RULES[language]) for day in range(7)] == names["weekdays"]
    assert [format_date(date(2026, number, 1), "LLLL", RULES[language]) for number in range(1, 13)] == names["months"]


def test_figures_in_what_is_refused_read_as_in_the_language() -> None:
    with pytest.raises(DashboardError) as refused:
        check_text("x" * 10_000, "a reason")
    assert str(refused.value).startswith("a reason may have 4,000 characters")
    assert refused.value.told(Speech("en")).startswith("A reason may have 4,000 characters")
    assert refused.value.told(Speech("de")).startswith("Ein Grund darf 4.000 Zeichen haben")

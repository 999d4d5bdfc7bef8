"""Languages: texts from message catalogues, numbers, money and dates as a reader of that language writes them.

What belongs here: which languages there are and how a value reads in each. English sentences are the
keys of the catalogues (``locale/nl/*.json``, ``locale/de/*.json``, one a topic); one that a catalogue lacks stays
English, whose own catalogue holds plurals alone. What follows a count is written ``{n:day|days}``. What does not
belong here: which sentences the published set tells (``wording.py``).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from string import Formatter

import flask
from babel import Locale as Rules
from babel.dates import format_date, format_skeleton, format_timedelta
from babel.numbers import format_currency, format_decimal, format_percent, get_decimal_symbol, get_group_symbol

from dashboards.format import MISSING, words

LANGUAGES = {"en": "English", "nl": "Nederlands", "de": "Deutsch"}
"""Each language by its code, in its own name."""

RULES = {"en": "en_GB", "nl": "nl_NL", "de": "de_DE"}
"""Whose rules for numbers and dates each language follows."""

LOCALE = Path(__file__).parent / "locale"

Figure = Decimal | int | float


@cache
def catalogue(language: str) -> dict[str, str]:
    """Return the texts of a language by their English sentence, those of all its topics."""
    topics = sorted(file.stem for file in (LOCALE / language).glob("*.json"))
    return {sentence: told for name in topics for sentence, told in topic(language, name).items()}


@cache
def topic(language: str, name: str) -> dict[str, str]:
    """Return the texts of one topic of a language; OSError where it has none of that name."""
    texts: dict[str, str] = json.loads((LOCALE / language / f"{name}.json").read_text(encoding="utf-8"))
    return texts


class Forms(Formatter):
    """Puts values into a sentence; ``{n:day|days}`` is the word that goes with the count ``n``, as it reads."""

    def format_field(self, value: object, format_spec: str) -> str:
        """Return the first form after a single 1 (``1``, ``1 %``), else the second; a text is put in as it is."""
        if "|" not in format_spec:
            return value if isinstance(value, str) else str(super().format_field(value, format_spec))
        return format_spec.split("|")[0 if SINGLE.fullmatch(str(value)) else 1]


SINGLE = re.compile(r"1\D*")
"""A count of one, whatever its unit: 1,0 is a measure."""


FORMS = Forms()

SPELT = {"rma": "RMA", "rmas": "RMAs", "sku": "SKU", "skus": "SKUs", "psi": "PSI", "ip": "IP", "sla": "SLA", "id": "ID"}
ACRONYMS = re.compile(rf"\b({'|'.join(SPELT)})\b", re.IGNORECASE)
"""Short words of codes that are written in capitals."""


@dataclass(frozen=True, slots=True)
class Speech:
    """How one page reads: a language and the currency of its amounts (an ISO code; null where a set names none)."""

    language: str = "en"
    currency: str | None = None

    @property
    def rules(self) -> Rules:
        """The rules of the language."""
        return Rules.parse(RULES[self.language])

    @property
    def separators(self) -> str:
        """Decimal and thousands separator, as Plotly wants them."""
        return get_decimal_symbol(self.rules) + get_group_symbol(self.rules)

    def text(self, sentence: str, **values: object) -> str:
        """Return an English sentence in the language, with the values put in."""
        told = catalogue(self.language).get(sentence, sentence)
        return FORMS.vformat(told, (), values) if values else told

    def code(self, code: str | None) -> str:
        """Return a code of the data (``item_not_received``) as words, translated where a catalogue knows it."""
        told = self.text(words(code))
        return ACRONYMS.sub(lambda found: SPELT[found[0].lower()], told)

    def number(self, value: Figure | None, decimals: int = 0) -> str:
        """Return a count or quantity; a dash where it is not known."""
        if value is None or value != value:  # noqa: PLR0124 - only NaN differs from itself
            return MISSING
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        shown = 0 if round(value, decimals) == 0 else value  # what is rounded to nothing has no sign
        return format_decimal(shown, format=pattern, locale=self.rules)

    def figure(self, value: object) -> str:
        """Return a measured figure: with two decimals where it has any; a dash where it is no figure."""
        if not isinstance(value, int | float | Decimal):
            return MISSING
        return self.number(value, 0 if value == round(value) else 2)

    def money(self, amount: Figure | None, decimals: int = 0) -> str:
        """Return an amount with its currency; a dash where it is not known."""
        if amount is None or self.currency is None:
            return self.number(amount, decimals)
        pattern = self.rules.currency_formats["standard"].pattern
        whole = pattern.replace("0.00", "0" + ("." + "0" * decimals if decimals else ""))
        return format_currency(amount, self.currency, format=whole, locale=self.rules, currency_digits=False)

    def share(self, rate: Figure | None, decimals: int = 1) -> str:
        """Return a rate from 0 to 1 in per cent; a dash where it is not known."""
        if rate is None or rate != rate:  # noqa: PLR0124 - only NaN differs from itself
            return MISSING
        pattern = self.rules.percent_formats[None].pattern.replace(
            "0", "0" + ("." + "0" * decimals if decimals else "")
        )
        return format_percent(rate, format=pattern, locale=self.rules)

    def change(self, now: Figure | None, before: Figure | None) -> str:
        """Return by how many percentage points a rate moved, signed; empty where one is not known."""
        if now is None or before is None:
            return ""
        points = round((float(now) - float(before)) * 100, 1)
        key = "up {points} points" if points > 0 else "down {points} points" if points < 0 else "unchanged"
        return self.text(key, points=self.number(abs(points), 1)) if points else self.text(key)

    def day(self, value: date | None) -> str:
        """Return a date, or the date of a moment."""
        return MISSING if value is None else format_date(value, format="medium", locale=self.rules)

    def month(self, value: date | None) -> str:
        """Return the month of a date."""
        return MISSING if value is None else format_skeleton("yMMM", value, locale=self.rules)

    def moment(self, value: datetime | None) -> str:
        """Return a moment, in UTC."""
        return MISSING if value is None else f"{self.day(value)} {value:%H:%M}"

    def until(self, due: datetime, now: datetime) -> str:
        """Return how long there is until a moment, or how long it has passed."""
        return format_timedelta(due - now, add_direction=True, format="short", locale=self.rules)


def best_language(asked: str | None, accepted: str | None) -> str:
    """Return the language to show: the one asked for, else the first of the browser's that is there, else English."""
    if asked in LANGUAGES:
        return str(asked)
    offers = [part.partition(";")[0].strip().lower()[:2] for part in (accepted or "").split(",")]
    return next((code for code in offers if code in LANGUAGES), "en")


def language() -> str:
    """Return the language of the request: the cookie's, else the browser's, else English."""
    request = flask.request
    return best_language(request.cookies.get("rw_language"), request.headers.get("Accept-Language"))

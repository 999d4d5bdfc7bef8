"""Sentences of the published set in the reader's language.

A reason is published as a finished English sentence. Here it is known again by the template of its code, its figures
are taken out, and the template's translation is filled with them. A sentence that no template fits (of another
version, say) stays as it is. What belongs here: sentences that come with data. What does not: those of the pages
themselves, and how figures are written (``i18n.py``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache, lru_cache
from string import Formatter

from dashboards.format import MISSING
from dashboards.i18n import Speech, catalogue
from dashboards.signs import Sign, sign_of

ODDS = "one in {n}"
SELDOMEST = "less than one in a million"
PLAIN = "{name} ({unit}) is {value:,.2f}, which is unusual"
"""The sentence of a reason whose template needs a fact that was not known."""

FIGURE = r"-?[\d,]+(?:\.\d+)?%?"
SELDOM = rf"one in [\d,]+|{SELDOMEST}"
"""A figure as the model writes it: for people, and for ``{value:one}`` a power of ten in words."""


@lru_cache(maxsize=20_000)
def reason(speech: Speech, code: str | None, text: str | None) -> str:
    """Return the sentence of a reason in the language; empty where there is none."""
    if not text or speech.language == "en":
        return text or ""
    sign = sign_of(code or "")
    if sign is None or sign.text not in catalogue(speech.language):
        return speech.text(text)
    figures = _pattern(sign.text).fullmatch(text)
    if figures:
        return speech.text(sign.text, **{name: figure(speech, told) for name, told in figures.groupdict().items()})
    return _plain(speech, sign, text)


def _plain(speech: Speech, sign: Sign, text: str) -> str:
    """Return the sentence that tells the value alone; the text itself where it is another one."""
    name = sign.feature.replace("_", " ")
    found = _pattern(PLAIN.replace("{name}", name).replace("{unit}", sign.unit)).fullmatch(text)
    if found is None:
        return text
    value = figure(speech, found["value"])
    return speech.text(PLAIN, name=speech.code(sign.feature), unit=speech.text(sign.unit), value=value)


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """Return what the finished sentences of a template look like, a group for each of its figures."""
    return pattern(template, lambda name, spec: f"(?P<{name}>{SELDOM if spec == 'one' else FIGURE})")


def pattern(template: str, stands_for: Callable[[str, str], str]) -> re.Pattern[str]:
    """Return what a template's sentences look like; ``stands_for``: a placeholder's expression by name and form."""
    parts = []
    for words, name, spec, _ in Formatter().parse(template):
        parts += [re.escape(words), stands_for(name, spec or "") if name else ""]
    return re.compile("".join(parts))


def figure(speech: Speech, told: str) -> str:
    """Return a figure of an English sentence as it is written in the language, with as many decimals."""
    if told == SELDOMEST:
        return speech.text(SELDOMEST)
    digits = told.removeprefix(ODDS.format(n="")).rstrip("%").replace(",", "")
    value, decimals = Decimal(digits), len(digits.partition(".")[2])
    if told.endswith("%"):
        return speech.share(value / 100, decimals)
    number = speech.number(value, decimals)
    return speech.text(ODDS, n=number) if told.startswith("one ") else number


def measure(speech: Speech, value: object, unit: str) -> str:
    """Return a feature's figure with its unit; a dash where it is no figure. An empty unit: the figure alone."""
    if not isinstance(value, int | float):
        return MISSING
    if unit in {"rate", "share"}:
        return speech.share(value)
    if unit == "reporting currency":
        return speech.money(value, 2)
    if unit == "0 or 1":
        return speech.text("yes" if value else "no")
    if unit == "powers of ten":
        return _seldom(speech, value)
    told = speech.figure(value)
    return speech.text(f"{{n}} {unit}", n=told) if unit and unit not in BARE else told


BARE = ("ratio", "0 to 2")
"""Units of figures that stand alone."""


def _seldom(speech: Speech, power: float) -> str:
    """Return how seldom something is, for a power of ten: two digits of it, and none beyond a million."""
    if power <= 0:
        return speech.text("nothing unusual")
    if power > MOST_SELDOM:
        return speech.text(SELDOMEST)
    times = 10.0**power
    return speech.text("1 in {n}", n=speech.number(round(times, 1 - int(power)) if power >= 1 else round(times)))


MOST_SELDOM = 6
"""Beyond one in ten to this power a figure is no estimate."""

"""What is wrong with delivered files and rows, and what checks found, in the reader's language.

These are published as English sentences, of parts joined by semicolons, with examples behind. Each part is known again
by its template, which is its key in the catalogues (``locale/<language>/findings.json``); one that fits none stays as
it is, as do names of columns, which are those of the delivered files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache

from dashboards.format import words
from dashboards.i18n import Speech, catalogue, topic
from dashboards.wording import FIGURE, figure, pattern

EXAMPLES = ", e.g. "
CODED = {"kind": r"\w+", "table": r"[\w.]+", "column": r"[\w.:/\[\] -]+?", "day": r"\d{4}-\d\d-\d\d", "why": ".+"}
COUNTED = frozenset({"n", "all", "low", "high", "share"})
"""What placeholders of a template stand for: figures, what is translated in its turn, dates; all others are texts."""


@lru_cache(maxsize=4096)
def told(speech: Speech, text: str) -> str:
    """Return a sentence about a file, a row or a check in the language."""
    if speech.language == "en":
        return text
    said, mark, examples = text.partition(EXAMPLES)
    if not mark:
        return _parts(speech, said)
    shown = re.sub(r"[^(),](?:[^(),]|,(?! ))*", lambda cell: _part(speech, cell[0]), examples)
    return f"{_parts(speech, said)}{speech.text(EXAMPLES)}{shown}"


@lru_cache(maxsize=4096)
def check(speech: Speech, name: str) -> str:
    """Return the name of a check in the language: as words, or what it holds of which column."""
    is_known = words(name) in catalogue(speech.language)
    return speech.code(name) if is_known or speech.language == "en" else _fitted(speech, name, "checks") or name


def _parts(speech: Speech, text: str) -> str:
    """Return a sentence of several parts; most are of one."""
    whole = _fitted(speech, text)
    return whole or "; ".join(_part(speech, part) for part in text.split("; "))


def _part(speech: Speech, text: str) -> str:
    """Return one part of a sentence; as it is where it fits no template. Blanks around it stay."""
    bare = text.strip()
    return text.replace(bare, _fitted(speech, bare) or bare, 1) if bare else text


def _fitted(speech: Speech, text: str, kind: str = "findings") -> str | None:
    """Return the translation of the first template that a text fits; None where there is none."""
    for template, fits in _patterns(speech.language, kind):
        found = fits.fullmatch(text)
        if found:
            values = _values(speech, found.groupdict())
            return speech.text(template, **values)
    return None


def _values(speech: Speech, found: Mapping[str, str]) -> dict[str, str]:
    """Return what a template's placeholders stand for, as it reads in the language."""
    readers = {
        "kind": lambda told_: speech.text(f"readable {told_}"),
        "day": lambda told_: speech.day(date.fromisoformat(told_)),
        "why": lambda told_: _parts(speech, told_),
        **dict.fromkeys(COUNTED, lambda told_: figure(speech, told_)),
    }
    return {name: readers[name](value) if name in readers else value for name, value in found.items()}


@cache
def _patterns(language: str, kind: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the templates of a topic with what they fit, those with most words of their own first."""
    found = [(template, pattern(template, _stands_for)) for template in topic(language, kind)]
    return tuple(sorted(found, key=lambda one: (-len(re.sub(r"\{.*?\}", "", one[0])), one[0])))


def _stands_for(name: str, forms: str) -> str:
    """Return what a placeholder stands for; ``{n:file has|files have}`` is either of both."""
    if forms:
        return f"(?:{'|'.join(map(re.escape, forms.split('|')))})"
    return f"(?P<{name}>{FIGURE if name in COUNTED else CODED.get(name, '.+')})"

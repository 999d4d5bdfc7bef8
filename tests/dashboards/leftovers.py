"""What is left of English on pages of another language: the texts that read the same in both, but for names.

Belongs here: what people read of a document, and which of it no language changes. Does not: which pages are visited.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import polars as pl

from dashboards.i18n import LANGUAGES, catalogue
from tests.dashboards.visitor import SPOKEN, Node, Visitor, nodes

NAMES = frozenset({"path", "table", "source", "sku", "product_name", "category", "channel", "value"}) | {
    "carrier",
    "store_id",
    "term",
    "example_comment",
}
"""Columns whose cells are names or words of the shop's own, which no language changes."""
SAME = frozenset({"csv", "xlsx", "png", "svg", "enter", "yyyy-mm-dd", "returnwatch", "reviewer", "admin", "bob", "psi"})
"""What is written alike in every language: formats, a key, names of the program and of people."""
DRAWN = ("name", "text", "title", "ticktext", "labels", "x", "y")
"""Parts of a figure that people read."""


def drawn(figure: object) -> Iterator[str]:
    """Yield the texts of a figure."""
    if isinstance(figure, dict):
        for key, value in figure.items():
            found = value if isinstance(value, list) else [value]
            yield from (one for one in found if isinstance(one, str) and key in DRAWN)
            yield from drawn(value)
    elif isinstance(figure, list):
        for one in figure:
            yield from drawn(one)


def spoken(document: Node) -> set[str]:
    """Return all that is read or read aloud: texts, labels, choices, headings of a grid, texts of charts."""
    said = set[str]()
    for node in nodes(document):
        if node["type"] == "Code":
            continue  # the name of a column, as it is in the download
        props = node["props"]
        children = props.get("children")
        said |= {one for one in (children if isinstance(children, list) else [children]) if isinstance(one, str)}
        said |= {str(props[name]) for name in SPOKEN if isinstance(props.get(name), str)}
        for choice in [*(props.get("data") or ()), *(props.get("columnDefs") or ())]:
            said |= {choice[name] for name in ("label", "headerName") if isinstance(choice, dict) and name in choice}
        said |= set(drawn(props.get("figure")))
    return said


def named(frames: Mapping[str, pl.DataFrame]) -> set[str]:
    """Return the names of the shop's own in a set, and those of its tables."""
    found = {name for frame in frames.values() for name in NAMES & set(frame.columns)}
    columns = [frame[name] for frame in frames.values() for name in found & set(frame.columns)]
    told_ = {str(value).lower() for column in columns if column.dtype == pl.String for value in column.drop_nulls()}
    return {one for one in told_ if len(one) > 2} | set(frames)


def without(text: str, known: Iterable[str]) -> str:
    """Return what is left of a text without identifiers, and without names, the longest first."""
    rest = re.sub(r"\b(?:[A-Z]+-\w+|[0-9a-f]{12})\b", "", text).lower()
    for name in known:
        rest = rest.replace(name, "")
    return rest


def left_over(
    english: Visitor, other: Visitor, addresses: Iterable[str], frames: Mapping[str, pl.DataFrame]
) -> set[str]:
    """Return where which text reads as in English to a visitor of another language; ``frames``: the set shown."""
    language = other.browser.client.get_cookie("rw_language")
    assert language is not None
    same = {sentence.lower() for sentence, told in catalogue(language.value).items() if sentence == told}
    known = sorted(named(frames) | SAME | same | {name.lower() for name in LANGUAGES.values()}, key=len, reverse=True)
    left = set[str]()
    for address in addresses:
        for visitor in (english, other):
            visitor.go(address)
        both = {text for text in spoken(english.layout) & spoken(other.layout) if "%{" not in text}
        left |= {f"{address}: {text}" for text in both if re.search("[a-z]{3}", without(text, known))}
    return left

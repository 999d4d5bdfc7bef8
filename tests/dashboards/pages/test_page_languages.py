"""Pages for a reader of another language: what comes with the data reads in it, too, figures and all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import polars as pl
import pytest

from dashboards.i18n import LANGUAGES, catalogue
from dashboards.message import REFUSED
from dashboards.pages.registry import MENU
from models.reasons import CUSTOMER_TEXT
from tests.dashboards.conftest import tables
from tests.dashboards.pages.conftest import ServerMaker, Visit, VisitorMaker
from tests.dashboards.report_frames import report_frames
from tests.dashboards.visitor import SPOKEN, Node, Site, Visitor, nodes, of_class, of_type, told
from tests.desk_shop import page_tables

SPACE = "\N{NO-BREAK SPACE}"
UNUSUAL = {
    "nl": "artikelen ter waarde van 1.234,50 in de retour; een gebruikelijke RMA 30,00",
    "de": "Ware im Wert von 1.234,50 in der Retoure; eine übliche RMA 30,00",
}


def queue(said: str = "We are checking the items and the amount of this return.") -> dict[str, pl.DataFrame]:
    """Return a set whose every flagged RMA has one reason, as the model tells it."""
    frames = page_tables()
    reason = pl.element().struct.with_fields(
        pl.lit("HIGH_VALUE").alias("code"),
        pl.lit("returns goods worth 1,234.50; a typical RMA 30.00").alias("text"),
        pl.lit(1234.5).alias("value"),
        pl.lit(30.0).alias("typical"),
        pl.lit(said).alias("customer_text"),
    )
    told_ = pl.col("reasons").list.eval(reason).list.head(1)
    return frames | {name: frames[name].with_columns(told_) for name in ("flagged_queue", "rma_scores")}


@pytest.fixture(scope="module")
def one_reason(tmp_path_factory: pytest.TempPathFactory, serve: ServerMaker) -> Site:
    return serve(tmp_path_factory.mktemp("reasons"), queue())


@pytest.mark.parametrize("language", ["nl", "de"])
def test_what_is_unusual_reads_in_the_language_wherever_it_stands(one_reason: Site, language: str) -> None:
    visitor, said = Visitor.arrive(one_reason, "reviewer", language=language), UNUSUAL[language]
    visitor.go("/")
    assert visitor.says(said)
    visitor.go("/case/C-ring")
    blocks = " ".join(told(block).lower() for block in of_class(visitor.page, "block"))
    assert blocks.count(said.lower()) == 8  # the three RMAs', and those of five cases like it
    visitor.go("/queue")
    visitor.put("queue", "getRowsRequest", {"startRow": 0, "endRow": 100, "sortModel": []})
    rows = visitor.element("queue")["props"]["getRowsResponse"]["rowData"]
    assert {row["unusual"] for row in rows} == {said}
    # what a row says can be searched for as it says it
    visitor.go(f"/queue?q={said[:12]}")
    visitor.put("queue", "getRowsRequest", {"startRow": 0, "endRow": 100, "sortModel": []})
    assert visitor.element("queue")["props"]["getRowsResponse"]["rowCount"] == 6


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("", "We are checking the items and the amount of this return."),
        ("?verdict=inspect", "We are checking the items and the amount of this return."),
        ("?verdict=approve", "Your return is accepted. We will refund you in the way you paid."),
        ("?verdict=deny", REFUSED),
    ],
)
@pytest.mark.parametrize("language", ["nl", "de"])
def test_the_message_to_the_shopper_is_of_one_language(one_reason: Site, language: str, asked: str, said: str) -> None:
    visitor, words = Visitor.arrive(one_reason, "reviewer", language=language), catalogue(language)
    visitor.go(f"/case/C-ring{asked}")
    message = told(visitor.element("draft"))
    about = words["This is about your returns {ids}."].format(ids="RMA-0, RMA-1, RMA-2")
    assert message.startswith(f"{words['Hello,']} {about} ")
    assert words[said] in message
    assert message.endswith(words["Kind regards"])


def test_a_sentence_for_shoppers_that_the_language_lacks_gives_way_to_the_general_one(other: VisitorMaker) -> None:
    visitor = other(queue("We wonder about something new."))
    visitor.go("/case/C-ring")
    assert "We wonder about something new." in told(visitor.element("draft"))
    visitor.browser.client.set_cookie("rw_language", "de")
    visitor.go("/case/C-ring")
    message = told(visitor.element("draft"))
    assert "We" not in message.split()
    assert catalogue("de")[CUSTOMER_TEXT] in message
    assert of_type(visitor.page, "H1")


NAMES = frozenset({"path", "table", "source", "sku", "product_name", "category", "channel", "value"})
"""Columns whose cells are names that the shop gave, which no language changes."""
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
        props = node["props"]
        children = props.get("children")
        said |= {one for one in (children if isinstance(children, list) else [children]) if isinstance(one, str)}
        said |= {str(props[name]) for name in SPOKEN if isinstance(props.get(name), str)}
        for choice in [*(props.get("data") or ()), *(props.get("columnDefs") or ())]:
            said |= {choice[name] for name in ("label", "headerName") if isinstance(choice, dict) and name in choice}
        said |= set(drawn(props.get("figure")))
    return said


def named(frames: dict[str, pl.DataFrame]) -> set[str]:
    """Return the names of the shop's own in a set, and those of its tables."""
    found = {name for frame in frames.values() for name in NAMES & set(frame.columns)}
    columns = [frame[name] for frame in frames.values() for name in found & set(frame.columns)]
    told_ = {str(value).lower() for column in columns if column.dtype == pl.String for value in column.drop_nulls()}
    return {one for one in told_ if len(one) > 2} | set(frames)


def without(text: str, known: Iterable[str]) -> str:
    """Return what is left of a text without identifiers, and without names, the longest first."""
    rest = re.sub(r"\b[A-Z]+-\w+", "", text).lower()
    for name in known:
        rest = rest.replace(name, "")
    return rest


@pytest.mark.parametrize("language", ["nl", "de"])
def test_no_english_is_left_on_any_page(visit: Visit, language: str) -> None:
    frames = tables() | report_frames() | page_tables()
    same = {sentence.lower() for sentence, told_ in catalogue(language).items() if sentence == told_}
    known = sorted(named(frames) | SAME | same | {name.lower() for name in LANGUAGES.values()}, key=len, reverse=True)
    left = set[str]()
    for path in (*(path for path, _ in MENU), "/case/C-ring", "/case/C-4", "/rma/RMA-0", "/nothing"):
        said = []
        for code in ("en", language):
            visitor = visit("reviewer", language=code)
            visitor.go(path)
            said.append(spoken(visitor.layout))
        both = {text for text in said[0] & said[1] if "%{" not in text}
        left |= {f"{path}: {text}" for text in both if re.search("[a-z]{3}", without(text, known))}
    assert sorted(left) == []

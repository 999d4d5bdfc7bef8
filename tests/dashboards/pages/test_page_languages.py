"""Pages for a reader of another language: what comes with the data reads in it, too, figures and all."""

from __future__ import annotations

import html
import re

import polars as pl
import pytest

from dashboards.i18n import catalogue
from dashboards.message import REFUSED
from dashboards.pages.registry import MENU
from models.reasons import CUSTOMER_TEXT
from pipelines.reports.definitions import write_definitions
from tests.dashboards.conftest import tables
from tests.dashboards.leftovers import left_over
from tests.dashboards.pages.conftest import ServerMaker, Visit, VisitorMaker
from tests.dashboards.report_frames import report_frames
from tests.dashboards.visitor import Site, Visitor, of_class, of_type, told
from tests.desk_shop import page_tables

SPACE = "\N{NO-BREAK SPACE}"
EVERYTHING = tables() | report_frames() | page_tables()
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
    site = serve(tmp_path_factory.mktemp("reasons"), queue())
    write_definitions(site.home / "published" / "current")
    return site


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory, serve: ServerMaker) -> Site:
    """Return a home where nobody has typed anything yet: what people name themselves reads alike in every language."""
    return serve(tmp_path_factory.mktemp("untouched"), EVERYTHING)


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


@pytest.mark.parametrize(
    ("language", "table", "term", "meaning"),
    [
        ("en", "The cost ledger: everything that", "Amount amount", "Reporting currency, four decimals; a cost is"),
        ("nl", "Het kostengrootboek: alles wat een", "Bedrag amount", "Rapportagevaluta, vier decimalen; kosten zijn"),
        (
            "de",
            "Das Kostenhauptbuch: alles, was eine",
            "Betrag amount",
            "Berichtswährung, vier Nachkommastellen; Kosten",
        ),
    ],
)
def test_what_stands_behind_an_i_reads_in_the_language(
    one_reason: Site, language: str, table: str, term: str, meaning: str
) -> None:
    visitor = Visitor.arrive(one_reason, "reviewer", language=language)
    defined = [told(one) for one in of_class(visitor.go("/costs"), "definition")]
    ledger = next(one for one in defined if one.startswith(table))
    assert f"{term}{meaning}" in ledger
    # a table of which a set says nothing is told by the pages
    about = [told(one) for one in of_class(visitor.go("/model"), "definition")]
    assert any(one.startswith({"en": "Every RMA", "nl": "Elke RMA", "de": "Jede RMA"}[language]) for one in about)


@pytest.mark.parametrize("language", ["nl", "de"])
def test_no_english_is_left_on_any_page(untouched: Site, language: str) -> None:
    addresses = (*(path for path, _ in MENU), "/case/C-ring", "/case/C-4", "/rma/RMA-0", "/nothing")
    english, other = (Visitor.arrive(untouched, "reviewer", language=one) for one in ("en", language))
    assert sorted(left_over(english, other, addresses, EVERYTHING)) == []


@pytest.mark.parametrize(
    ("language", "told_"),
    [("en", "Press Space to select or deselect the row"), ("de", "Leertaste wählt die Zeile aus oder ab")],
)
def test_the_grid_speaks_the_language_too(visit: Visit, language: str, told_: str) -> None:
    visitor = visit("reviewer", language=language)
    visitor.go("/queue")
    texts = visitor.element("queue")["props"]["dashGridOptions"]["localeText"]
    assert texts["ariaRowToggleSelection"] == told_
    assert texts["noRowsToShow"] == catalogue(language).get("No case matches", "No case matches")


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("en", ("Case C-ring", "3 RMAs, 2 accounts, €700.00 at stake", "Published on 20 Jun 2026 06:04")),
        ("nl", ("Zaak C-ring", f"3 RMA's, 2 accounts, €{SPACE}700,00 op het spel", "Gepubliceerd op 20 jun 2026")),
        ("de", ("Fall C-ring", f"3 RMAs, 2 Konten, 700,00{SPACE}€ auf dem Spiel", "Veröffentlicht am 20.06.2026")),
    ],
)  # fmt: skip
def test_the_file_of_a_case_reads_in_the_language(one_reason: Site, language: str, parts: tuple[str, ...]) -> None:
    visitor = Visitor.arrive(one_reason, "reviewer", language=language)
    visitor.go("/case/C-ring")
    page = html.unescape(visitor.browser.client.get("/cases/C-ring/file").get_data(as_text=True))
    said = " ".join(re.sub(r"<style>.*</style>|<[^>]+>", " ", page, flags=re.DOTALL).split())
    assert [part for part in parts if " ".join(part.split()) not in said] == []
    assert f'<html lang="{language}">' in page
    assert said.count(UNUSUAL.get(language, "returns goods worth 1,234.50; a typical RMA 30.00")) == 3

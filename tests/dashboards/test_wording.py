from __future__ import annotations

import json
from pathlib import Path
from string import Formatter

import polars as pl
import pytest

from dashboards import signs
from dashboards.cases import cases_in, cases_of
from dashboards.format import words
from dashboards.i18n import LANGUAGES, Speech, catalogue
from dashboards.wording import measure, reason
from features.contracts import FEATURES, Feature
from models.reasons import (
    CUSTOMER_TEXT,
    CUSTOMER_TEXT_OF_FAMILY,
    FALLBACK_CODE,
    FALLBACK_TEXT,
    PRECEDENT_TEXT,
    customer_text,
    reason_text,
)
from tests.desk_shop import page_tables, write_set

SPACE = "\N{NO-BREAK SPACE}"
OTHERS = [code for code in LANGUAGES if code != "en"]
TOLD = [feature for feature in FEATURES if feature.reason_code]
BY_CODE = {str(feature.reason_code): feature for feature in TOLD}


def facts(feature: Feature, value: float) -> dict[str, float | None]:
    """Return the same figure for every fact that a reason's sentence can need."""
    names = [name for _, name, _, _ in Formatter().parse(feature.reason_text or "") if name]
    return dict.fromkeys([*names, "value", "typical"], value)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("value", [0.0, 1.0, 4.71, 123456.78])
def test_every_reason_that_can_be_published_is_told_in_the_language(language: str, value: float) -> None:
    speech = Speech(language)
    for feature in TOLD:
        published = reason_text(feature, facts(feature, value))
        told = reason(speech, feature.reason_code, published)
        assert told != published, feature.reason_code
        # no word of the template's English is left over, and no figure in the English way of writing
        assert " the " not in f" {told} ", told
        assert "123,456" not in told, told
        assert "{" not in told, told


@pytest.mark.parametrize("language", OTHERS)
def test_a_reason_whose_facts_were_not_known_is_told_in_the_language(language: str) -> None:
    for feature in TOLD:
        published = reason_text(feature, {"value": 1234.5})
        if published.endswith("which is unusual"):
            told = reason(Speech(language), feature.reason_code, published)
            assert told.endswith(
                {"nl": ": 1.234,50, wat ongewoon is", "de": ": 1.234,50, was ungewöhnlich ist"}[language]
            )
    for code, text in (*PRECEDENT_TEXT.items(), (FALLBACK_CODE, FALLBACK_TEXT)):
        assert reason(Speech(language), code, text) == catalogue(language)[text] != text


@pytest.mark.parametrize(
    ("language", "code", "published", "told"),
    [
        (
            "nl", "HIGH_VALUE", "returns goods worth 1,234.50; a typical RMA 30.00",
            "artikelen ter waarde van 1.234,50 in de retour; een gebruikelijke RMA 30,00",
        ),
        (
            "de", "HIGH_VALUE", "returns goods worth 1,234.50; a typical RMA 30.00",
            "Ware im Wert von 1.234,50 in der Retoure; eine übliche RMA 30,00",
        ),
        (
            "de", "FINAL_SALE", "100% of the lines were sold as final",
            f"100{SPACE}% der Positionen waren vom Umtausch ausgeschlossen",
        ),
        (
            "nl", "SCRAP", "the goods came back as scrap; one in 50,000 of its peers shows that",
            "de artikelen kwamen onbruikbaar terug; dat komt bij 1 op de 50.000 vergelijkbare retouren voor",
        ),
        (
            "de", "OTHER_DESTINATION", "the parcel went where less than one in a million returns goes",
            "das Paket ging an ein Ziel, an das weniger als 1 von einer Million Retouren geht",
        ),
        ("nl", "MAILBOX_SHARED", "1 other accounts use the mailbox of this order",
         "1 ander account gebruikt de mailbox van deze bestelling"),
        ("de", "MAILBOX_SHARED", "12 other accounts use the mailbox of this order",
         "12 andere Konten nutzen das Postfach dieser Bestellung"),
        ("de", "PAST_WINDOW", "requested 1 days after the return window closed",
         "1 Tag nach Ablauf der Rückgabefrist angefragt"),
    ],
)  # fmt: skip
def test_figures_and_plurals_are_those_of_the_language(language: str, code: str, published: str, told: str) -> None:
    assert reason(Speech(language), code, published) == told


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("MANY_UNITS", "returns many units"),
        ("MANY_UNITS", "returns 5 units at once; a typical RMA returns <b>1</b>"),
        ("PAST_WINDOW", "returns 5 units at once; a typical RMA returns 1"),
        ("NO_SUCH_CODE", "something of a later version"),
    ],
)
def test_a_sentence_that_fits_no_template_of_its_code_stays_as_it_is(code: str, text: str) -> None:
    assert reason(Speech("de"), code, text) == text


def test_without_a_sentence_there_is_none() -> None:
    assert [reason(Speech("nl"), None, None), reason(Speech("en"), "MANY_UNITS", None)] == ["", ""]


def test_english_is_as_it_was_published() -> None:
    text = reason_text(BY_CODE["MANY_UNITS"], {"value": 5.0, "typical": 1.0})
    assert reason(Speech("en"), "MANY_UNITS", text) == text


@pytest.mark.parametrize("language", OTHERS)
def test_all_that_may_be_said_to_a_shopper_is_translated(language: str) -> None:
    said = {customer_text(feature) for feature in TOLD} | {CUSTOMER_TEXT, *CUSTOMER_TEXT_OF_FAMILY.values()}
    assert sorted(said - set(catalogue(language))) == []


@pytest.mark.parametrize(
    ("language", "value", "unit", "told"),
    [
        ("en", 1.0, "units", "1 unit"),
        ("en", 2.5, "units", "2.50 units"),
        ("nl", 1.0, "RMAs", "1 RMA"),
        ("nl", 3.0, "RMAs", "3 RMA's"),
        ("de", 1.0, "days", "1 Tag"),
        ("de", 1234.5, "days", "1.234,50 Tage"),
        ("de", 0.25, "rate", f"25,0{SPACE}%"),
        ("nl", 1234.5, "reporting currency", f"€{SPACE}1.234,50"),
        ("nl", 1.0, "0 or 1", "ja"),
        ("de", 0.0, "0 or 1", "nein"),
        ("en", 1.5, "ratio", "1.50"),
        ("en", 4.71, "powers of ten", "1 in 51,000"),
        ("nl", 0.5, "powers of ten", "1 op de 3"),
        ("de", 2.0, "powers of ten", "1 von 100"),
        ("de", 7.0, "powers of ten", "weniger als 1 von einer Million"),
        ("nl", 0.0, "powers of ten", "niets ongewoons"),
        ("en", 1.5, "", "1.50"),
        ("en", None, "days", "–"),  # noqa: RUF001 - the dash of the pages
    ],
)
def test_a_figure_stands_with_its_unit(language: str, value: float | None, unit: str, told: str) -> None:
    assert measure(Speech(language, "EUR"), value, unit) == told


@pytest.mark.parametrize("language", OTHERS)
def test_every_unit_of_a_feature_is_translated(language: str) -> None:
    units = {feature.unit for feature in FEATURES}
    assert sorted(units - set(catalogue(language))) == []
    counted = {unit for unit in units if measure(Speech("en"), 2.0, unit) == f"2 {unit}"}
    assert len(counted) > 15
    assert sorted(f"{{n}} {unit}" for unit in counted if f"{{n}} {unit}" not in catalogue(language)) == []


def test_what_is_unusual_of_each_case_is_told_once_in_the_language(tmp_path: Path) -> None:
    frames = page_tables()
    text = pl.lit("returns 5 units at once; a typical RMA returns 1").alias("text")
    told = pl.col("reasons").list.eval(pl.element().struct.with_fields(text))
    path = write_set(tmp_path / "set", frames | {"flagged_queue": frames["flagged_queue"].with_columns(told)})
    cases = cases_in(path, Speech("nl"))
    assert set(cases["unusual"]) == {"5 stuks in één retour; een gebruikelijke RMA telt er 1"}
    assert cases.drop("unusual").equals(cases_of(path).drop("unusual"))
    assert cases_in(path, Speech("nl")) is cases
    assert cases_in(path, Speech("en")) is cases_of(path)


@pytest.mark.parametrize("language", OTHERS)
def test_every_feature_and_reason_has_a_name_and_a_meaning_in_the_language(language: str) -> None:
    known = catalogue(language)
    of_none = (FALLBACK_CODE, *PRECEDENT_TEXT)
    codes = [feature.name for feature in FEATURES] + [code.lower() for code in (*BY_CODE, *of_none)]
    assert sorted(words(code) for code in codes if words(code) not in known) == []
    told = json.loads((Path(signs.__file__).parent / "signs.json").read_text(encoding="utf-8"))
    meanings = {sign["about"] for sign in (*told["reasons"].values(), *told["policy"].values())}
    assert len(meanings) > 100
    assert sorted(meanings - set(known)) == []

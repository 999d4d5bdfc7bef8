from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboards.findings import check, told
from dashboards.format import words
from dashboards.i18n import LANGUAGES, Speech, catalogue
from features.contracts import Kind
from pipelines.quality.model import Check, sentence
from pipelines.quality.suites import core_suites, raw_suites, report_suites

ROOT = Path(__file__).parents[2]
INGEST = sorted((ROOT / "pipelines/ingest").glob("*.py"))
OTHERS = [code for code in LANGUAGES if code != "en"]
CHECKS = {one.name: one for suite in (*core_suites(), *raw_suites(), *report_suites()) for one in suite.checks}
EXAMPLES = {
    "day": ("Monday 2026-06-08", "1,234 rows", "usual 10 to 30"),
    "column": ("colour", "3.0 % filled, 90.5 % before"),
    "table": ("last on Friday 2026-06-05", "12 days before as_of", "usual gap 2"),
}


def constant(node: ast.expr | None) -> str | None:
    """Return the text of an expression, with a 7 for all that is put into it; None where it is no text."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "7" for one in node.values)
    return None


def said_of_deliveries() -> Iterator[str]:
    """Yield every sentence in which ingestion says what is wrong with a row or a file."""
    place = {"BadRow": 2, "FileRefusedError": 0, "ShapeError": 0, "MissingError": 0}
    for file in INGEST:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                argument = place.get(getattr(node.func, "id", ""))
                given = [node.args[argument]] if argument is not None and len(node.args) > argument else []
                given += [one.value for one in node.keywords if one.arg == "refusal"]
                yield from (text for one in given if (text := constant(one)))
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in {"error", "reason", "_LINKS_OUT"}:
                yield from (text for one in [node.value] if (text := constant(one)))
            if isinstance(node, ast.FunctionDef) and node.name in {"_reason", "_refused"}:
                values = [one.value for one in ast.walk(node) if isinstance(one, ast.Return)]
                values += [value for one in ast.walk(node) if isinstance(one, ast.Dict) for value in one.values]
                yield from (text for one in values if (text := constant(one)))


def whys() -> set[str]:
    """Return what can be said of a cell that cannot be read."""
    texts = [file.read_text(encoding="utf-8") for file in (ROOT / "sql/ingest").glob("why_*.sql")]
    return {found for text in texts for found in re.findall(r"(?:then|else)\s+'([^']+)'", text)}


@pytest.mark.parametrize("language", OTHERS)
def test_all_that_is_said_of_a_delivery_is_known_again(language: str) -> None:
    said = set(said_of_deliveries()) - {"7 MB are too low to read any file in; raise [engine] file_memory_limit"}
    said -= {text for text in said if text.startswith("the process that reads files does not start")}
    # what is put together from several sentences stands below, whole
    said -= {text for text in said if text.startswith("required column")}
    assert len(said) > 30
    left = {part for text in said for part in told(Speech(language), text).split("; ") if part in text.split("; ")}
    assert left == set()


@pytest.mark.parametrize("language", OTHERS)
def test_why_a_cell_is_not_read_is_told_in_the_language(language: str) -> None:
    assert len(whys()) > 15
    for why in whys():
        text = f"quantity is not a readable quantity: {why}; sku is missing"
        left = {part for part in re.split("; |: ", told(Speech(language), text)) if part in re.split("; |: ", text)}
        assert left == set(), why


@pytest.mark.parametrize("language", OTHERS)
def test_every_kind_of_column_has_a_name(language: str) -> None:
    assert [kind.value for kind in Kind if f"readable {kind.value}" not in catalogue(language)] == []


@pytest.mark.parametrize("one", [one for one in CHECKS.values() if one.is_told], ids=lambda one: one.name)
@pytest.mark.parametrize("language", OTHERS)
def test_what_a_check_found_is_told_in_the_language(language: str, one: Check) -> None:
    for n in (1, 12345):
        published = sentence("raw.returns", one, n, [EXAMPLES.get(one.subject, ("returns.csv", "4 of 20 rows"))])
        read = told(Speech(language), published)
        assert "12,345" not in read
        shared = set(re.findall(r"[A-Za-z_.]{3,}", read)) & set(re.findall(r"[A-Za-z_.]{3,}", published))
        assert shared - {"raw.returns", "returns.csv", "colour", "currency", "currency_code", "half"} == set()


@pytest.mark.parametrize("language", OTHERS)
def test_every_check_has_a_name_in_the_language(language: str) -> None:
    names = [*CHECKS, *re.findall(r"'(\w+)' as check_name", (ROOT / "sql/reports/reconcile_reports.sql").read_text())]
    assert len(names) > 200
    assert [name for name in names if check(Speech(language), name) in {name, words(name)}] == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_error_code_of_a_row_has_a_name(language: str) -> None:
    page = (ROOT / "docs/data_contract.md").read_text(encoding="utf-8")
    codes = re.findall(r"^\| `(\w+)` \|", page.partition("| error code |")[2].partition("\n\n")[0], re.MULTILINE)
    assert len(codes) > 10
    assert [code for code in codes if words(code) not in catalogue(language)] == []


@pytest.mark.parametrize(
    ("language", "text", "read"),
    [
        (
            "nl",
            "quantity is not a readable quantity: it is no whole number; sku is missing",
            "quantity is niet te lezen als aantal: het is geen geheel getal; sku ontbreekt",
        ),
        (
            "de",
            "required column sku is missing (the file has: a, b); add it to the export and deliver again",
            ("die Pflichtspalte sku fehlt (die Datei hat: a, b); "
             "nehmen Sie sie in den Export auf und liefern Sie erneut"),
        ),
        (
            "de",
            "raw.returns: 1 day has an unusual number of events, e.g. (Monday 2026-06-08, 1,234 rows, usual 10 to 20)",
            ("raw.returns: 1 Tag hat eine ungewöhnliche Zahl von Ereignissen, z. B. "
             "(Montag, 08.06.2026, 1.234 Zeilen, üblich 10 bis 20)"),
        ),
        (
            "nl",
            "raw.returns: 2 columns are new, e.g. (colour), (note)",
            "raw.returns: 2 kolommen zijn nieuw, bv. (colour), (note)",
        ),
        (
            "nl",
            "required column sku is missing (its first line names none); add the header line and deliver again",
            "verplichte kolom sku ontbreekt (de eerste regel noemt er geen); voeg de kopregel toe en lever opnieuw",
        ),
        ("nl", "something of a later version", "something of a later version"),
        ("nl", "sku is missing; something of a later version", "sku ontbreekt; something of a later version"),
        ("en", "sku is missing", "sku is missing"),
    ],
)  # fmt: skip
def test_sentences_read_as_in_the_language(language: str, text: str, read: str) -> None:
    assert told(Speech(language), text) == read


def test_a_file_that_leaves_its_style_open_is_told_how_to_declare_it() -> None:
    why = "values such as 1,234, where the mark may be the decimal one or part thousands, and no other value decides"
    way = 'say in returnwatch.toml, below [sources.canonical.orders], decimal = "," or ".", and run again'
    read = told(Speech("nl"), f"price, tax: {why}; {way}")
    assert read.startswith("price, tax: waarden zoals 1,234, waarvan het teken een decimaalteken")
    assert read.endswith(
        'zet in returnwatch.toml, onder [sources.canonical.orders], decimal = "," or ".", en voer opnieuw uit'
    )


def test_the_name_of_a_check_tells_its_column() -> None:
    assert check(Speech("nl"), "ordered_at_before_shipped_at") == "ordered_at ligt niet na shipped_at"
    assert check(Speech("de"), "refund_amount_not_negative") == "refund_amount ist nicht negativ"
    assert check(Speech("en"), "sku_known") == "SKU known"
    assert check(Speech("de"), "of_a_later_version") == "of_a_later_version"

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from dashboards.chapters import Chapter, Shown, show, show_all
from dashboards.data import PublishedSet, PublishedSetError
from dashboards.format import MISSING

SetMaker = Callable[..., Path]

CARRIERS = pl.DataFrame(
    {
        "carrier": ["A", "B", None],
        "n_parcels": [1200, 30, 7],
        "lost_rate": [0.0125, None, 0.5],
        "label_cost": pl.Series([Decimal("4800.50"), Decimal(90), None], dtype=pl.Decimal(18, 4)),
        "mean_days": [2.25, 3.0, None],
        "first_on": [date(2026, 1, 2), None, date(2026, 3, 4)],
        "is_small": [False, True, None],
    }
)


def chapter(columns: tuple[str, ...] = tuple(CARRIERS.columns), **changes: object) -> Chapter:
    settings: dict[str, object] = {"answer": lambda frame: f"{frame.height} carriers", **changes}
    return Chapter("carriers", "operations", "Carriers", "report_carriers", columns, **settings)  # type: ignore[arg-type]


def shown(make_set: SetMaker, what: Chapter, frame: pl.DataFrame | None = CARRIERS) -> Shown:
    return show(PublishedSet.open(make_set(report_carriers=frame)), what, "EUR")


def test_cells_read_by_their_kind_and_what_is_not_known_is_a_dash(make_set: SetMaker) -> None:
    rows = shown(make_set, chapter()).rows
    assert rows == [
        ("A", "1,200", "1.3\u202f%", "4,801", "2.3", "2 Jan 2026", "no"),
        ("B", "30", MISSING, "90", "3.0", MISSING, "yes"),
        (MISSING, "7", "50.0\u202f%", MISSING, MISSING, "4 Mar 2026", MISSING),
    ]


def test_codes_read_as_words_and_names_as_they_are(make_set: SetMaker) -> None:
    names = CARRIERS.with_columns(carrier=pl.Series(["late_delivery", "DHL_Express", "a_1"]))
    assert shown(make_set, chapter(("carrier",)), names).rows == [("late delivery",), ("DHL_Express",), ("a_1",)]


def test_headers_are_words_and_money_says_its_unit_once(make_set: SetMaker) -> None:
    columns = shown(make_set, chapter()).columns
    assert [column.header for column in columns] == [
        *("Carrier", "Parcels", "Lost rate", "Label cost, EUR", "Mean days", "First on", "Small"),
    ]
    assert [column.is_figure for column in columns] == [False, True, True, True, True, False, False]


def test_small_amounts_keep_their_cents(make_set: SetMaker) -> None:
    found = shown(make_set, chapter(("label_cost",)), CARRIERS.tail(2))
    assert found.rows == [("90.00",), (MISSING,)]


def test_the_largest_come_first_and_the_rest_is_counted(make_set: SetMaker) -> None:
    found = shown(make_set, chapter(("carrier",), largest="lost_rate", n_rows=1))
    assert (found.rows, found.n_all, found.title) == ([(MISSING,)], 3, "3 carriers")


def test_a_chapter_may_be_about_some_rows_alone(make_set: SetMaker) -> None:
    found = shown(make_set, chapter(("carrier",), select=pl.col("n_parcels") > 10))
    assert (found.rows, found.title) == ([("A",), ("B",)], "2 carriers")


def test_a_chapter_without_rows_says_so(make_set: SetMaker) -> None:
    empty = shown(make_set, chapter(), CARRIERS.clear())
    assert (empty.rows, empty.title) == ([], "Carriers: nothing to tell yet")


def test_a_missing_table_is_an_error(make_set: SetMaker) -> None:
    with pytest.raises(PublishedSetError, match="has no table report_carriers"):
        shown(make_set, chapter(), None)


def test_chapters_in_a_row_that_share_a_table_read_it_once(make_set: SetMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    whole = PublishedSet.table

    def noted(self: PublishedSet, name: str) -> pl.DataFrame:
        read.append(name)
        return whole(self, name)

    monkeypatch.setattr(PublishedSet, "table", noted)
    few, absent = chapter(select=pl.col("is_small")), dataclasses.replace(chapter(), table="report_stores")
    found = show_all(PublishedSet.open(make_set(report_carriers=CARRIERS)), (chapter(), few, absent), "EUR")
    assert [one.title for one in found] == ["3 carriers", "1 carriers"]
    assert read == ["report_carriers"]


def test_columns_say_what_they_mean_where_the_set_tells(make_set: SetMaker) -> None:
    folder = make_set(report_carriers=CARRIERS)
    told = {"description": "Who brings parcels.", "grain": "one row a carrier", "columns": {"carrier": "The carrier."}}
    (folder / "definitions.json").write_text(json.dumps({"tables": {"report_carriers": told}}), encoding="utf-8")
    found = show(PublishedSet.open(folder), chapter(("carrier", "n_parcels")), "EUR")
    assert found.about == "Who brings parcels."
    assert [column.definition for column in found.columns] == ["The carrier.", ""]


@pytest.mark.parametrize("content", ["", "[]", '{"tables": 3}'])
def test_damaged_definitions_are_an_error_that_names_the_set(make_set: SetMaker, content: str) -> None:
    folder = make_set(report_carriers=CARRIERS)
    (folder / "definitions.json").write_text(content, encoding="utf-8")
    with pytest.raises(PublishedSetError, match=r"definitions\.json cannot be read"):
        show(PublishedSet.open(folder), chapter(), "EUR")

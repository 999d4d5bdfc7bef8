"""The chapters of the report against the tables that a run publishes."""

from __future__ import annotations

import pytest

from dashboards.chapters import Chapter
from dashboards.contents import CHAPTERS, PARTS
from pipelines.reports.catalogue import REPORT_TABLES

COLUMNS = {table.name: set(table.columns) for table in REPORT_TABLES}


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
def test_a_chapter_shows_columns_that_its_table_has(chapter: Chapter) -> None:
    assert {*chapter.columns, *filter(None, [chapter.largest])} <= COLUMNS[chapter.table]
    assert chapter.part in PARTS


def test_names_and_questions_are_each_used_once() -> None:
    assert len({chapter.name for chapter in CHAPTERS}) == len(CHAPTERS)
    assert len({chapter.question for chapter in CHAPTERS}) == len(CHAPTERS)


def test_parts_stand_in_the_order_of_the_contents_list() -> None:
    parts = list(dict.fromkeys(chapter.part for chapter in CHAPTERS))
    assert parts == [part for part in PARTS if part in parts]

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipelines.ingest.sources import raw_tables
from pipelines.quality.model import ONE, Suite
from pipelines.quality.suites import core_suites, raw_suites, report_suites
from sql import statement

ROOT = Path(__file__).parents[3]
FILES = sorted(path.stem for path in (ROOT / "sql" / "checks").glob("*.sql"))
SUITES = (*raw_suites(), *core_suites(), *report_suites())
by_suite = pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.table)


def test_every_table_of_raw_is_checked() -> None:
    tables = {suite.table for suite in raw_suites()}
    assert tables == {"raw.ingest_ledger", "raw.quarantine", *(f"raw.{name}" for name in raw_tables())}


def test_every_table_of_core_is_checked_but_the_rates_that_come_from_the_settings() -> None:
    built = {path.stem.removeprefix("build_") for path in (ROOT / "sql" / "core").glob("build_*.sql")}
    assert {suite.table for suite in core_suites()} == {f"core.{name}" for name in built}


def test_a_table_is_checked_after_those_that_its_checks_read() -> None:
    seen: set[str] = set()
    for suite in SUITES:
        assert set(suite.reads) <= seen
        seen.add(suite.table)


def test_every_statement_of_the_folder_is_a_check() -> None:
    used = {check.query for suite in SUITES for check in suite.checks}
    assert [name for name in FILES if statement(f"checks/{name}") not in used] == []


@by_suite
def test_a_check_has_a_name_of_its_own_and_says_what_it_means(suite: Suite) -> None:
    names = [check.name for check in suite.checks]
    assert len(names) == len(set(names))
    assert "failed" not in names
    for check in suite.checks:
        assert (check.condition is None) != (check.query is None)
        assert check.breach.split(" ")[0] in ONE


@pytest.mark.parametrize("name", FILES)
def test_a_statement_is_one_select_with_a_comment_at_its_head(name: str) -> None:
    text = statement(f"checks/{name}")
    assert text.startswith("-- ")
    assert len(duckdb.extract_statements(text)) == 1
    assert " as n_rows,\n" in text.split("\nselect\n")[-1].splitlines()[0] + "\n"

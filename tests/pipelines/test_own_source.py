"""A source that is added by files alone: those that docs/add_a_source.md shows, and the program run on them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.program import ROOT, Ended, returnwatch

PAGE = (ROOT / "docs/add_a_source.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"^```\w+ (tinyshop/\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))


def write(folder: Path, changes: dict[str, str] | None = None) -> Path:
    """Write the page's files: what is delivered below ``landing``, what declares it below ``sources``."""
    for name, text in (BLOCKS | (changes or {})).items():
        place = folder / ("landing" if name.endswith(("_may.json", "_may.csv")) else "sources") / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return folder


def run(folder: Path) -> Ended:
    variables = {"RETURNWATCH_SOURCES_DIR": str(folder / "sources")}
    where = ("--landing", folder / "landing", "--home", folder / "home")
    return returnwatch("run", *where, "--json", cwd=folder, variables=variables)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """Return the folder of one run on the page's files, and its summary."""
    folder = write(tmp_path_factory.mktemp("own"))
    ended = run(folder)
    assert (ended.code, ended.err.count("Traceback")) == (0, 0), ended.err
    return folder, ended.json


def published(folder: Path, table: str) -> list[dict[str, Any]]:
    return pl.read_parquet(folder / "home/published/current" / f"{table}.parquet").to_dicts()


def test_the_page_shows_every_file_that_it_names() -> None:
    named = re.findall(r"^sources/(tinyshop/\S+)$", PAGE, re.MULTILINE)
    assert [*BLOCKS][2:] == named
    assert len(named) == 5


def test_every_row_is_accounted_for(done: tuple[Path, dict[str, Any]]) -> None:
    folder, summary = done
    assert (summary["rows"], summary["quarantined"], summary["files_refused"]) == (
        {"tinyshop_orders": 4, "tinyshop_returns": 2}, 0, [],
    )  # fmt: skip
    assert [(row["path"], row["rows_read"], row["rows_loaded"]) for row in published(folder, "ingest_ledger")] == [
        ("tinyshop/orders_may.json", 4, 4), ("tinyshop/returns_may.csv", 2, 2),
    ]  # fmt: skip


def test_its_rmas_are_scored_and_its_sales_counted(done: tuple[Path, dict[str, Any]]) -> None:
    folder, summary = done
    assert {row["rma_id"] for row in published(folder, "rma_scores")} == {"R-1", "R-2"}
    (overview,) = published(folder, "report_overview")
    assert (overview["orders"], overview["order_lines"], str(overview["goods_sales"])) == (2, 2, "58.5000")
    assert (overview["rmas"], overview["matched_lines"], summary["unmatched_lines"]) == (2, 1, 1)


def test_a_code_that_its_map_does_not_know_is_told(done: tuple[Path, dict[str, Any]]) -> None:
    folder, summary = done
    assert summary["unknown_codes"] == [{"source": "tinyshop", "map": "reasons", "code": "MOON PHASE", "n_rows": 1}]
    assert [row["reason"] for row in published(folder, "report_by_reason")] == ["defective", "moon phase"]


def test_nobody_stands_in_clear_text(done: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = done
    held = b"".join(place.read_bytes() for place in (folder / "home").rglob("*") if place.is_file())
    assert [name for name in (b"ann@", b"bob@", b"0171 2345678") if name in held] == []


def test_what_is_wrong_with_its_files_is_one_line(tmp_path: Path) -> None:
    ended = run(write(tmp_path, {"tinyshop/orders.sql": "selct 1"}))
    assert ended.code == 1
    assert "sql/sources/tinyshop/orders.sql: Parser Error" in ended.err.splitlines()[-1]
    assert "Traceback" not in ended.err
    assert not (tmp_path / "home/published").exists()

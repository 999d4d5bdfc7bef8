"""The documentation says what the code does: generated pages, commands, published columns, reason codes, links."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from models.reasons import REASON_CODES
from models.score import SCORES_SCHEMA
from pipelines.cli import app
from pipelines.docs import pages
from pipelines.output import PUBLISHED_TABLES
from pipelines.reports.catalogue import REPORT_TABLES
from pipelines.settings import Settings, load_settings

ROOT = Path(__file__).parents[1]
NAMED_FILE = r"\b((?:docs|sql|features|models|pipelines|dashboards|tests)/[\w/.]*\w\.\w+)"
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", pages())
def test_a_generated_page_is_what_the_code_declares(path: str) -> None:
    assert text(path) == pages()[path](), "run `make docs`"


def test_every_command_stands_in_the_readme() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert len(commands) >= 6
    assert [name for name in commands if f"`returnwatch {name}" not in text("README.md")] == []


def test_every_make_target_that_the_readme_names_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", text("README.md") + text("CONTRIBUTING.md"), re.MULTILINE))
    assert named >= {"run", "test"}
    assert named <= targets


def test_every_published_table_is_described() -> None:
    described = set(re.findall(r"^## ([a-z_]+)", text("docs/published.md") + text("docs/reports.md"), re.MULTILINE))
    assert set(PUBLISHED_TABLES) - described == set()


def test_every_column_of_the_scores_is_described() -> None:
    section = text("docs/published.md").split("## rma_scores")[1].split("\n## ")[0]
    assert re.findall(r"^\| `([a-z_]+)` \|", section, re.MULTILINE) == list(SCORES_SCHEMA)


def test_every_report_table_has_a_grain_and_columns() -> None:
    assert [table.name for table in REPORT_TABLES if not table.grain or not table.columns] == []


def test_every_reason_code_has_a_meaning() -> None:
    assert len(REASON_CODES) > 10
    assert all(meaning.endswith(".") for meaning in REASON_CODES.values())


def test_links_between_pages_lead_somewhere() -> None:
    links = [
        (page, target)
        for page in PAGES
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
        if "://" not in target
    ]
    assert len(links) > 10
    assert [f"{page.name}: {target}" for page, target in links if not (page.parent / target).exists()] == []


def test_every_file_that_a_page_names_is_there() -> None:
    named = {(page.name, path) for page in PAGES for path in re.findall(NAMED_FILE, page.read_text(encoding="utf-8"))}
    assert len(named) > 10
    assert sorted(f"{page}: {path}" for page, path in named if not (ROOT / path).exists()) == []


def test_the_example_of_settings_holds_the_defaults() -> None:
    assert load_settings(ROOT / "docs/returnwatch.example.toml") == Settings()

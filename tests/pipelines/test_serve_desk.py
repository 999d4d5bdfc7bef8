"""What the settings say of the review desk is what the pages go by."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from dashboards.app import mount
from dashboards.context import AppContext
from dashboards.filters import Filters
from dashboards.i18n import Speech
from dashboards.pages.queue import all_cases, grid_rows, standing
from dashboards.server import create_server
from dashboards.serving import Desk
from dashboards.theme import LIGHT
from dashboards.view import Person, View
from pipelines.errors import ReturnwatchError
from pipelines.serve import serve_settings
from pipelines.settings import load_settings
from tests.desk_shop import page_tables, publish


def desk_of(folder: Path, text: str) -> Desk:
    config = folder / "returnwatch.toml"
    config.write_text(text, encoding="utf-8")
    settings = load_settings(config)
    return serve_settings(settings, settings.serve).desk


def test_the_line_and_the_days_are_settings(tmp_path: Path) -> None:
    assert desk_of(tmp_path, "") == Desk(50, timedelta(days=1))
    told = desk_of(tmp_path, "[reviews]\ncases_a_day = 3\ndue_days = 0.5\n")
    assert told == Desk(3, timedelta(hours=12))


@pytest.mark.parametrize("wrong", ["cases_a_day = 0", "due_days = 0", "due_days = 366", "cases_a_day = 1.5"])
def test_a_desk_that_makes_no_sense_is_refused_by_name(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(ReturnwatchError, match=wrong.split(maxsplit=1)[0]):
        desk_of(tmp_path, f"[reviews]\n{wrong}\n")


def test_the_queue_goes_by_the_desk(tmp_path: Path) -> None:
    publish(tmp_path, page_tables())
    context = AppContext(tmp_path, desk=Desk(2, timedelta(days=365 * 1000)))
    view = View(context, context.published(), Filters.parse(""), Speech(), LIGHT, Person("ada", "reviewer"))
    rows = grid_rows(view, {})["rowData"]
    assert isinstance(rows, list)
    assert [row["position"] for row in rows if row["is_line"]] == [2]
    assert standing(view, all_cases(view)).startswith("0 of 2 today · 0 overdue")


def test_the_served_pages_have_the_desk_of_the_settings(tmp_path: Path) -> None:
    publish(tmp_path, page_tables())
    config = tmp_path / "returnwatch.toml"
    config.write_text("[reviews]\ncases_a_day = 4\n", encoding="utf-8")
    settings = load_settings(config)
    seen: list[Desk] = []

    def watched(server: object, parts: object) -> list[str]:
        seen.append(parts.desk)  # type: ignore[attr-defined]
        return list(mount(server, parts))  # type: ignore[arg-type]

    create_server(tmp_path, serve_settings(settings, settings.serve), watched)
    assert seen == [Desk(4)]

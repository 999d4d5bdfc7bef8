"""One frame of cases for pages, the store and the API."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from dashboards.cases import cases_of
from dashboards.data import PublishedSetError
from dashboards.published_cases import PublishedCases, queue_of
from tests import desk_shop
from tests.dashboards.serving import desk


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    desk_shop.publish(home, desk_shop.page_tables())
    return home


def test_pages_and_programs_share_one_frame(home: Path) -> None:
    with ThreadPoolExecutor(8) as many:
        frames = list(many.map(lambda _: PublishedCases(home).current().frame, range(8)))
    set_folder = (home / "published/current").resolve()
    assert all(frame is cases_of(set_folder) for frame in frames)


def test_a_new_set_takes_the_place_of_the_old_one(home: Path) -> None:
    cases = PublishedCases(home)
    assert "C-4" in cases.current().place
    desk.publish(home, 3, "set-2")
    assert list(cases.current().place) == ["C-000000", "C-000001", "C-000002"]
    facts = cases.current().facts("C-000001")
    assert facts is not None
    assert (facts.rma_ids, facts.value) == (("R000002", "R000003"), Decimal(102 + 103))


def test_a_case_with_one_held_rma_is_held(tmp_path: Path) -> None:
    outcomes = ["REVIEW", "HOLD", "REVIEW", *["REVIEW"] * 6]
    queue = desk_shop.queue().with_columns(outcome=pl.Series(outcomes))
    folder = desk_shop.publish(tmp_path, desk_shop.page_tables() | {"flagged_queue": queue})
    found = dict(queue_of(folder).frame.select("case_id", "outcome").iter_rows())
    assert found == {"C-ring": "HOLD", **dict.fromkeys(["C-4", "C-5", "C-6", "C-7", "C-two"], "REVIEW")}


def test_what_an_older_set_does_not_tell_is_not_known_rather_than_nothing(tmp_path: Path) -> None:
    queue = desk_shop.queue().drop("expected_loss", "amount_at_stake")
    folder = desk_shop.publish(tmp_path, desk_shop.page_tables() | {"flagged_queue": queue})
    row = queue_of(folder).row("C-two")
    assert row is not None
    assert (row["expected_loss"], row["at_stake"]) == (None, desk_shop.STAKES[7] + desk_shop.STAKES[8])


def test_no_set_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(PublishedSetError, match="no published set"):
        PublishedCases(tmp_path).current()

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from dashboards.cases import cases_of, chosen, facts, ordered, with_states
from dashboards.data import PublishedSet
from dashboards.filters import Filters
from dashboards.reviews.rules import CaseState
from tests.desk_shop import CASES, STAKES, page_tables, publish

OPENED = datetime.fromisoformat("2026-06-20T06:00:00")
DAY = timedelta(hours=24)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("home"), page_tables())


def state(case_id: str, state: str = "open", verdict: str | None = None, who: str | None = None) -> CaseState:
    at = OPENED + timedelta(hours=3)
    until = at + timedelta(minutes=15) if who else None
    decided = at if verdict else None
    return CaseState(case_id, 2, state, (), Decimal(0), verdict, None, None, decided, who, until, None, at)


def told(folder: Path, *states: CaseState, now: datetime = OPENED + timedelta(hours=3)) -> pl.DataFrame:
    return with_states(cases_of(folder), {one.case_id: one for one in states}, OPENED, DAY, now)


def test_a_case_sums_its_flagged_rmas_in_the_order_of_the_queue(folder: Path) -> None:
    cases = cases_of(folder)
    assert cases["case_id"].to_list() == list(dict.fromkeys(CASES))
    assert cases["position"].to_list() == [1, 2, 3, 4, 5, 6]
    first = cases.row(0, named=True)
    assert (first["n_rmas"], first["n_accounts"], first["at_stake"], first["expected_loss"]) == (3, 2, 700, 350)
    assert first["unusual"] == "returns 5 units at once; a typical RMA returns 1"


def test_a_case_that_nobody_touched_is_open_since_the_set_was_published(folder: Path) -> None:
    row = told(folder).row(0, named=True)
    assert (row["state"], row["due_at"], row["is_overdue"], row["who"]) == ("open", OPENED + DAY, False, None)


def test_a_case_is_late_when_its_time_has_passed_and_it_is_not_decided(folder: Path) -> None:
    cases = told(folder, state("C-4", "decided", "approve"), state("C-5"), now=OPENED + timedelta(hours=25))
    late = dict(cases.select("case_id", "is_overdue").iter_rows())
    assert late == {"C-ring": True, "C-4": False, "C-5": False, "C-6": True, "C-7": True, "C-two": True}


def test_who_holds_a_case_is_told_only_while_the_claim_lasts(folder: Path) -> None:
    held = state("C-4", who="ada")
    assert told(folder, held).filter(pl.col("case_id") == "C-4")["who"].item() == "ada"
    later = told(folder, held, now=OPENED + timedelta(hours=4))
    assert later.filter(pl.col("case_id") == "C-4")["who"].item() is None


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("", ["C-ring", "C-5", "C-6", "C-7", "C-two"]),
        ("?status=decided", ["C-4"]),
        ("?status=all", ["C-ring", "C-4", "C-5", "C-6", "C-7", "C-two"]),
        ("?who=mine", ["C-5"]),
        ("?who=nobody", ["C-ring", "C-6", "C-7", "C-two"]),
        ("?q=RMA-7", ["C-two"]),
        ("?q=(", []),
        ("?stage=request", []),
        ("?late=1", []),
    ],
)
def test_the_address_chooses_cases(folder: Path, search: str, names: list[str]) -> None:
    cases = told(folder, state("C-4", "decided", "approve"), state("C-5", who="ada"))
    assert chosen(cases, Filters.parse(search), "ada")["case_id"].to_list() == names


def test_the_grid_orders_by_what_it_may_and_by_position_otherwise(folder: Path) -> None:
    cases = told(folder)
    by_stake = ordered(cases, [{"colId": "at_stake", "sort": "asc"}])
    assert by_stake["at_stake"].to_list() == sorted(by_stake["at_stake"].to_list())
    assert ordered(cases, [{"colId": "rma_ids; drop", "sort": "asc"}]).equals(cases)
    assert ordered(cases, None).equals(cases)


def test_the_store_is_told_of_all_rmas_and_what_is_at_stake(folder: Path) -> None:
    published = PublishedSet.open(folder)
    known = facts(published, "C-two")
    assert known is not None
    assert (known.rma_ids, known.value) == (("RMA-7", "RMA-8"), Decimal(STAKES[7] + STAKES[8]))
    assert facts(published, "C-none") is None

"""A run whose disk fails, at any call that changes the home: what was published stands, the next run mends it."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from tests.faults.bench import Outcome
from tests.faults.conftest import Workshop
from tests.faults.shim import NO_FAULT, Fault
from tests.faults.sweep import counted, described, every, sweep

STEP = int(os.environ.get("FAULT_STEP", "1"))
"""Every how manyth call the long sweep disturbs; 1 for each."""
ERRORS = ("no space", "I/O error", "permission")
log = logging.getLogger(__name__)


def last(calls: list[tuple[str, str]], name: str, end: str) -> int:
    """Return the number, from 1, of the last call of that name on a place that ends so."""
    return max(number for number, (call, place) in enumerate(calls, 1) if call == name and place.endswith(end))


def swap(calls: list[tuple[str, str]]) -> int:
    """Return the number of the call that makes the new set current."""
    return last(calls, "rename", "/published/current")


def passed(workshop: Workshop, case: str, faults: list[Fault]) -> list[Outcome]:
    """Try every fault; each must leave nothing wrong, and must have happened."""
    outcomes = sweep(workshop.benches, workshop.cases[case], faults)
    log.info("%s: %d of %d calls, %s", case, len(outcomes), workshop.cases[case].n_calls, counted(outcomes))
    assert described(outcomes) == []
    assert [one.fault for one in outcomes if not one.call] == []
    return outcomes


def test_the_shim_counts_what_python_duckdb_and_polars_write(workshop: Workshop) -> None:
    names = {Path(place).name for _, place in workshop.calls}
    assert names >= {"run.lock", "warehouse.duckdb", "warehouse.duckdb.wal", "manifest.json", "rma_scores.parquet"}
    assert {call for call, _ in workshop.calls} >= {"open", "write", "pwrite", "fsync", "rename", "mkdir", "unlink"}


def test_all_of_a_set_is_on_disk_before_anyone_is_pointed_to_it(workshop: Workshop) -> None:
    before = workshop.calls[: swap(workshop.calls) - 1]
    written = {place for call, place in before if call in {"write", "pwrite"} and "/published/.partial-" in place}
    assert {Path(place).name for place in written} >= {"manifest.json", "rma_scores.parquet", "return_costs.parquet"}
    folders = {str(Path(place).parent) for place in written}
    places = {place for place in written | folders if not Path(place).name.startswith(".report")}
    synced = {
        place: max((n for n, one in enumerate(before) if one == ("fsync", place)), default=-1) for place in places
    }
    changed = {
        place: max((n for n, (call, on) in enumerate(before) if on == place and call != "fsync"), default=-1)
        for place in places
    }
    assert {place for place in places if synced[place] <= changed[place]} == set()


def test_the_warehouse_is_committed_and_the_sets_name_is_on_disk_before_the_swap(workshop: Workshop) -> None:
    committed = last(workshop.calls, "fsync", "/warehouse.duckdb.wal")
    named = max(n for n, (call, place) in enumerate(workshop.calls, 1) if call == "rename" and "/published/2" in place)
    syncs = [n for n, one in enumerate(workshop.calls, 1) if one[0] == "fsync" and one[1].endswith("/published")]
    assert committed < named < swap(workshop.calls)
    assert any(named < sync < swap(workshop.calls) for sync in syncs)


def test_a_kill_between_commit_and_swap_leaves_the_old_set_and_the_next_run_publishes(workshop: Workshop) -> None:
    (outcome,) = passed(workshop, "second run", [Fault(swap(workshop.calls), "kill")])
    assert (outcome.code, outcome.call) == (-9, "rename /published/current")


def test_what_fails_around_the_swap_leaves_one_whole_set_and_a_home_that_goes_on(workshop: Workshop) -> None:
    at = swap(workshop.calls)
    outcomes = passed(workshop, "second run", [Fault(at, "I/O error"), Fault(at + 1, "I/O error")])
    assert [one.code for one in outcomes] == [1, 0]


@pytest.mark.slow
@pytest.mark.parametrize("case", ["first run", "second run"])
def test_each_call_of_a_run_may_fail(workshop: Workshop, case: str) -> None:
    passed(workshop, case, every(workshop.cases[case], STEP, ERRORS))


@pytest.mark.slow
def test_a_disk_may_stay_full_or_broken_from_any_call_on(workshop: Workshop) -> None:
    case = workshop.cases["second run"]
    passed(workshop, "second run", every(case, 5 * STEP, ("no space", "I/O error"), is_sticky=True))


@pytest.mark.slow
def test_a_run_may_be_killed_at_any_call(workshop: Workshop) -> None:
    passed(workshop, "second run", every(workshop.cases["second run"], 2 * STEP, ("kill",)))


def test_nothing_is_disturbed_where_nothing_is_asked(workshop: Workshop) -> None:
    bench = workshop.benches.get()
    try:
        outcome = bench.attempt(workshop.cases["second run"], NO_FAULT)
    finally:
        workshop.benches.put(bench)
    assert (outcome.code, outcome.call, outcome.problems) == (0, "", ())

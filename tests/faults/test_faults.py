"""A run whose disk fails, at any call that changes the home: what was published stands, the next run mends it."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from tests.faults.bench import Outcome
from tests.faults.conftest import Workshop
from tests.faults.shim import NO_FAULT, Fault
from tests.faults.sweep import counted, described, each, every, every_change

STEP = int(os.environ.get("FAULT_STEP", "1"))
"""Every how manyth call the long sweep disturbs; 1 for each."""
ERRORS = ("no space", "I/O error", "permission")
log = logging.getLogger(__name__)


SWAP = ("rename", "/published/current")
"""The call that makes the new set current."""


def passed(workshop: Workshop, name: str, faults: list[Fault]) -> list[Outcome]:
    """Try every fault; each must leave nothing wrong, and must have happened.

    A run has a few calls more or less than the one that was counted, so the last numbers may not come up.
    """
    benches, n_calls = workshop.benches, workshop.benches.cases[name].n_calls
    outcomes = benches.sweep(name, faults)
    met = [one for one in outcomes if one.call]
    log.info("%s of %d calls: %d faults, %s, %d homes mended", name, n_calls, len(met), counted(met), benches.n_mended)
    assert described(outcomes) == []
    assert [one.fault for one in outcomes if not one.call and one.fault.target < 0.9 * n_calls] == []
    return met


def test_the_shim_counts_what_python_duckdb_and_polars_write(workshop: Workshop) -> None:
    names = {Path(place).name for _, place in workshop.calls}
    assert names >= {"run.lock", "warehouse.duckdb", "warehouse.duckdb.wal", "manifest.json", "rma_scores.parquet"}
    staged = {Path(place).suffix for call, place in workshop.calls if call == "write" and "/staging/" in place}
    assert ".parquet" in staged  # the process that reads files has an environment of its own
    assert {call for call, _ in workshop.calls} >= {"open", "write", "pwrite", "fsync", "rename", "mkdir", "unlink"}


def test_all_of_a_set_is_on_disk_before_anyone_is_pointed_to_it(workshop: Workshop) -> None:
    before = workshop.calls[: workshop.calls.index(SWAP)]
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
    swap = workshop.calls.index(SWAP)
    (named,) = (
        n for n, (call, place) in enumerate(workshop.calls) if call == "rename" and "/published/2" in place[:12]
    )
    log_writes = [n for n, one in enumerate(workshop.calls[:named]) if one == ("write", "/warehouse.duckdb.wal")]
    log_syncs = [n for n, one in enumerate(workshop.calls[:named]) if one == ("fsync", "/warehouse.duckdb.wal")]
    assert 0 < max(log_writes) < max(log_syncs) < named < swap
    assert ("fsync", "") in workshop.calls[max(log_syncs) : named]
    assert ("fsync", "/published") in workshop.calls[named:swap]


def test_a_kill_between_commit_and_swap_leaves_the_old_set_and_the_next_run_publishes(workshop: Workshop) -> None:
    (outcome,) = passed(workshop, "second run", [Fault(1, "kill", only=" ".join(SWAP))])
    assert (outcome.code, outcome.call) == (-9, "rename /published/current")


def test_a_swap_that_the_disk_does_not_confirm_is_no_failure(workshop: Workshop) -> None:
    n_syncs = workshop.calls.count(("fsync", "/published"))
    assert workshop.calls.index(SWAP) < len(workshop.calls) - workshop.calls[::-1].index(("fsync", "/published"))
    (outcome,) = passed(workshop, "second run", [Fault(n_syncs, "I/O error", only="fsync /published")])
    assert (outcome.code, outcome.call) == (0, "fsync /published")


def test_once_the_set_is_current_nothing_fails_the_run_any_more(workshop: Workshop) -> None:
    (outcome,) = passed(workshop, "second run", [Fault(1, "permission", only="unlink /unpublished")])
    assert (outcome.code, outcome.call) == (0, "unlink /unpublished")


def test_half_a_block_that_a_checkpoint_writes_is_put_right_by_the_next_run(workshop: Workshop) -> None:
    """The last writes before that of the header are blocks of metadata, one of them in its place."""
    place = "pwrite /warehouse.duckdb"
    n_writes = sum(" ".join(one) == place for one in workshop.calls)
    faults = [Fault(n_writes - back, "I/O error", is_torn=True, only=place) for back in range(2, 6)]
    outcomes = passed(workshop, "second run", faults)
    assert {(one.code, one.call) for one in outcomes} == {(0, place)}
    assert all("the log is not in the file yet" in one.message for one in outcomes)


@pytest.mark.slow
def test_a_swap_that_fails_leaves_the_old_set_and_the_next_run_publishes(workshop: Workshop) -> None:
    (outcome,) = passed(workshop, "second run", [Fault(1, "I/O error", only=" ".join(SWAP))])
    assert (outcome.code, outcome.call) == (1, "rename /published/current")


@pytest.mark.slow
@pytest.mark.parametrize("action", ["no space", "kill"])
def test_what_stops_the_process_that_reads_files_stops_the_run_and_leaves_the_old_set(
    workshop: Workshop, action: str
) -> None:
    place = next(place for call, place in workshop.calls if call == "write" and place.startswith("/staging/"))
    (outcome,) = passed(workshop, "second run", [Fault(1, action, only=f"write {place}")])
    assert (outcome.code, outcome.call) == (1 if action == "no space" else -9, f"write {place}")


@pytest.mark.slow
def test_each_call_of_a_first_run_may_fail(workshop: Workshop) -> None:
    passed(workshop, "first run", each(workshop.benches.cases["first run"], STEP, ERRORS))


@pytest.mark.slow
def test_each_call_of_a_later_run_may_fail_and_each_change_with_each_error(workshop: Workshop) -> None:
    passed(workshop, "second run", every_change([call for call, _ in workshop.calls], STEP, ERRORS))


@pytest.mark.slow
def test_a_disk_may_stay_full_or_broken_from_any_call_on(workshop: Workshop) -> None:
    case = workshop.benches.cases["second run"]
    passed(workshop, "second run", every(case, 5 * STEP, ("no space", "I/O error"), is_sticky=True))


@pytest.mark.slow
def test_a_run_may_be_killed_at_any_call(workshop: Workshop) -> None:
    passed(workshop, "second run", every(workshop.benches.cases["second run"], 2 * STEP, ("kill",)))


@pytest.mark.slow
def test_a_first_run_may_be_killed_at_any_call(workshop: Workshop) -> None:
    passed(workshop, "first run", every(workshop.benches.cases["first run"], 3 * STEP, ("kill",)))


@pytest.mark.slow
def test_nothing_is_disturbed_where_nothing_is_asked(workshop: Workshop) -> None:
    with workshop.benches.bench() as bench:
        outcome = bench.attempt(workshop.benches.cases["second run"], NO_FAULT)
    assert (outcome.code, outcome.call, outcome.problems) == (0, "", ())

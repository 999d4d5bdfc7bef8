"""A run that is ended by a signal at any moment, over a landing folder of 200,000 rows."""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from tests.faults.bench import Bench, Case, Outcome
from tests.faults.sweep import FIRST, RETURNS, counted, deliver
from tests.program import ROOT

KILLS = int(os.environ.get("FAULT_KILLS", "60"))
ROWS = int(os.environ.get("FAULT_ROWS", "200000"))
"""Rows of the landing folder."""
SEED = 20_261_123
log = logging.getLogger(__name__)


def large_delivery(rows: int) -> dict[str, str]:
    """Return files of so many rows together: few RMAs, so that reading them is most of a run's work."""
    n_orders, n_returns = rows // 20, rows // 200
    lines = range(rows - n_orders - n_returns)
    files = {
        "orders_large.csv": "order_id,customer_id,ordered_at,currency\n"
        + "".join(f"L{n},D{n % 999},2026-02-{n % 28 + 1:02},EUR\n" for n in range(n_orders)),
        "returns_large.csv": RETURNS
        + "".join(f"Q{n},1,L{n},1,D{n % 999},S1,1,2026-04-{n % 28 + 1:02},received,\n" for n in range(n_returns)),
    }
    for part in range(4):
        files[f"order_lines_large_{part}.csv"] = "order_id,line_id,sku,quantity,unit_price,category\n" + "".join(
            f"L{n % n_orders},{n // n_orders + 1},S{n % 99},1,{n % 90 + 1}.25,shoes\n" for n in lines[part::4]
        )
    return files


@dataclass(frozen=True, slots=True)
class Large:
    """A warm bench, the large case, and the seconds that an undisturbed run of it takes."""

    bench: Bench
    case: Case
    seconds: float


@pytest.fixture(scope="module")
def large(shim_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Large]:
    """Yield the large case on a home that has a published set of a smaller delivery."""
    folder = tmp_path_factory.mktemp("kill")
    delivery = large_delivery(ROWS - sum(text.count("\n") - 1 for text in FIRST.values()))
    case = Case(folder / "before", deliver(folder / "second", FIRST, delivery))
    with Bench(folder / "bench", shim_library) as bench:
        bench.undisturbed(Case(None, deliver(folder / "first", FIRST)), warms=True)
        shutil.copytree(bench.home, folder / "before", symlinks=True)
        started = time.monotonic()
        case = bench.undisturbed(case)
        yield Large(bench, case, time.monotonic() - started)
    shutil.rmtree(folder)


def interrupted(large: Large, number: signal.Signals, times: int) -> list[Outcome]:
    """Send a signal at so many random moments of a run, and demand that nothing is wrong after any of them."""
    random = Random(SEED)  # noqa: S311 - moments of a test
    # a kill may come before the program is there; who asks it to end must find it
    first = 0 if number is signal.SIGKILL else 0.1 * large.seconds
    moments = [random.uniform(first, large.seconds) for _ in range(times)]
    outcomes = [large.bench.interrupted(large.case, moment, number) for moment in moments]
    log.info("%s, run of %.1f s: %s", number.name, large.seconds, counted(outcomes))
    assert [f"{one.call}: {one.problems}" for one in outcomes if one.problems] == []
    return outcomes


@pytest.mark.slow
def test_a_run_killed_at_any_moment_leaves_whole_sets_and_the_next_run_ends_as_if_nothing_had_been(
    large: Large,
) -> None:
    outcomes = interrupted(large, signal.SIGKILL, KILLS)
    assert len(outcomes) == KILLS
    assert sum(one.code == -9 for one in outcomes) > KILLS // 2


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_asked_to_end_says_so_in_one_line(large: Large, number: signal.Signals) -> None:
    outcomes = interrupted(large, number, max(2, KILLS // 10))
    assert any(one.code == 130 and one.message.startswith("returnwatch: interrupted;") for one in outcomes)


def test_a_service_manager_ends_a_run_cleanly(tmp_path: Path) -> None:
    home, landing = tmp_path / "home", deliver(tmp_path / "landing", FIRST)
    run = subprocess.Popen(
        [sys.executable, "-m", "pipelines", "run", "--landing", landing, "--home", home],
        cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    while not (home / "warehouse.duckdb").exists():
        assert run.poll() is None
        time.sleep(0.01)
    run.send_signal(signal.SIGTERM)
    out, err = run.communicate(timeout=600)
    assert (run.returncode, out) == (130, "")
    assert err.splitlines()[-1].startswith("returnwatch: interrupted; what was published stands")
    assert "Traceback" not in err
    assert {place.name for place in home.iterdir()} <= {"key", "run.lock", "warehouse.duckdb"}
    with (home / "run.lock").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

"""An executor is killed while it gathers or tells features: its tasks run again elsewhere, the rows are the same."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import pytest
from polars.testing import assert_frame_equal

from engines.spark.engine import SparkEngine
from features.assemble import build_features
from tests.engines.frame_tables import FrameTables, features_on
from tests.random_shop import SENSITIVE, random_shop

pytestmark = pytest.mark.slow


def parents() -> dict[int, int]:
    """Return the parent of every process."""
    found = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            found[int(place.parent.name)] = int(place.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    return found


def executors() -> set[int]:
    """Return the executors that this process's own cluster runs."""
    parent = parents()

    def is_ours(process: int) -> bool:
        """Whether a process descends from this one."""
        while process > 1:
            if process == os.getpid():
                return True
            process = parent.get(process, 0)
        return False

    def is_executor(process: int) -> bool:
        """Whether a process is an executor."""
        try:
            return b"CoarseGrainedExecutorBackend" in Path(f"/proc/{process}/cmdline").read_bytes()
        except OSError:
            return False

    return {process for process in parent if is_executor(process) and is_ours(process)}


def running(cluster: SparkEngine) -> int:
    """Return how many tasks run."""
    tracker = cluster.work.spark.sparkContext.statusTracker()
    stages = [tracker.getStageInfo(number) for number in tracker.getActiveStageIds()]
    return sum(stage.numActiveTasks for stage in stages if stage is not None)


def once(is_so: Callable[[], bool], then: Callable[[], None], stop: Event) -> None:
    """Wait until something is so, then do something; nothing where it is told to stop before."""
    while not stop.is_set():
        if is_so():
            then()
            return
        time.sleep(0.01)


def test_a_killed_executor_changes_nothing(cluster: SparkEngine) -> None:
    shop = random_shop(8, 120, 60)
    cluster.work.spark.range(1).count()
    before, killed, stop = executors(), list[int](), Event()
    assert len(before) == 2

    def kill() -> None:
        """Kill one of the executors at once, as a machine that loses power."""
        victim = min(before)
        os.kill(victim, signal.SIGKILL)
        killed.append(victim)

    # which bucket needs what is kept, what comes next is made of the buckets, and both executors are at work
    is_telling = (cluster.work.folder / "order_places" / "_SUCCESS").exists
    watcher = Thread(target=once, args=(lambda: is_telling() and running(cluster) == len(before), kill, stop))
    watcher.start()
    try:
        told = features_on(cluster, FrameTables.of_shop(shop), SENSITIVE)
    finally:
        stop.set()
        watcher.join()
    assert killed, "never were both executors at work while features were told"
    assert not executors() & set(killed)
    assert_frame_equal(told, build_features(shop, SENSITIVE), check_exact=True)

"""Workers that cannot compute what the run would are named before any work, each on a real cluster."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from engines.errors import EngineError
from engines.spark import workers
from engines.spark.engine import SparkEngine
from engines.spark.workers import check_workers, software
from features.params import FeatureParams
from tests.engines.conftest import MASTER
from tests.engines.frame_tables import FrameTables, features_on
from tests.random_shop import random_shop

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", ["polars", "returnwatch", "python"])
def test_a_worker_with_other_software_is_named(
    cluster: SparkEngine, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    work = cluster.work
    check_workers(work.spark, MASTER, tmp_path)
    theirs = software()[name]
    monkeypatch.setattr(workers, "software", lambda: {**software(), name: "0"})
    with pytest.raises(EngineError, match=rf"the worker \S+ has {name} {theirs}, and here it is 0; install the same"):
        check_workers(work.spark, MASTER, tmp_path)


def test_a_worker_that_does_not_see_the_folder_is_named(
    cluster: SparkEngine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    work = cluster.work
    monkeypatch.setattr(Path, "touch", lambda _: None)  # the mark is on a disk of this machine alone
    with pytest.raises(EngineError, match=rf"the worker \S+ does not see {tmp_path}; name a folder .* \[spark\] work"):
        check_workers(work.spark, MASTER, tmp_path)


def test_a_worker_whose_python_has_no_returnwatch_is_one_line(
    cluster: SparkEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster.work.spark.sparkContext, "pythonExec", sys._base_executable)  # type: ignore[attr-defined]  # noqa: SLF001 - the Python that this one's folder was made with
    with pytest.raises(EngineError, match=r"a worker's Python has no \w+; install returnwatch there as it is here"):
        features_on(cluster, FrameTables.of_shop(random_shop(0)), FeatureParams())

"""A Spark cluster in small: a master, two workers and their executors, each a process of its own on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engines.spark.engine import SparkEngine

MASTER = "local-cluster[2,1,2048]"
BRIEF = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
SMALL = {
    "spark.driver.memory": "1g",
    "spark.executor.memory": "1g",
    "spark.sql.shuffle.partitions": "2",
    # compiling takes longer than a few rows do
    "spark.driver.extraJavaOptions": BRIEF,
    "spark.executor.extraJavaOptions": BRIEF,
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkEngine]:
    """Return an engine on a small cluster; skips where pyspark is not installed."""
    pytest.importorskip("pyspark", reason="pyspark is not installed: pip install 'returnwatch[spark]'")
    work: Path = tmp_path_factory.mktemp("spark") / "work"
    engine = SparkEngine(MASTER, work, SMALL)
    yield engine
    engine.close()

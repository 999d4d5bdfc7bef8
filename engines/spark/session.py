"""Opening a Spark session, and saying in one line what is missing where that fails."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sys
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from engines.errors import EngineError

INSTALL = "pip install 'returnwatch[spark]'"
CONNECT_SECONDS = 5.0
SPARK_PORT = 7077
PYTHON = "PYSPARK_PYTHON"
"""Spark's own variable for the Python of the workers."""


def check(master: str) -> None:
    """Raise EngineError where pyspark or Java is missing, or no master answers; nothing is started or imported."""
    if find_spec("pyspark") is None:
        raise EngineError(f"--engine spark: pyspark is not installed; run {INSTALL}")
    home = os.environ.get("JAVA_HOME", "")
    if shutil.which("java", path=str(Path(home, "bin")) if home else None) is None:
        where = f"in JAVA_HOME ({home})" if home else "on the PATH"
        raise EngineError(f"--engine spark: no java {where}; install Java 17 or newer, or set JAVA_HOME")
    if master.startswith("spark://") and not any(_answers(*place) for place in _places(master)):
        raise EngineError(f"--master {master}: no Spark master answers there; start it, or name another one")


def _places(master: str) -> list[tuple[str, int]]:
    """Return hosts and ports of ``spark://host:port,host:port``; EngineError where one is none."""
    found = []
    for place in master.removeprefix("spark://").split(","):
        host, _, port = place.rpartition(":") if ":" in place else (place, "", str(SPARK_PORT))
        if not host or not port.isdecimal():
            raise EngineError(f"--master {master}: not the address of a master; write it as spark://host:{SPARK_PORT}")
        found.append((host, int(port)))
    return found


def _answers(host: str, port: int) -> bool:
    """Whether somebody listens at a place."""
    try:
        with socket.create_connection((host, port), CONNECT_SECONDS):
            return True
    except OSError:
        return False


def properties(master: str, own: Mapping[str, str]) -> dict[str, str]:
    """Return what a session is opened with; ``own`` wins."""
    found = {
        "spark.app.name": "returnwatch",
        "spark.executorEnv.OMP_NUM_THREADS": "1",
        # a task has one core: what it calls must not take those of the others
        "spark.executorEnv.POLARS_MAX_THREADS": "1",
        "spark.master": master,
        "spark.sql.execution.arrow.maxRecordsPerBatch": "50000",
        "spark.sql.session.timeZone": "UTC",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    if master.startswith("local"):
        found["spark.driver.host"] = found["spark.driver.bindAddress"] = "127.0.0.1"
    return found | dict(own)


def open_session(master: str, own: Mapping[str, str], log: Path) -> Any:  # noqa: ANN401 - of a library that may not be there
    """Return a Spark session whose own words go to a file; EngineError where it cannot be opened."""
    check(master)
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra, and slow to import

    builder = SparkSession.builder
    for name, value in properties(master, own).items():
        builder = builder.config(name, value)
    with _own_signals(), _stderr_to(log), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says that it does not know the newest pandas, which is not used
        try:
            spark = builder.getOrCreate()
        except Exception as error:
            raise EngineError(
                f"--master {master}: Spark did not start ({first_line(error)}); {log} says more"
            ) from error
    if master.startswith("local") and PYTHON not in os.environ:
        spark.sparkContext.pythonExec = sys.executable  # workers on this machine have this program already
    return spark


@contextmanager
def _stderr_to(log: Path) -> Iterator[None]:
    """Let a process that is started meanwhile write to a file what it would write between the lines of the run."""
    kept = os.dup(2)
    try:
        with log.open("wb") as file:
            os.dup2(file.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


@contextmanager
def _own_signals() -> Iterator[None]:
    """Keep the run's handler of SIGINT: Spark sets one of its own, and the run would not hear of it."""
    handler = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, handler)


def first_line(error: Exception) -> str:
    """Return the first line of a message that has any."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__

"""The engine of a run, as the command line and the settings name it.

What belongs here is light: which engine there is to be loads before anything that computes.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import WrongArgumentError
from pipelines.scratch import SPARK
from pipelines.settings import SparkSettings

if TYPE_CHECKING:
    from engines.base import Engine

LOCAL_NAME, SPARK_NAME = "local", "spark"


def check_engine(name: str, master: str, settings: SparkSettings) -> None:
    """Raise, before a run begins, where its engine is not to be had."""
    if name != SPARK_NAME:
        if master:
            raise WrongArgumentError(f"--master {master}: only --engine spark has a master; give both, or neither")
        return
    from engines.spark.session import check  # noqa: PLC0415 - for runs on Spark alone

    check(master or settings.master)


def make_engine(name: str, master: str, settings: SparkSettings, home: Path) -> Engine:
    """Return the engine of a run; it opens what it needs when it is first asked to compute."""
    if name != SPARK_NAME:
        from engines.local import LocalEngine  # noqa: PLC0415 - Polars loads where something is computed

        return LocalEngine()
    from engines.spark.engine import SparkEngine  # noqa: PLC0415 - for runs on Spark alone

    return SparkEngine(master or settings.master, work_folder(settings, home), settings.properties)


def work_folder(settings: SparkSettings, home: Path) -> Path:
    """Return the folder of a run's shared files: below the home, or the home's own below the one that is set."""
    if settings.work is None:
        return home.resolve() / SPARK
    return settings.work.resolve() / f"returnwatch-{hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:12]}"

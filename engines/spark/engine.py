"""The engine that computes on Spark: opened at first use, closed with the run."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from engines.base import Tables
from engines.errors import EngineError
from engines.spark.features import tell_features
from engines.spark.scores import score
from engines.spark.session import open_session
from engines.spark.trouble import told_trouble
from engines.spark.work import Work
from engines.spark.workers import check_workers
from features.params import FeatureParams
from models.params import DecisionParams

if TYPE_CHECKING:
    from models.detector import Detector


@dataclass(slots=True)
class SparkEngine:
    """Computes on the cluster of ``master``, with files in a folder that it makes, and removes, below ``folder``."""

    master: str
    folder: Path
    properties: Mapping[str, str] = field(default_factory=dict)
    _work: Work | None = None

    @property
    def work(self) -> Work:
        """The session, opened and its workers looked at when first asked for."""
        if self._work is None:
            shutil.rmtree(self.folder, ignore_errors=True)
            try:
                self.folder.mkdir(parents=True)
            except OSError as error:
                raise EngineError(
                    f"{self.folder}: cannot be made ({error.strerror}); name another folder as [spark] work"
                ) from None
            spark = open_session(self.master, self.properties, self.folder.with_suffix(".log"))
            self._work = Work(spark, self.folder.resolve(), spark.sparkContext.defaultParallelism)
            check_workers(spark, self.master, self.folder.resolve())
        return self._work

    def features(self, tables: Tables, params: FeatureParams) -> Iterator[pl.DataFrame]:
        """Yield the features of every RMA."""
        with self._watched():
            told = tell_features(self.work, tables, params)
        yield told

    def scores(self, tables: Tables, detector: Detector, decision: DecisionParams, as_of: datetime) -> pl.DataFrame:
        """Return the scores of every RMA."""
        with self._watched():
            return score(self.work, tables, detector, decision, as_of)

    def close(self) -> None:
        """Stop the session and remove its files."""
        work, self._work = self._work, None
        if work is not None:
            try:
                work.spark.stop()
            except Exception as error:
                if told_trouble(self.master, error) is None:  # what is gone need not be stopped
                    raise
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Say in one line what Spark says in a hundred."""
        with warnings.catch_warnings():
            # pandas is not used
            warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
            try:
                yield
            except EngineError:
                raise
            except Exception as error:
                if (line := told_trouble(self.master, error)) is None:
                    raise
                raise EngineError(line) from error

"""The one resource of the graph: where a run works, with which settings, on which warehouse.

Every asset asks it for the warehouse. In a run of the whole graph all assets share one transaction,
which the last asset commits; a run of single assets from Dagster's pages commits at its end.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import dagster as dg
from pydantic import PrivateAttr

from engines.base import Engine
from pipelines.engine import make_engine
from pipelines.errors import ReturnwatchError
from pipelines.lock import LOCK, RunLock
from pipelines.privacy.switch import complete
from pipelines.request import parse_as_of
from pipelines.retries import RunInDagster, backoff_seconds, is_passing
from pipelines.scratch import STAGING, remove, remove_left
from pipelines.settings import Settings, load_settings
from pipelines.warehouse import UNPUBLISHED, Warehouse

JOB, BACKFILL_JOB = "returnwatch", "backfill"
"""The jobs that end with a published set: the main one, and the one of some days."""
PUBLISHED = dg.AssetKey(["published", "current"])
NO_CUT = datetime(9999, 12, 31)  # noqa: DTZ001 - UTC, as everywhere
"""A moment after everything: where no other was asked for, nothing that was delivered is left out."""


def default_home() -> Path:
    """Return ``$RETURNWATCH_HOME``, else ``./var``."""
    return Path(os.environ.get("RETURNWATCH_HOME") or "var")


class Pipeline(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Where and how a run works. Empty texts stand for "not given", so that Dagster's pages can show the fields."""

    home: str = ""
    landing: str = ""
    config: str = ""
    as_of: str = ""
    review_capacity: int = -1
    full_refresh: bool = False
    engine: str = ""
    """Where features and scores are computed: `local` (also: not given) or `spark`."""
    master: str = ""
    wait_seconds: float = 0
    """How long a run waits for another one that holds the home; 0 ends it at once."""
    io_retries: int = 0
    """How often a run that nobody watches tries again after a failure that may pass (``retries.is_passing``)."""

    _lock: RunLock | None = PrivateAttr(default=None)
    _warehouse: Warehouse | None = PrivateAttr(default=None)
    _settings: Settings | None = PrivateAttr(default=None)
    _engine: Engine | None = PrivateAttr(default=None)
    _has_failed: bool = PrivateAttr(default=False)
    _steps_done: int = PrivateAttr(default=0)
    _tries: int = PrivateAttr(default=0)
    _run: RunInDagster | None = PrivateAttr(default=None)
    _publishes: bool = PrivateAttr(default=False)

    @property
    def home_path(self) -> Path:
        """The home folder."""
        return Path(self.home) if self.home else default_home()

    @property
    def landing_path(self) -> Path:
        """The landing folder; ReturnwatchError where none was named."""
        place = self.landing or os.environ.get("RETURNWATCH_LANDING", "")
        if not place:
            raise ReturnwatchError("no landing folder was named; give --landing DIR or set RETURNWATCH_LANDING")
        return Path(place)

    @property
    def settings(self) -> Settings:
        """The settings of this run, with what the command line changes."""
        if self._settings is None:
            loaded = load_settings(Path(self.config) if self.config else None)
            if self.review_capacity >= 0:
                review = loaded.review.model_copy(update={"capacity": self.review_capacity})
                loaded = loaded.model_copy(update={"review": review})
            self._settings = loaded
        return self._settings

    @property
    def warehouse(self) -> Warehouse:
        """The warehouse, opened (and its home locked) at first use in a run."""
        if self._warehouse is None:
            lock = RunLock(self.home_path / LOCK)
            lock.acquire(self.wait_seconds, dg.get_dagster_logger().info)
            try:
                complete(self.home_path)
                remove_left(self.home_path)
                self._warehouse = Warehouse(self.home_path, self.settings.engine.memory_limit)
            except BaseException:
                lock.release()
                raise
            self._lock = lock
            self.refresh_views()
        return self._warehouse

    @property
    def compute(self) -> Engine:
        """The engine of this run; it is closed when the run ends."""
        if self._engine is None:
            self._engine = make_engine(self.engine, self.master, self.settings.spark, self.home_path)
        return self._engine

    @property
    def staging(self) -> Path:
        """The folder of this run's staged files; it is emptied when the run ends."""
        return self.home_path.resolve() / STAGING

    def refresh_views(self) -> None:
        """Make the views of delivered rows, and the values that statements read, from what raw holds now."""
        if self._warehouse is None:
            return
        self._warehouse.delivered_views()
        self._warehouse.set_variable("as_of", self.effective_as_of)
        self._warehouse.set_variable("cut_at", parse_as_of(self.as_of) if self.as_of else NO_CUT)
        self._warehouse.set_variable("reporting_currency", self.settings.currency.reporting)

    @property
    def effective_as_of(self) -> datetime:
        """The moment up to which events count: the one that was asked for, else that of the last event."""
        if self.as_of:
            return parse_as_of(self.as_of)
        last = self.warehouse.select("core/select_last_event").item()
        return last if isinstance(last, datetime) else datetime(1970, 1, 1)  # noqa: DTZ001 - UTC, as everywhere

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """Remember the run: a failure that may pass can have it tried again, and one that publishes commits then."""
        if context.instance is not None and context.run is not None:
            self._run = RunInDagster(context.instance, context.run.run_id)
            self._run.begin()
            chosen = context.run.asset_selection
            self._publishes = context.run.job_name in {JOB, BACKFILL_JOB} if chosen is None else PUBLISHED in chosen

    @contextmanager
    def guarded(self) -> Iterator[Warehouse]:
        """Yield the warehouse; remember a failure, so that nothing of this run is committed.

        A failure that may pass (``io_retries``): the first step of a run is tried again; later ones have lost
        what the steps before them did, so that the whole run is.
        """
        try:
            yield self.warehouse
        except BaseException as error:
            self._has_failed = True
            if self._tries < self.io_retries and is_passing(error):
                self._try_again(error)
            raise
        self._steps_done += 1

    def _try_again(self, error: BaseException) -> None:
        """Have the step tried again on a warehouse opened anew, where it was the first; else the whole run."""
        self._tries += 1
        if self._steps_done == 0:
            self.close()
            self._has_failed = False
            raise dg.RetryRequested(self.io_retries, backoff_seconds(self._tries)) from error
        if self._run is not None:
            self._run.ask_for_another(self.io_retries)

    def fail(self) -> None:
        """Mark the run as failed, so that nothing of it is committed."""
        self._has_failed = True

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        """Commit what single assets changed, unless something failed; close the warehouse and free the home.

        A run that ends with a published set commits when it publishes and at no other moment: it may have failed
        where no step of ours noticed.
        """
        del context
        self.close()

    def close(self) -> None:
        """Close engine and warehouse (committing unless something failed), empty the staging folder, free the lock."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None
        if self._warehouse is not None:
            if not self._has_failed and not self._publishes and not self._warehouse.is_committed:
                # before the commit: a run that dies between the two is followed by a needless run, not by none
                (self.home_path / UNPUBLISHED).touch()
                self._warehouse.commit()
            self._warehouse.close()
            self._warehouse = None
            remove(self.staging)
        if self._lock is not None:
            self._lock.release()
            self._lock = None

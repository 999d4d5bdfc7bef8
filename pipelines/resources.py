"""The one resource of the graph: where a run works, with which settings, on which warehouse.

Every asset asks it for the warehouse. In a run of the whole graph all assets share one transaction,
which the last asset commits; a run of single assets from Dagster's pages commits at its end.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
from pydantic import PrivateAttr

from pipelines.errors import ReturnwatchError, WrongArgumentError
from pipelines.scratch import STAGING, remove, remove_left
from pipelines.settings import Settings, load_settings
from pipelines.warehouse import RunLock, Warehouse

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
    is_whole_run: bool = False
    """Whether the run ends with publishing, which commits: if it ends before, nothing of it may stay."""

    _lock: RunLock | None = PrivateAttr(default=None)
    _warehouse: Warehouse | None = PrivateAttr(default=None)
    _settings: Settings | None = PrivateAttr(default=None)
    _has_failed: bool = PrivateAttr(default=False)

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
            self._lock = RunLock(self.home_path / "run.lock")
            self._lock.acquire()
            remove_left(self.home_path)
            self._warehouse = Warehouse(self.home_path, self.settings.engine.memory_limit)
            self.refresh_views()
        return self._warehouse

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

    @contextmanager
    def guarded(self) -> Iterator[Warehouse]:
        """Yield the warehouse; remember a failure, so that nothing of this run is committed."""
        try:
            yield self.warehouse
        except BaseException:
            self._has_failed = True
            raise

    def fail(self) -> None:
        """Mark the run as failed, so that nothing of it is committed."""
        self._has_failed = True

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        """Commit what single assets changed, unless something failed; close the warehouse and free the home."""
        del context
        self.close()

    def close(self) -> None:
        """Close the warehouse (committing unless something failed), empty the staging folder, free the lock."""
        if self._warehouse is not None:
            if not (self._has_failed or self.is_whole_run or self._warehouse.is_committed):
                self._warehouse.commit()
            self._warehouse.close()
            self._warehouse = None
            remove(self.staging)
        if self._lock is not None:
            self._lock.release()
            self._lock = None


def parse_as_of(text: str) -> datetime:
    """Return an ISO 8601 moment in UTC, without zone; ReturnwatchError where it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise WrongArgumentError(f"--as-of {text}: not an ISO 8601 moment; write it as 2026-11-23T06:00:00Z") from None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment

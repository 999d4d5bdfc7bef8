"""The Dagster instance of a run by hand: it ends with the run, and keeps no log of events.

Nobody can read such a log afterwards, and writing it takes a fifth of a small run: each of some thousand events
becomes rows of tables in memory, and every step asks them for the versions of what it reads. Those who listen to
the run hear each event all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import dagster as dg
from dagster._core.instance.types import InstanceType
from dagster._core.launcher.sync_in_memory_run_launcher import SyncInMemoryRunLauncher
from dagster._core.run_coordinator import DefaultRunCoordinator
from dagster._core.storage.event_log import InMemoryEventLogStorage
from dagster._core.storage.noop_compute_log_manager import NoOpComputeLogManager
from dagster._core.storage.root import TemporaryLocalArtifactStorage
from dagster._core.storage.runs import InMemoryRunStorage

if TYPE_CHECKING:
    from dagster._core.events.log import EventLogEntry
    from dagster._core.storage.event_log.base import AssetRecord


class NoEventLog(InMemoryEventLogStorage):
    """A log that keeps nothing, and so knows of no asset."""

    def store_event(self, event: EventLogEntry) -> None:
        """Forget an event."""

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Forget some events."""

    def get_asset_records(self, asset_keys: Sequence[dg.AssetKey] | None = None) -> Sequence[AssetRecord]:
        """Return nothing: no asset was ever recorded."""
        del asset_keys
        return []

    @property
    def asset_records_have_last_observation(self) -> bool:
        """Whether records tell of observations: as there are none, there is nothing more to ask for."""
        return True


def passing_instance() -> dg.DagsterInstance:
    """Return an instance in memory, as ``DagsterInstance.ephemeral`` makes it, but without a log."""
    return dg.DagsterInstance(
        instance_type=InstanceType.EPHEMERAL,
        local_artifact_storage=TemporaryLocalArtifactStorage(),  # type: ignore[no-untyped-call]
        run_storage=InMemoryRunStorage(),
        event_storage=NoEventLog(),
        compute_log_manager=NoOpComputeLogManager(),
        run_coordinator=DefaultRunCoordinator(),
        run_launcher=SyncInMemoryRunLauncher(),
    )

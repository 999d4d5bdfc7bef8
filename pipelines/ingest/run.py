"""One ingestion: find, plan, check, stage, load."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Protocol

from pipelines.ahead import importing
from pipelines.errors import ReturnwatchError
from pipelines.ingest.declare import with_options
from pipelines.ingest.deliver import check_space, load_delivery, plan_delivery, stage_delivery
from pipelines.ingest.discover import discover
from pipelines.ingest.isolate import Limits
from pipelines.ingest.stage import StagedFile
from pipelines.privacy.arrivals import without_erased
from pipelines.privacy.ring import hashing_key
from pipelines.reviews import load_verdicts
from pipelines.settings import Settings
from pipelines.warehouse import Warehouse


class Workplace(Protocol):
    """What an ingestion needs to know of its run."""

    @property
    def landing_path(self) -> Path:
        """The landing folder."""

    @property
    def home_path(self) -> Path:
        """The home folder."""

    @property
    def staging(self) -> Path:
        """The folder of staged files."""

    @property
    def settings(self) -> Settings:
        """The settings of the run."""

    @property
    def full_refresh(self) -> bool:
        """Whether every earlier delivery is forgotten first."""

    def refresh_views(self) -> None:
        """Make the views of delivered rows anew."""


def ingest(place: Workplace, warehouse: Warehouse, loaded_at: datetime) -> list[dict[str, object]]:
    """Read what is new in the landing folder and merge it into raw; return the new rows of the ledger.

    Raises ReturnwatchError, before anything is changed, where the folder holds nothing that can be
    used, or the disk has no room.
    """
    found = with_options(discover(place.landing_path), place.settings.sources)
    if place.full_refresh:
        warehouse.clear_raw()
    delivery = plan_delivery(found, warehouse.select("raw/select_known_files"))
    check_space(delivery.new, place.home_path)
    key = hashing_key(warehouse, place.home_path)
    with importing() if delivery.new else nullcontext():  # another process reads the files
        staged = stage_delivery(delivery.new, place.staging, key, _file_limits(place.settings))
    _refuse_useless(place.landing_path, staged, len(delivery.known) - len(delivery.refused_before))
    load_verdicts(warehouse, place.home_path, place.settings)
    rows = load_delivery(warehouse, without_erased(warehouse, staged, key, loaded_at), loaded_at)
    place.refresh_views()
    return rows


def _file_limits(settings: Settings) -> Limits:
    """Return what reading one file may take."""
    return Limits(settings.engine.file_memory_limit, settings.engine.file_seconds)


def _refuse_useless(landing: Path, staged: list[StagedFile], usable_before: int) -> None:
    """Raise ReturnwatchError where no file of the folder could be used, now or before."""
    refused = [one for one in staged if one.refusal is not None]
    if usable_before or len(refused) < len(staged):
        return
    first = f"{refused[0].file.path}: {refused[0].refusal}" if refused else "every file was refused before"
    more = f" ({len(refused) - 1} more files were refused)" if len(refused) > 1 else ""
    raise ReturnwatchError(f"{landing}: nothing here can be used: {first}{more}")

"""One ingestion: what it does when nothing, or not everything, can be used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipelines.errors import ReturnwatchError
from pipelines.ingest.run import ingest
from pipelines.settings import Settings
from pipelines.warehouse import Warehouse
from tests.ingest_tools import LOADED_AT, MEMORY, ORDERS

if TYPE_CHECKING:
    from tests.conftest import LandingWriter

GOOD = ORDERS + "1,C1,2026-01-01,EUR\n"


@dataclass
class Place:
    landing_path: Path
    home_path: Path
    full_refresh: bool = False
    settings: Settings = field(default_factory=Settings)
    n_refreshed: int = 0

    @property
    def staging(self) -> Path:
        return self.home_path / "staging"

    def refresh_views(self) -> None:
        self.n_refreshed += 1


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    with Warehouse(tmp_path, MEMORY) as opened:
        yield opened


def test_what_is_new_is_merged_and_the_views_are_made_anew(
    warehouse: Warehouse, write_landing: LandingWriter, tmp_path: Path
) -> None:
    place = Place(write_landing({"orders.csv": GOOD}), tmp_path)
    (row,) = ingest(place, warehouse, LOADED_AT)
    assert (row["rows_loaded"], row["loaded_at"], place.n_refreshed) == (1, LOADED_AT, 1)
    assert ingest(place, warehouse, LOADED_AT) == []
    assert (tmp_path / "key").is_file()


def test_a_full_refresh_begins_with_nothing(warehouse: Warehouse, write_landing: LandingWriter, tmp_path: Path) -> None:
    place = Place(write_landing({"orders.csv": GOOD + "2\n"}), tmp_path)
    ingest(place, warehouse, LOADED_AT)
    place.full_refresh = True
    (row,) = ingest(place, warehouse, LOADED_AT)
    assert (row["delivery_id"], row["rows_loaded"], row["rows_quarantined"]) == (1, 1, 1)
    assert [warehouse.count(f"raw.{name}") for name in ("orders", "quarantine", "ingest_ledger")] == [1, 1, 1]


def test_a_delivery_of_which_nothing_can_be_used_is_an_error_and_changes_nothing(
    warehouse: Warehouse, write_landing: LandingWriter, tmp_path: Path
) -> None:
    place = Place(write_landing({"orders.csv": "x\n", "returns.csv": ""}), tmp_path)
    with pytest.raises(ReturnwatchError, match=r"nothing here can be used: canonical/orders.csv: .* \(1 more files"):
        ingest(place, warehouse, LOADED_AT)
    assert warehouse.count("raw.ingest_ledger") == 0


def test_a_bad_file_beside_good_ones_of_before_is_told_in_the_ledger(
    warehouse: Warehouse, write_landing: LandingWriter, tmp_path: Path
) -> None:
    place = Place(write_landing({"orders.csv": GOOD}), tmp_path)
    ingest(place, warehouse, LOADED_AT)
    write_landing({"returns.csv": ""})
    (row,) = ingest(place, warehouse, LOADED_AT)
    assert row["status"] == "refused"


def test_only_files_that_were_refused_before_is_an_error(
    warehouse: Warehouse, write_landing: LandingWriter, tmp_path: Path
) -> None:
    place = Place(write_landing({"orders.csv": GOOD, "returns.csv": ""}), tmp_path)
    ingest(place, warehouse, LOADED_AT)
    (place.landing_path / "canonical/orders.csv").unlink()
    with pytest.raises(ReturnwatchError, match="every file was refused before"):
        ingest(place, warehouse, LOADED_AT)

"""What tests of sources share: an empty warehouse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.warehouse import Warehouse
from tests.ingest_tools import MEMORY


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    """Yield an empty warehouse."""
    with Warehouse(tmp_path, MEMORY) as opened:
        yield opened

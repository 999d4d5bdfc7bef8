"""Benches that break runs: compiled and warmed once, for all tests that use them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

import pytest

from tests.faults.bench import Bench, Case
from tests.faults.shim import compiled
from tests.faults.sweep import benches, cases


@dataclass(frozen=True, slots=True)
class Workshop:
    """Warm benches, the cases that they try, and every call of an undisturbed second run in its order."""

    benches: Queue[Bench]
    cases: dict[str, Case]
    calls: list[tuple[str, str]]


@pytest.fixture(scope="session")
def shim_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the compiled shim."""
    return compiled(tmp_path_factory.mktemp("shim"))


@pytest.fixture(scope="session")
def workshop(shim_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """Yield warm benches; what they worked on is removed afterwards, as it takes much room."""
    folder = tmp_path_factory.mktemp("benches")
    found = cases(folder)
    with benches(folder, shim_library, found) as queue:
        lines = (folder / "trace").read_text(encoding="utf-8").splitlines()
        yield Workshop(queue, found, [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in lines])
    shutil.rmtree(folder)

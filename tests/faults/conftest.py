"""Benches that break runs: compiled and warmed once, for all tests that use them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.shim import compiled
from tests.faults.sweep import Benches


@dataclass(frozen=True, slots=True)
class Workshop:
    """Warm benches, and every call of an undisturbed second run in its order: its name, its place below the home."""

    benches: Benches
    calls: list[tuple[str, str]]


@pytest.fixture(scope="session")
def shim_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the compiled shim."""
    return compiled(tmp_path_factory.mktemp("shim"))


@pytest.fixture(scope="session")
def workshop(shim_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """Yield warm benches; what they worked on is removed afterwards, as it takes much room."""
    folder = tmp_path_factory.mktemp("benches")
    benches = Benches(folder, shim_library)
    lines = (folder / "trace").read_text(encoding="utf-8").splitlines()
    named = [line.split(" ", 1) for line in lines]
    home = str(folder / "bench0" / "home")
    yield Workshop(benches, [(call, place.removeprefix(home)) for call, place in named])
    benches.close()
    shutil.rmtree(folder)

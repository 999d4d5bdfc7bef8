"""A home with a planted person in it, delivered once and copied for each test that changes it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.privacy_tools import deliver, landing_files


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a landing folder and the home that it was delivered to."""
    folder = tmp_path_factory.mktemp("planted")
    for name, text in landing_files().items():
        place = folder / "landing" / "canonical" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    deliver(folder / "home", folder / "landing")
    return folder


@pytest.fixture
def home(planted: Path, tmp_path: Path) -> Path:
    """Return a copy of the home, to be changed."""
    shutil.copytree(planted / "home", tmp_path / "home", symlinks=True)
    return tmp_path / "home"


@pytest.fixture
def landing(planted: Path, tmp_path: Path) -> Path:
    """Return a copy of the landing folder, to be added to."""
    shutil.copytree(planted / "landing", tmp_path / "landing")
    return tmp_path / "landing"

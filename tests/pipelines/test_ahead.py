"""Importing ahead: what is there when the block ends, however it ends."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from pipelines.ahead import importing


@pytest.fixture
def module_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that modules are imported from."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def write_module(folder: Path, name: str, seconds: float = 0) -> str:
    """Write a module that takes so long to import; return its name."""
    (folder / f"{name}.py").write_text(f"import time\ntime.sleep({seconds})\n", encoding="utf-8")
    return name


def test_modules_are_there_when_the_block_ends(module_folder: Path) -> None:
    names = [write_module(module_folder, "ahead_one", 0.1), write_module(module_folder, "ahead_two")]
    with importing(names):
        assert "ahead_two" not in sys.modules
    assert set(names) <= set(sys.modules)


def test_the_block_goes_on_meanwhile(module_folder: Path) -> None:
    name = write_module(module_folder, "ahead_slow", 0.5)
    started = time.monotonic()
    with importing([name]):
        time.sleep(0.5)
    assert time.monotonic() - started < 0.9


def test_what_cannot_be_imported_is_left_to_who_needs_it(module_folder: Path) -> None:
    name = write_module(module_folder, "ahead_after")
    with importing(["ahead_that_is_not_there", name]):
        pass
    assert name in sys.modules


def test_a_block_that_fails_waits_for_no_further_module(module_folder: Path) -> None:
    first, second = write_module(module_folder, "ahead_first", 0.3), write_module(module_folder, "ahead_second")
    with pytest.raises(KeyError), importing([first, second]):
        raise KeyError
    assert first in sys.modules
    assert second not in sys.modules

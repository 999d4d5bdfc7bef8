from __future__ import annotations

import platform
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import pytest

from engines.spark.workers import LIBRARIES, software


def test_software_is_what_results_depend_on() -> None:
    found = software()
    assert platform.python_version().startswith(found["python"] + ".")
    assert {name: found[name] for name in LIBRARIES} == {name: version(name) for name in LIBRARIES}
    assert len(found["returnwatch"]) == 12


def test_another_program_has_another_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("engines", "features", "models"):
        (tmp_path / package / "inner").mkdir(parents=True)
        (tmp_path / package / "__init__.py").write_text(f'"""{package}"""\n')
    monkeypatch.setattr("engines.spark.workers.files", tmp_path.joinpath)
    one = software.__wrapped__()["returnwatch"]
    (tmp_path / "models" / "inner" / "score.py").write_text("POWER = 2\n")
    two = software.__wrapped__()["returnwatch"]
    (tmp_path / "models" / "inner" / "notes.txt").write_text("no code")
    assert one != two == software.__wrapped__()["returnwatch"]
    monkeypatch.setattr("engines.spark.workers.files", files)
    assert software.__wrapped__()["returnwatch"] == software()["returnwatch"]


def test_a_library_that_is_not_there_is_said_to_be_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engines.spark.workers.LIBRARIES", ("no-such-library",))
    assert software.__wrapped__()["no-such-library"] == "none"

"""Arrows that must never exist between the packages, by a walk over their imports."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = {"dashboards", "engines", "features", "models", "pipelines", "sql"}
FORBIDDEN = {
    "features": {
        "dagster",
        "duckdb",
        "sklearn",
        "great_expectations",
        "models",
        "pipelines",
        "dashboards",
        "sql",
        "engines",
    },
    "models": {"dagster", "duckdb", "pipelines", "dashboards", "sql", "engines"},
    "engines": {"dagster", "duckdb", "pipelines", "dashboards"},
    "dashboards": {"dagster", "sklearn", "duckdb", "pipelines", "features", "models", "sql", "engines"},
    "sql": PROJECT - {"sql"},
    "pipelines/simulate": {"dagster", "duckdb", "features", "models", "dashboards", "sql", "engines"},
}
SCORING_PATH = ("score", "explain", "calibrate", "reasons", "decide", "artifact", "archive", "matrix", "params")


def modules(folder: str) -> list[Path]:
    found = sorted((ROOT / folder).rglob("*.py"))
    assert found, folder
    return found


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: imports are absolute"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_no_package_imports_what_lies_above_it(folder: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(folder)
        for name in imported(path)
        if name.split(".")[0] in FORBIDDEN[folder]
    ]
    assert wrong == []


def test_models_know_of_features_only_their_contracts() -> None:
    wrong = [
        f"{path.name}: {name}"
        for path in modules("models")
        for name in imported(path)
        if name.startswith("features") and not name.startswith("features.contracts")
    ]
    assert wrong == []


def test_groups_of_assets_meet_by_key_alone() -> None:
    groups = sorted(path.name for path in (ROOT / "pipelines/defs").iterdir() if (path / "__init__.py").is_file())
    assert len(groups) == 6
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for group in groups
        for path in modules(f"pipelines/defs/{group}")
        for name in imported(path)
        if name.startswith("pipelines.defs.") and name.split(".")[2] != group
    ]
    assert wrong == []


def test_only_the_pipelines_know_dagster_and_the_database() -> None:
    holders = {
        path.relative_to(ROOT).parts[0]
        for folder in PROJECT
        for path in modules(folder)
        for name in imported(path)
        if name.split(".")[0] in {"dagster", "duckdb"}
    }
    assert holders == {"pipelines"}


def test_nothing_is_fitted_on_the_scoring_path() -> None:
    calls = [
        f"{name}.py:{node.lineno}"
        for name in SCORING_PATH
        for node in ast.walk(ast.parse((ROOT / f"models/{name}.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Attribute) and node.func.attr in {"fit", "fit_transform", "partial_fit"})
            or (isinstance(node.func, ast.Name) and node.func.id == "fit_detector")
        )
    ]
    assert calls == []


def test_the_clock_is_read_in_one_place() -> None:
    readers = {
        path.relative_to(ROOT).as_posix()
        for folder in PROJECT
        for path in modules(folder)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}
    }
    assert readers == {"dashboards/clock.py", "pipelines/clock.py"}


IMPORT_EVERYTHING = """
import importlib, pkgutil, sys
def refuse(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "sqlite3.connect"}:
        raise RuntimeError(f"{event} at import")
sys.addaudithook(refuse)
import duckdb
def no_database(*arguments, **named):
    raise RuntimeError("a database was opened at import")
duckdb.connect = no_database
for package in ("dashboards", "engines", "features", "models", "pipelines", "sql"):
    for module in pkgutil.walk_packages([package], package + "."):
        importlib.import_module(module.name)
slow = {"great_expectations", "pyspark"} & set(sys.modules)
sys.exit(f"imported at import time: {slow}" if slow else 0)
"""


def test_importing_opens_nothing_and_leaves_great_expectations_and_spark_alone() -> None:
    command = [sys.executable, "-c", IMPORT_EVERYTHING]
    # Without the measuring of coverage, which opens a database of its own.
    plain = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=plain)
    assert (done.returncode, done.stderr) == (0, "")

"""Doctor: what is installed, configured and published, and what is wrong with it."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from dashboards.errors import StoreError
from pipelines.console import print_json
from pipelines.errors import ReturnwatchError
from pipelines.ingest.deliver import WORKING_SPACE
from pipelines.keys import VARIABLE
from pipelines.publish import current_set, read_manifest, tables_of
from pipelines.reviews import examined, has_store
from pipelines.scratch import PARTIAL
from pipelines.settings import load_settings
from pipelines.source_health import source_health, told_sources
from pipelines.warehouse import FILE, is_duckdb_file

LIBRARIES = (
    "returnwatch", "dagster", "duckdb", "polars", "scikit-learn", "great-expectations", "plotly", "skops",
)  # fmt: skip


def examine(home: Path, config: Path | None, *, as_json: bool) -> None:
    """Print what was found; ends with exit code 1 where something is wrong."""
    problems: list[str] = []
    found = {
        "installed": installed(),
        "configured": _configured(config, problems),
        "home": _home(home, problems),
        "published": _published(home, problems),
        "decisions": _decisions(home, config, problems),
        "problems": problems,
    }
    if as_json:
        print_json(found)
    else:
        _print(found)
    if problems:
        sys.exit(1)


def installed() -> dict[str, str]:
    """Return the versions of Python and of the libraries that results depend on."""
    versions = {"python": sys.version.split()[0]}
    for name in LIBRARIES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "not installed"
    return versions


def _configured(config: Path | None, problems: list[str]) -> dict[str, Any]:
    """Return the settings in force."""
    try:
        return load_settings(config).model_dump(mode="json")
    except ReturnwatchError as error:
        problems.append(str(error))
        return {}


def _home(home: Path, problems: list[str]) -> dict[str, Any]:
    """Return what the home folder holds and how much room there is."""
    if not home.is_dir():
        if home.exists():
            problems.append(f"{home}: is no folder; name another home with --home")
        return {"path": str(home), "exists": False}
    free = shutil.disk_usage(home).free
    if not os.access(home, os.W_OK):
        problems.append(f"{home}: cannot be written to; change its owner or name another home")
    if free < WORKING_SPACE:
        problems.append(f"{home}: only {free >> 20} MB are free; a run needs at least {WORKING_SPACE >> 20} MB")
    key = home / "key"
    if key.is_file() and stat.S_IMODE(key.stat().st_mode) & 0o077:
        problems.append(f"{key}: others can read the key; run chmod 600 on it")
    warehouse = home / FILE
    size = warehouse.stat().st_size if warehouse.is_file() else 0
    if size and not key.is_file() and VARIABLE not in os.environ:
        problems.append(f"{key}: the key of the stored hashes is missing; restore it, or set {VARIABLE}")
    if size and not is_duckdb_file(warehouse):
        problems.append(f"{warehouse}: not a DuckDB file; restore it, or delete it and load every export again")
    return {"path": str(home), "exists": True, "free_bytes": free, "warehouse_bytes": size}


def _published(home: Path, problems: list[str]) -> dict[str, Any]:
    """Return what the current set holds, each file held against its manifest."""
    folder = current_set(home)
    if folder is None:
        if any((home / "published").glob("*/manifest.json")):
            problems.append(f"{home / 'published'}: there are sets, but none is current; run `returnwatch run` again")
        return {"set": None, "next": "returnwatch run --landing DIR"}
    try:
        manifest = read_manifest(folder)
        broken = broken_files(folder)
    except ReturnwatchError as error:
        problems.append(str(error))
        return {"set": folder.name}
    problems += [f"{folder}: {problem}; publish it anew with `returnwatch run --full-refresh`" for problem in broken]
    left = [place.name for place in folder.parent.glob(f"{PARTIAL}*")]
    tables = tables_of(folder)
    return {
        "set": folder.name,
        "as_of": manifest["as_of"],
        "published_at": manifest["published_at"],
        "model_version": manifest["model_version"],
        "tables": {name: entry["rows"] for name, entry in tables.items()},
        "sources": source_health(folder) if not broken else {},
        "left_by_a_broken_run": left,
    }


def _decisions(home: Path, config: Path | None, problems: list[str]) -> dict[str, Any]:
    """Return how many entries the store of decisions has, its chain held against its hashes."""
    try:
        settings = load_settings(config)
        if not has_store(home, settings):
            return {"entries": 0}
        entries, wrong = examined(home, settings)
    except (ReturnwatchError, StoreError) as error:
        problems.append(str(error))
        return {}
    problems += [f"decisions: entry {one.seq} {one.what}; compare with a copy of the store" for one in wrong[:10]]
    return {"entries": entries, "problems": len(wrong)}


def broken_files(folder: Path) -> list[str]:
    """Return what is wrong with the files of a set, held against its manifest."""
    wrong = []
    for name, entry in tables_of(folder).items():
        place = folder / f"{name}.parquet"
        if not place.is_file():
            wrong.append(f"{place.name} is missing")
        elif hashlib.sha256(place.read_bytes()).hexdigest() != entry["sha256"]:
            wrong.append(f"{place.name} is not the file that was published")
    return wrong


def _print(found: dict[str, Any]) -> None:
    """Print what was found, section by section."""
    for section in ("installed", "configured", "home", "published", "decisions"):
        sys.stdout.write(f"{section}\n")
        values = found[section]
        if "sources" in values:
            values = values | {"sources": told_sources(values["sources"])}
        _print_values(values, "  ")
    problems = found["problems"]
    sys.stdout.write("nothing is wrong\n" if not problems else f"{len(problems)} things are wrong\n")
    for problem in problems:
        sys.stdout.write(f"  {problem}\n")


def _print_values(values: dict[str, Any], indent: str) -> None:
    """Print names and values, nested ones further in."""
    for name, value in values.items():
        if isinstance(value, dict) and value:
            sys.stdout.write(f"{indent}{name}\n")
            _print_values(value, indent + "  ")
        else:
            sys.stdout.write(f"{indent}{name}: {value}\n")

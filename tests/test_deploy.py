"""What production is started with: files that name what is there, and say the same as those of development."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from dagster import DagsterInstance

from pipelines.definitions import defs
from pipelines.resources import BACKFILL_JOB, JOB
from pipelines.settings import Settings

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
OPERATIONS = (ROOT / "docs/operations.md").read_text(encoding="utf-8")


def content(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def test_runs_queue_retry_and_are_watched_in_production_as_in_development() -> None:
    development, production = content(ROOT / "dagster.yaml"), content(DEPLOY / "dagster.yaml")
    for part in ("telemetry", "concurrency", "run_monitoring", "run_retries", "freshness"):
        assert development[part] == production[part], part
    assert production["concurrency"]["runs"]["max_concurrent_runs"] == 1
    assert production["run_retries"]["retry_on_asset_or_op_failure"] is False


def test_dagster_takes_the_file_of_development(tmp_path: Path) -> None:
    (tmp_path / "dagster.yaml").write_text((ROOT / "dagster.yaml").read_text(encoding="utf-8"))
    with DagsterInstance.from_config(str(tmp_path)) as instance:
        assert instance.run_retries_enabled
        assert instance.run_monitoring_enabled
        assert instance.get_concurrency_config().pool_config.default_pool_limit == 1


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_starts_a_program_that_is_installed_on_loopback_alone(unit: Path) -> None:
    (line,) = re.findall(r"^ExecStart=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE)
    program, *arguments = shlex.split(line)
    assert (Path(sys.executable).parent / Path(program).name).is_file()
    if "serve" in arguments:
        # on loopback unless settings say otherwise, and then only with TLS
        assert arguments == ["serve"]
        assert f"127.0.0.1:{Settings().serve.port}" in (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
        return
    assert (ROOT / arguments[arguments.index("-w") + 1]).is_file()
    if "webserver" in unit.name:
        assert arguments[arguments.index("-h") + 1] == "127.0.0.1"
        assert f"127.0.0.1:{arguments[arguments.index('-p') + 1]}" in (DEPLOY / "nginx.conf").read_text(
            encoding="utf-8"
        )


def test_the_workspace_names_the_graph() -> None:
    (entry,) = content(DEPLOY / "workspace.yaml")["load_from"]
    assert entry["python_module"] == {
        "module_name": "pipelines.definitions",
        "attribute": "defs",
        "location_name": "returnwatch",
    }


def test_everything_that_runs_is_named_in_the_page_for_the_data_engineer() -> None:
    found = defs()
    names = [JOB, BACKFILL_JOB, *(one.name for one in (*(found.sensors or ()), *(found.schedules or ())))]
    assert len(names) == 4
    assert [name for name in names if f"| `{name}` |" not in OPERATIONS] == []


def test_every_file_of_the_folder_is_named_there() -> None:
    assert [place.name for place in DEPLOY.iterdir() if f"deploy/{place.name}" not in OPERATIONS] == []


def test_the_backup_waits_for_nobody_and_copies_what_a_run_left(tmp_path: Path) -> None:
    (command,) = re.findall(r"`(flock [^`]*)`", OPERATIONS)
    home = tmp_path / "home"
    home.mkdir()
    (home / "warehouse.duckdb").write_bytes(b"held")
    line = command.replace("HOME/", f"{home}/").replace("BACKUP", str(tmp_path / "copy"))
    subprocess.run(shlex.split(line), check=True, timeout=60)
    assert (tmp_path / "copy").read_bytes() == b"held"

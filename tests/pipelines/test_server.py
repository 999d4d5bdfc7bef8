"""Runs under a real Dagster, its webserver and daemon: backfills and the sensor at once, on SQLite and PostgreSQL."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.dagster_server import ENDED, Server, dagster_server, wait_until
from tests.program import ROOT, RunShop, returnwatch, table_hashes

N_DAYS = 120
ASSETS = [{"path": ["feat", "rma_features"]}, {"path": ["score", "rma_scores"]}]
JOB = {
    "selector": {
        "partitionSetName": "backfill_partition_set",
        "repositorySelector": {"repositoryLocationName": "returnwatch", "repositoryName": "__repository__"},
    }
}
pytestmark = pytest.mark.slow


@pytest.fixture(params=["dagster.yaml", "deploy/dagster.yaml"], ids=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, shop: RunShop, tmp_path: Path) -> Iterator[Server]:
    """Return a Dagster whose runs work on a copy of a shop that was run."""
    shutil.copytree(shop.home, tmp_path / "home", symlinks=True)
    shutil.copytree(shop.landing, tmp_path / "landing")
    variables = {
        "RETURNWATCH_HOME": str(tmp_path / "home"),
        "RETURNWATCH_LANDING": str(tmp_path / "landing"),
        "RETURNWATCH_SENSOR__QUIET_SECONDS": "1",
    }
    if request.param.startswith("deploy"):
        variables["DAGSTER_PG_URL"] = request.getfixturevalue("postgres_url")
    with dagster_server(tmp_path / "dagster", ROOT / request.param, variables) as started:
        yield started


def first_days(home: Path) -> list[str]:
    """Return the first days of request of a published set, one after the other."""
    first = pl.read_parquet(home / "published/current/rma_features.parquet")["requested_at"].dt.date().min()
    assert isinstance(first, date)
    return [(first + timedelta(days=number)).isoformat() for number in range(N_DAYS)]


def corrected(landing: Path) -> None:
    """Deliver one return of the shop's first month again, with another refund."""
    old = next(iter(sorted(landing.rglob("returns_*.csv"))))
    row = pl.read_csv(old, infer_schema=False).head(1).with_columns(refund_amount=pl.lit("1.00"))
    row.write_csv(landing / "canonical/returns_zz.csv")


def test_backfills_from_pages_and_command_run_beside_the_sensor_without_a_lock_error(
    server: Server, tmp_path: Path
) -> None:
    home, landing = tmp_path / "home", tmp_path / "landing"
    days = first_days(home)
    server.dagster("sensor", "start", "-w", str(ROOT / "deploy/workspace.yaml"), "landing_folder")
    corrected(landing)
    backfills = [server.backfill(days, assetSelection=ASSETS), server.backfill(days, **JOB)]
    command = [sys.executable, "-m", "pipelines", "backfill", "--from", days[0], "--to", days[-1], "--home", str(home)]
    by_hand = subprocess.Popen(command, cwd=ROOT, env=server.environment, stdout=subprocess.DEVNULL)

    def is_done() -> bool:
        runs = server.runs()
        return (
            by_hand.poll() is not None
            and all(run["status"] in ENDED for run in runs)
            and any("dagster/sensor_name" in run["tags"] for run in runs)
            and all(server.backfill_status(one).startswith("COMPLETED") for one in backfills)
        )

    wait_until(1500, is_done)
    assert by_hand.returncode == 0
    assert [server.backfill_status(one) for one in backfills] == ["COMPLETED_SUCCESS"] * 2
    runs = server.runs()
    assert [run["status"] for run in runs] == ["SUCCESS"] * len(runs), server.printed()
    # one run a backfill, and one for the new file
    assert sorted(run["jobName"] for run in runs) == ["__ASSET_JOB", "backfill", "returnwatch"]
    assert server.printed().count("another run is writing here") == 0
    (sensed,) = [run for run in runs if "dagster/sensor_name" in run["tags"]]
    assert sensed["tags"]["returnwatch/new"].startswith("canonical/returns_zz.csv@")
    assert sensed["tags"]["returnwatch/delivered"] == "1"

    # what all of them left is what one run of a new home makes of the same files
    done = returnwatch("run", "--landing", landing, "--home", home, variables={"SOURCE_DATE_EPOCH": "1760000000"})
    fresh = returnwatch(
        "run", "--landing", landing, "--home", tmp_path / "fresh", variables={"SOURCE_DATE_EPOCH": "1760000000"}
    )
    assert (done.code, fresh.code) == (0, 0), done.err + fresh.err
    left, made = table_hashes(home), table_hashes(tmp_path / "fresh")
    assert {name: left[name] for name in ("rma_features", "rma_scores", "flagged_queue", "return_costs")} == {
        name: made[name] for name in ("rma_features", "rma_scores", "flagged_queue", "return_costs")
    }

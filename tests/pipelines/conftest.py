"""A home that was really run, on a made-up shop, once for all tests that only read it."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from pipelines.simulate import SimulationParams, simulate
from tests.postgres import postgres_server
from tests.program import RunShop, returnwatch


def make_shop(folder: Path) -> None:
    """Make a small shop below a folder and run it; ``result.json`` is written last."""
    landing, home = folder / "landing", folder / "home"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    simulate(landing, folder / "truth.csv", SimulationParams(orders=1_500, seed=11, start=date(2025, 6, 1), months=5))
    done = returnwatch(
        "run", "--landing", landing, "--home", home, "--json", variables={"SOURCE_DATE_EPOCH": "1760000000"}
    )
    assert done.code == 0, done.err
    (folder / "result.json").write_text(done.out, encoding="utf-8")


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> RunShop:
    """Return a small shop that was run by the program: once for all processes of the tests, each has a copy."""
    own = tmp_path_factory.mktemp("shop")
    is_one_of_many = "PYTEST_XDIST_WORKER" in os.environ
    common = tmp_path_factory.getbasetemp().parent if is_one_of_many else own
    made = common / "made"
    with (common / "made.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (made / "result.json").exists():
            make_shop(made)
    shutil.copytree(made, own / "copy", symlinks=True)
    told = (own / "copy" / "result.json").read_text(encoding="utf-8").replace(str(made), str(own / "copy"))
    return RunShop(own / "copy" / "landing", own / "copy" / "truth.csv", own / "copy" / "home", json.loads(told))


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """Return the address of an empty database of a real PostgreSQL that ends with the test."""
    with postgres_server() as address:
        yield address.replace("postgresql://", "postgresql+psycopg2://", 1)

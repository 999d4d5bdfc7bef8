"""A home that was really run, on a made-up shop, once for all tests that only read it."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.simulate import SimulationParams, simulate
from tests.program import RunShop, returnwatch


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> RunShop:
    """Return a small shop that was run by the program."""
    folder = tmp_path_factory.mktemp("shop")
    landing, truth, home = folder / "landing", folder / "truth.csv", folder / "home"
    simulate(landing, truth, SimulationParams(orders=1_500, seed=11, start=date(2025, 6, 1), months=5))
    done = returnwatch(
        "run", "--landing", landing, "--home", home, "--json", variables={"SOURCE_DATE_EPOCH": "1760000000"}
    )
    assert done.code == 0, done.err
    return RunShop(landing, truth, home, done.json)

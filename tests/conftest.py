"""What tests of several packages share: the real data, and a landing folder of made-up files."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import settings

# how long an example takes says how busy the machine is, and nothing of the code
settings.register_profile("quick", deadline=None, max_examples=50)
settings.register_profile("thorough", deadline=None)
settings.load_profile("quick")

if "PYTEST_XDIST_WORKER" in os.environ:
    # workers share the processors: threads of each would wait for those of the others
    for library in ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(library, "1")

# tests hold much that stays: looking for garbage among it again and again would take a tenth of their time
gc.set_threshold(50_000, 20, 50)

LandingWriter = Callable[[Mapping[str, str | bytes]], Path]


def pytest_collection_finish() -> None:
    """Keep what is imported and collected out of the sight of the search for garbage."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real data beside the project; skips where it is absent, fails in CI (``CI=true``)."""
    place = Path(__file__).parents[2] / "shared" / "data"
    if place.is_dir():
        return place
    if os.environ.get("CI") == "true":
        pytest.fail(f"{place}: the real data is absent, and in CI it must not be")
    pytest.skip(f"{place}: the real data is absent")


@pytest.fixture
def write_landing(tmp_path: Path) -> LandingWriter:
    """Write files into ``tmp_path/landing`` and return it; a name without a folder is one of ``canonical``."""

    def write(files: Mapping[str, str | bytes]) -> Path:
        landing = tmp_path / "landing"
        for name, content in files.items():
            place = landing / (name if "/" in name else f"canonical/{name}")
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.encode() if isinstance(content, str) else content)
        return landing

    return write

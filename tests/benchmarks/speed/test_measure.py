"""What is measured of a program, and the tables that tell it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.page import replace_section
from benchmarks.speed import data
from benchmarks.speed.__main__ import main, page
from benchmarks.speed.measure import Measured, Try, exponent, measure_program, measure_task

HOLDS = "import time; held = bytearray(200_000_000); time.sleep(1.5)"
WORKS = "import time; until = time.process_time() + 0.5\nwhile time.process_time() < until: pass"


def measured(name: str, lines: int, *seconds: float) -> Measured:
    return Measured(name, lines, lines // 7, tuple(Try(one, 2 * one, int(1e9)) for one in seconds))


def test_a_program_is_measured_with_the_memory_that_it_holds() -> None:
    found = measure_program([sys.executable, "-c", HOLDS])
    assert found.seconds > 1.4
    assert found.cpu_seconds < found.seconds
    assert 200e6 < found.peak_bytes < 400e6


def test_memory_and_work_of_children_count() -> None:
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HOLDS + chr(10) + WORKS!r}])"
    found = measure_program([sys.executable, "-c", parent])
    assert found.peak_bytes > 200e6
    assert found.cpu_seconds > 0.5


def test_a_program_that_fails_is_told() -> None:
    with pytest.raises(RuntimeError, match="ended with 3"):
        measure_program([sys.executable, "-c", "raise SystemExit(3)"])


def test_in_proportion_is_an_exponent_of_one() -> None:
    assert exponent(measured("run", 1000, 2.0), measured("run", 8000, 16.0)) == pytest.approx(1)
    assert exponent(measured("run", 1000, 2.0), measured("run", 4000, 32.0)) == pytest.approx(2)


def test_the_page_has_medians_ratios_and_growth() -> None:
    small = [measured("floor", 1000, 1.0, 5.0, 2.0), measured("common_features", 1000, 4.0)]
    large = [measured("floor", 10_000, 20.0), measured("common_features", 10_000, 40.0)]
    lines = page([small, large], 3).splitlines()
    assert "| floor: read the same columns, sort once (Polars) | 2.0 | 4.0 | 1.00 GB |" in lines
    assert "| returnwatch over the floor, the common features | 2.00 | 2.00 |" in lines
    assert lines[-1] == "| returnwatch, the common features | 1.00 |"


def test_a_task_is_measured_in_a_process_of_its_own(tmp_path: Path) -> None:
    core = data.core(data.exports(tmp_path, 300))
    lines, rmas = data.rows(core)
    assert 200 < lines < 450
    assert rmas > 0
    found = measure_task("floor", core)
    assert 0 < found.seconds < 60
    assert found.peak_bytes > 50e6


def test_some_competitors_are_measured_into_a_page(tmp_path: Path) -> None:
    place = tmp_path / "performance.md"
    place.write_text("before\n<!-- begin speed -->\n<!-- end speed -->\nafter\n", encoding="utf-8")
    asked = [
        "--lines",
        "300",
        "--tries",
        "1",
        "--only",
        "floor",
        "--only",
        "sql_features",
        "--work",
        str(tmp_path),
        "--page",
        str(place),
    ]
    assert main(asked) == 0
    told = place.read_text(encoding="utf-8")
    assert "DuckDB SQL, the common features" in told
    assert "pandas and scikit-learn" not in told
    replace_section(place, "speed", "again")
    assert place.read_text(encoding="utf-8").endswith("<!-- end speed -->\nafter\n")

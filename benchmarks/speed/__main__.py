"""The command ``make bench``: measure every competitor on the same data and write docs/performance.md's tables.

``python -m benchmarks.speed --lines 1000000 --lines 10000000 --tries 5 --page docs/performance.md``
"""

from __future__ import annotations

import argparse
import logging
import os
import platform
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path

from benchmarks.page import tell
from benchmarks.speed import data
from benchmarks.speed.measure import Measured, Try, exponent, measure_program, measure_run, measure_task

LOG = logging.getLogger("speed")
PACKAGES = ("polars", "duckdb", "scikit-learn", "pandas", "dagster", "great-expectations")
MEANINGS = {
    "floor": "floor: read the same columns, sort once (Polars)",
    "common_features": "returnwatch, the common features",
    "sql_features": "DuckDB SQL, the common features",
    "pandas_features": "pandas, the common features",
    "all_features": "returnwatch, every feature at every stage",
    "pandas_whole": "pandas and scikit-learn: exports to scores",
    "run": "returnwatch run: exports to the published set",
}
RATIOS = (
    ("sql_features", "common_features", "DuckDB SQL over returnwatch, the common features"),
    ("pandas_features", "common_features", "pandas over returnwatch, the common features"),
    ("common_features", "floor", "returnwatch over the floor, the common features"),
    ("pandas_whole", "run", "pandas and scikit-learn over returnwatch run, end to end"),
)


def competitors(landing: Path, core: Path) -> dict[str, Callable[[], Try]]:
    """Return what is measured on one shop, by name; the run comes before what needs its home."""
    home = landing.parent / "home"
    features = ("floor", "common_features", "sql_features", "pandas_features")
    whole = [sys.executable, "-m", "benchmarks.speed.tasks", "pandas_whole", str(landing)]
    return {
        **{name: partial(measure_task, name, core) for name in features},
        "pandas_whole": partial(measure_program, whole),
        "run": partial(measure_run, landing, home),
        "all_features": partial(measure_task, "all_features", home),
    }


def measure(folder: Path, lines: int, tries: int, only: Sequence[str]) -> list[Measured]:
    """Measure competitors on a shop of about so many order lines."""
    landing = data.exports(folder, lines)
    core = data.core(landing)
    n_lines, n_rmas = data.rows(core)
    found = []
    chosen = {name: once for name, once in competitors(landing, core).items() if name in only}
    for name, once in chosen.items():
        found.append(Measured(name, n_lines, n_rmas, tuple(once() for _ in range(tries))))
        LOG.info(
            "%s: %.1f s, of processors %.1f s, %.2f GB",
            name, found[-1].seconds, found[-1].cpu_seconds, found[-1].peak_bytes / 1e9,
        )  # fmt: skip
    return found


def page(shops: Sequence[Sequence[Measured]], tries: int) -> str:
    """Return the tables of what was measured: each competitor, the ratios, and how time grows."""
    parts = [f"{machine()} Medians of {tries}.", *(part for shop in shops for part in (*_tables(shop), ""))]
    if len(shops) > 1:
        larger = {one.name: one for one in shops[-1]}
        parts += ["| processors' time grows with order lines to the power of | |", "|---|---:|"]
        parts += [f"| {MEANINGS[one.name]} | {exponent(one, larger[one.name]):.2f} |" for one in shops[0]]
    return "\n".join(parts).rstrip()


def _tables(shop: Sequence[Measured]) -> list[str]:
    """Return the lines of the tables of one shop."""
    by_name = {one.name: one for one in shop}
    compared = [
        (by_name[over], by_name[under], told) for over, under, told in RATIOS if {over, under} <= by_name.keys()
    ]
    head = "| what | seconds | processors' seconds | peak memory |"
    return [
        "", f"{shop[0].lines:,} order lines, {shop[0].rmas:,} RMAs:", "", head, "|---|---:|---:|---:|",
        *(
            f"| {MEANINGS[one.name]} | {one.seconds:.1f} | {one.cpu_seconds:.1f} | {one.peak_bytes / 1e9:.2f} GB |"
            for one in shop
        ),
        "", "| ratio | of seconds | of processors' seconds |", "|---|---:|---:|",
        *(
            f"| {told} | {over.seconds / under.seconds:.2f} | {over.cpu_seconds / under.cpu_seconds:.2f} |"
            for over, under, told in compared
        ),
    ]  # fmt: skip


def machine() -> str:
    """Return the machine and the versions in one sentence."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{len(os.sched_getaffinity(0))} processors, {memory:.0f} GiB; Python {platform.python_version()}, {versions}."
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print, or write the section of a page."""
    parser = argparse.ArgumentParser(prog="benchmarks.speed", description=__doc__)
    parser.add_argument("--lines", type=int, action="append", help="order lines of a shop; may be repeated")
    parser.add_argument("--tries", type=int, default=5)
    parser.add_argument("--work", type=Path, default=Path("var/speed"), help="where the shops and homes lie")
    parser.add_argument("--only", action="append", choices=list(MEANINGS), help="a competitor; may be repeated")
    parser.add_argument("--page", type=Path, help="page with a section `speed` to write")
    asked = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    shops = [
        measure(asked.work, lines, asked.tries, asked.only or list(MEANINGS))
        for lines in sorted(asked.lines or [1_000_000, 10_000_000])
    ]
    text = page(shops, asked.tries)
    tell(text, "speed", asked.page)
    return 0


if __name__ == "__main__":
    sys.exit(main())

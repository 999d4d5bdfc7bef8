"""What the scores of made-up shops are worth: ``python -m benchmarks.detection [--seeds S ...] [--page FILE]``.

For each seed a shop (of ``--orders``) is made, run and evaluated, each by the command that users have, in a folder of
its own that is removed afterwards (``--keep FOLDER``: where they stay, and are not made anew). The tables hold means
over the shops, with the lowest and the highest. Truth measures alone.
"""

from __future__ import annotations

import argparse
import json
import logging
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks.page import tell

LOG = logging.getLogger("detection")
SECTION = "detection"
ORDERS = 200_000
SEEDS = (1101, 1102, 1103, 1104, 1105)
MEASURES = {
    "average precision": "average_precision",
    "precision": "precision_at_capacity",
    "recall": "recall_at_capacity",
    "value recall": "value_recall_at_capacity",
}
"""The heads of the table, and the keys of ``returnwatch evaluate``."""
OURS = "returnwatch"
Evaluation = Mapping[str, Any]
"""What ``returnwatch evaluate --json`` prints of one shop."""


def evaluated(place: Path, seed: int, orders: int) -> Evaluation:
    """Return what the scores of a made-up shop are worth; what is there of it already is not made anew."""
    landing, truth, home = place / "landing", place / "truth.csv", place / "home"
    if not truth.is_file():
        _command("simulate", "--out", landing, "--truth", truth, "--orders", orders, "--seed", seed)
    _command("run", "--landing", landing, "--home", home)
    found: Evaluation = json.loads(_command("evaluate", "--home", home, "--truth", truth, "--json"))
    return found


def _command(*arguments: object) -> str:
    """Return what a command of the program prints; CalledProcessError where it fails, with its line on stderr."""
    asked = [sys.executable, "-m", "pipelines", *map(str, arguments)]
    return subprocess.run(asked, stdout=subprocess.PIPE, text=True, check=True).stdout  # noqa: S603 - our own program


def page(shops: Sequence[Evaluation]) -> str:
    """Return the tables of the shops' evaluations as Markdown."""
    counted = [f"{sum(shop[key] for shop in shops):,}" for key in ("n_rmas", "n_fraud", "capacity")]
    return "\n\n".join([
        f"In all {counted[0]} RMAs, {counted[1]} of them abuse, and a capacity of {counted[2]}.",
        _scores(shops),
        _rates("kind of abuse", "within the capacity", [shop["recall_by_archetype"] for shop in shops]),
        _rates("look-alike", "flagged, of honest RMAs at large", [_relative(shop) for shop in shops], is_times=True),
    ])  # fmt: skip


def _scores(shops: Sequence[Evaluation]) -> str:
    """Return the measures of the program and of the others, the best by average precision first."""
    others = {name: [shop["baselines"][name] for shop in shops] for name in shops[0]["baselines"]}
    ranked = sorted(others.items(), key=lambda told: -fmean(found["average_precision"] for found in told[1]))
    rows = [(OURS, shops), *ranked]
    lines = [
        f"| {name} | " + " | ".join(_spread([found[key] for found in told]) for key in MEASURES.values()) + " |"
        for name, told in rows
    ]
    return "\n".join([f"| | {' | '.join(MEASURES)} |", "|---|" + "---:|" * len(MEASURES), *lines])


def _relative(shop: Evaluation) -> dict[str, float]:
    """Return how often each look-alike is flagged, as times of what honest RMAs are."""
    usual = shop["flag_rate_of_honest"]
    return {name: rate / usual for name, rate in shop["flag_rate_by_lookalike"].items()} if usual else {}


def _rates(head: str, what: str, shops: Sequence[Mapping[str, float]], *, is_times: bool = False) -> str:
    """Return shares by name, the lowest first (``is_times``: the highest)."""
    named = {
        name: [shop[name] for shop in shops if name in shop] for name in sorted({key for one in shops for key in one})
    }
    ordered = sorted(named.items(), key=lambda told: (-1 if is_times else 1) * fmean(told[1]))
    mark = " times" if is_times else ""
    rows = [f"| {name} | {_spread(found, mark)} |" for name, found in ordered]
    return "\n".join([f"| {head} | {what} |", "|---|---:|", *rows])


def _spread(figures: Sequence[float], mark: str = "") -> str:
    """Return a mean with the lowest and the highest."""
    return f"{fmean(figures):.2f}{mark} ({min(figures):.2f} to {max(figures):.2f})"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and write the tables to the page or to stdout."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=ORDERS)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--page", type=Path)
    given = parser.parse_args(arguments)
    shops = []
    for seed in given.seeds:
        with tempfile.TemporaryDirectory() as folder:
            place = (given.keep or Path(folder)) / f"s{seed}"
            place.mkdir(parents=True, exist_ok=True)
            shops.append(evaluated(place, seed, given.orders))
        LOG.info("seed %d: average precision %.3f", seed, shops[-1]["average_precision"])
    text = f"Made-up shops of {given.orders:,} orders, seeds {', '.join(map(str, given.seeds))}. {page(shops)}"
    tell(text, SECTION, given.page)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The detector beside others on labelled sets of ADBench: ``python -m benchmarks.adbench [FOLDER] [--page FILE]``.

Han et al. 2022, ADBench: Anomaly Detection Benchmark, NeurIPS. Every detector is fitted on a whole set without its
labels and scores the same rows, with its authors' default settings, on columns scaled to 0 to 1 as in ADBench.
Labels serve to measure alone: area under the ROC curve, and average precision.
"""

from __future__ import annotations

import argparse
import importlib.util
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import perf_counter

import numpy as np
import polars as pl
from sklearn.ensemble import IsolationForest
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.preprocessing import MinMaxScaler

from benchmarks.extended_forest import extended_forest_scores
from benchmarks.page import tell
from models.matrix import FloatArray
from models.plain import plain_scores

FOLDER = Path("../shared/data/adbench")
SEEDS = range(5)
OURS = "returnwatch"
Scorer = Callable[[FloatArray, int], FloatArray]
LOG = logging.getLogger("adbench")


def detectors() -> dict[str, tuple[Scorer, bool]]:
    """Return each detector by name: how it scores columns with a seed, and whether the seed matters."""
    found: dict[str, tuple[Scorer, bool]] = {
        OURS: (plain_scores, True),
        "isolation forest": (_isolation_forest, True),
        "extended forest": (extended_forest_scores, True),
    }
    if importlib.util.find_spec("pyod") is None:
        LOG.warning("ECOD, COPOD, HBOS and kNN are left out: pyod is missing; install the extra `bench`.")
        return found
    return found | {"kNN" if name == "KNN" else name: (_of_pyod(module, name), False) for module, name in PYOD.items()}


PYOD = {"ecod": "ECOD", "copod": "COPOD", "hbos": "HBOS", "knn": "KNN"}
"""The detectors taken from pyod, by module; none of them draws at random."""


def _isolation_forest(columns: FloatArray, seed: int) -> FloatArray:
    """Return scikit-learn's scores, with its sign turned."""
    forest = IsolationForest(random_state=seed).fit(columns)
    return np.asarray(-forest.score_samples(columns), dtype=np.float64)


def _of_pyod(module: str, name: str) -> Scorer:
    """Return what scores with a detector of pyod."""

    def scores(columns: FloatArray, seed: int) -> FloatArray:
        del seed
        detector = getattr(importlib.import_module(f"pyod.models.{module}"), name)()
        return np.asarray(detector.fit(columns).decision_scores_, dtype=np.float64)

    return scores


def sets(folder: Path) -> Iterator[tuple[str, FloatArray, FloatArray]]:
    """Yield each set of the folder: its name, its columns scaled to 0 to 1, and its labels."""
    for path in sorted(folder.glob("*.npz"), key=lambda each: int(each.stem.split("_")[0])):
        with np.load(path) as data:
            columns = MinMaxScaler().fit_transform(data["X"].astype(np.float64))
            yield path.stem.split("_", 1)[1], columns, data["y"].astype(np.int64)


def measure(folder: Path, seeds: Sequence[int] = SEEDS) -> pl.DataFrame:
    """Return a row a set and detector: ``auroc``, ``average_precision`` (means of the seeds), ``seconds`` a fit."""
    rows = []
    for name, columns, labels in sets(folder):
        for detector, (score, is_seeded) in detectors().items():
            began, used = perf_counter(), seeds if is_seeded else seeds[:1]
            scored = [score(columns, seed) for seed in used]
            rows.append(
                {
                    "set": name,
                    "detector": detector,
                    "auroc": float(np.mean([roc_auc_score(labels, each) for each in scored])),
                    "average_precision": float(np.mean([average_precision_score(labels, each) for each in scored])),
                    "seconds": (perf_counter() - began) / len(used),
                }
            )
            LOG.info("%s: %s", name, rows[-1])
    return pl.DataFrame(rows)


def table(measured: pl.DataFrame, measure_name: str) -> str:
    """Return a table of one measure for the page: a row a set, a column a detector, the best in bold, means last."""
    names = measured["detector"].unique(maintain_order=True).to_list()
    wide = measured.pivot("detector", index="set", values=measure_name)
    means = wide.select(pl.lit("**mean**").alias("set"), *(pl.col(name).mean() for name in names))
    lines = [f"| set | {' | '.join(names)} |", f"|---{'|---:' * len(names)}|"]
    for row in pl.concat([wide.select("set", *names), means]).iter_rows():
        best = max(row[1:])
        cells = [f"**{value:.3f}**" if value == best else f"{value:.3f}" for value in row[1:]]
        lines.append(f"| {row[0]} | {' | '.join(cells)} |")
    return "\n".join(lines)


def page(measured: pl.DataFrame) -> str:
    """Return the section of docs/detection.md."""
    seconds = measured.group_by("detector", maintain_order=True).agg(pl.col("seconds").sum())
    took = ", ".join(f"{name} {value:.0f} s" for name, value in seconds.iter_rows())
    auroc, precision = (table(measured, name) for name in ("auroc", "average_precision"))
    parts = ("Area under the ROC curve:", auroc, "Average precision:", precision, f"One fit of each set took: {took}.")
    return "\n\n".join(parts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and write the tables to the page or to stdout; without the data say so and do nothing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--page", type=Path, help="write the tables into this page, between its markers")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    if not any(given.folder.glob("*.npz")):
        LOG.warning("skipped: %s holds no .npz sets of ADBench; name the folder that does", given.folder)
        return 0
    text = page(measure(given.folder))
    tell(text, "adbench", given.page)
    return 0


if __name__ == "__main__":
    sys.exit(main())

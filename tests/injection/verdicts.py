"""What verdicts are worth: ``python -m tests.injection.verdicts --landing DIR --truth FILE --home DIR``.

The first ``--n`` RMAs of the queue get their verdicts by the truth (``--wrong`` of them turned), in a copy of the
landing folder, and the pipeline runs again. Printed is how much abuse the next so many hold, without and with verdicts,
and how much there is left.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

import numpy as np
import polars as pl

from pipelines.commands import read_truth
from tests.program import returnwatch


def queue_after(landing: Path, home: Path, capacity: int) -> pl.DataFrame:
    """Run the pipeline, and return the published queue."""
    done = returnwatch("run", "--landing", landing, "--home", home, "--review-capacity", str(capacity), is_cold=True)
    if done.code:
        sys.exit(done.err.splitlines()[-1])
    return pl.read_parquet(home / "published" / "current" / "flagged_queue.parquet").sort("queue_rank")


def main(arguments: list[str]) -> None:
    """Print the counts."""
    asked = argparse.ArgumentParser(prog="python -m tests.injection.verdicts")
    for name in ("--landing", "--truth", "--home"):
        asked.add_argument(name, type=Path, required=True)
    asked.add_argument("--n", type=int, default=200)
    asked.add_argument("--wrong", type=float, default=0.0, help="share of verdicts that are turned")
    asked.add_argument("--seed", type=int, default=1)
    options = asked.parse_args(arguments)
    truth = read_truth(options.truth).select("rma_id", "is_fraud")
    landing = options.home / "landing"
    shutil.copytree(options.landing, landing, dirs_exist_ok=True)

    def judged(queue: pl.DataFrame) -> pl.DataFrame:
        known = queue.join(truth, on="rma_id", how="left", maintain_order="left")
        return known.with_columns(pl.col("is_fraud").fill_null(value=False))

    before = judged(queue_after(landing, options.home / "home", 2 * options.n))
    first, second = before.head(options.n), before.slice(options.n, options.n)
    turned = np.random.default_rng(options.seed).random(first.height) < options.wrong
    said = first["is_fraud"] ^ pl.Series(turned)
    first.select(
        "rma_id", "scored_at", verdict=pl.when(said).then(pl.lit("fraud")).otherwise(pl.lit("legitimate"))
    ).rename({"scored_at": "decided_at"}).write_csv(landing / "canonical" / "review_labels.csv")
    after = judged(queue_after(landing, options.home / "home", 2 * options.n))
    following = after.join(first, on="rma_id", how="anti", maintain_order="left").head(options.n)
    found, of_all, without, learned = (told.filter("is_fraud").height for told in (first, truth, second, following))
    counts = {
        "abuse in the first": found,
        "left": of_all - found,
        "in the next without verdicts": without,
        "in the next with verdicts": learned,
    }
    sys.stdout.write("".join(f"{name}: {count}\n" for name, count in counts.items()))


if __name__ == "__main__":
    main(sys.argv[1:])

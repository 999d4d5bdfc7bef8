"""What verdicts are worth: ``python -m tests.injection.verdicts --landing DIR --truth FILE --home DIR``.

The first ``--n`` RMAs of the queue get their verdicts by the truth (``--wrong`` of them turned), in a copy of the
landing folder, and the pipeline runs again: once without learning from them, once with. Printed is how much abuse the
next so many of each queue hold, and how much there is left. (The queue of before the verdicts is no measure: it has
fewer to choose from, because what is decided takes no place in it.) With ``--of-first-half`` the verdicts are on so
many RMAs of the shop's first half instead, in the order of risk, and printed is the average precision of those of the
second half, without and with them.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from sklearn.metrics import average_precision_score

from pipelines.commands import read_truth
from tests.program import returnwatch


def published_after(landing: Path, home: Path, capacity: int, table: str, learning: str = "auto") -> pl.DataFrame:
    """Run the pipeline, and return a published table."""
    asked = ("run", "--landing", landing, "--home", home, "--review-capacity", str(capacity))
    done = returnwatch(*asked, is_cold=True, variables={"RETURNWATCH_LEARNING__MODE": learning})
    if done.code:
        sys.exit(done.err.splitlines()[-1])
    return pl.read_parquet(home / "published" / "current" / f"{table}.parquet")


def judged(rmas: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """Return RMAs, in their order, with ``is_fraud``."""
    known = rmas.join(truth.select("rma_id", "is_fraud"), on="rma_id", how="left", maintain_order="left")
    return known.with_columns(pl.col("is_fraud").fill_null(value=False))


def verdicts_on(rmas: pl.DataFrame, wrong: float, seed: int) -> pl.DataFrame:
    """Return ``review_labels`` of judged RMAs, a share of them turned."""
    turned = np.random.default_rng(seed).random(rmas.height) < wrong
    said = pl.when(rmas["is_fraud"] ^ pl.Series(turned)).then(pl.lit("fraud")).otherwise(pl.lit("legitimate"))
    return rmas.select("rma_id", pl.col("scored_at").alias("decided_at"), verdict=said)


def halves(scores: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the RMAs that were requested before the median request, and the others, in the order of risk."""
    is_first = pl.col("requested_at") < pl.col("requested_at").median()
    ordered = scores.sort("risk_rank")
    return ordered.filter(is_first), ordered.filter(~is_first)


def precision(ranked: pl.DataFrame) -> float:
    """Return the average precision of judged RMAs by ``risk_rank``."""
    return float(average_precision_score(ranked["is_fraud"].to_numpy(), -ranked["risk_rank"].to_numpy()))


@dataclass(frozen=True, slots=True)
class Trial:
    """A shop's copy, in which verdicts are given: how many, the share that is wrong, and by which draw."""

    landing: Path
    home: Path
    truth: pl.DataFrame
    n: int
    wrong: float
    seed: int

    def run(self, table: str, learning: str = "auto") -> pl.DataFrame:
        """Return a published table with the truth."""
        return judged(published_after(self.landing, self.home, 2 * self.n, table, learning), self.truth)

    def give(self, rmas: pl.DataFrame) -> None:
        """Put verdicts on RMAs into the landing folder."""
        labels = verdicts_on(rmas, self.wrong, self.seed)
        labels.write_csv(self.landing / "canonical" / "review_labels.csv")


def of_queue(trial: Trial) -> dict[str, float]:
    """Give verdicts on the first of the queue, and count the abuse in the next so many, without and with learning."""
    first = trial.run("flagged_queue").sort("queue_rank").head(trial.n)
    trial.give(first)
    without, learned = (following(trial.run("flagged_queue", mode), first, trial.n) for mode in ("off", "auto"))
    found, of_all = (told.filter("is_fraud").height for told in (first, trial.truth))
    return {
        "abuse in the first": found,
        "left": of_all - found,
        "in the next without learning": without.filter("is_fraud").height,
        "in the next with learning": learned.filter("is_fraud").height,
    }


def following(queue: pl.DataFrame, decided: pl.DataFrame, n: int) -> pl.DataFrame:
    """Return the first so many of the queue that were not decided."""
    left = queue.sort("queue_rank").join(decided, on="rma_id", how="anti", maintain_order="left")
    return left.head(n)


def of_first_half(trial: Trial) -> dict[str, float]:
    """Give verdicts on the riskiest of the first half, and measure the order of the second, without and with them."""
    first, second = halves(trial.run("rma_scores"))
    told = first.head(trial.n)
    trial.give(told)
    _, learned = halves(trial.run("rma_scores"))
    return {
        "abuse in the verdicts": told.filter("is_fraud").height,
        "average precision of the second half without verdicts": round(precision(second), 3),
        "average precision of the second half with verdicts": round(precision(learned), 3),
    }


def main(arguments: list[str]) -> None:
    """Print what is found."""
    asked = argparse.ArgumentParser(prog="python -m tests.injection.verdicts")
    for name in ("--landing", "--truth", "--home"):
        asked.add_argument(name, type=Path, required=True)
    asked.add_argument("--n", type=int, default=200)
    asked.add_argument("--of-first-half", type=int, help="so many verdicts on RMAs of the shop's first half instead")
    asked.add_argument("--wrong", type=float, default=0.0, help="share of verdicts that are turned")
    asked.add_argument("--seed", type=int, default=1)
    options = asked.parse_args(arguments)
    landing = options.home / "landing"
    shutil.copytree(options.landing, landing, dirs_exist_ok=True)
    n = options.of_first_half or options.n
    trial = Trial(landing, options.home / "home", read_truth(options.truth), n, options.wrong, options.seed)
    found = of_first_half(trial) if options.of_first_half else of_queue(trial)
    sys.stdout.write("".join(f"{name}: {figure}\n" for name, figure in found.items()))


if __name__ == "__main__":
    main(sys.argv[1:])

"""Say what a published set found of a shop's truth: ``python -m tests.injection.report --home DIR --truth FILE``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import polars as pl
from sklearn.metrics import average_precision_score

DEPTHS = (0.02, 0.05)


def joined(home: Path, truth: Path) -> pl.DataFrame:
    """Return the scored RMAs with what is true of them, the most suspicious first."""
    scores = pl.read_parquet(home / "published" / "current" / "rma_scores.parquet")
    known = pl.read_csv(truth, infer_schema_length=0).with_columns((pl.col("is_fraud") == "true").alias("is_fraud"))
    table = scores.join(known.rename({"archetype": "kind"}), on="rma_id", how="left", maintain_order="left")
    return table.with_columns(pl.col("is_fraud").fill_null(value=False)).sort("risk_rank")


def by_kind(table: pl.DataFrame) -> pl.DataFrame:
    """Return for each kind of abuse how many there are, the recall at each depth, and the median rank in percent."""
    share = pl.col("risk_rank") / table.height
    recalls = [(share <= depth).mean().round(2).alias(f"recall at {depth:.0%}") for depth in DEPTHS]
    median = (share.median() * 100).round(1).alias("median rank, %")
    fraud = table.filter("is_fraud")
    return fraud.group_by("kind").agg(pl.len().alias("n"), *recalls, median).sort("median rank, %", "kind")


def by_lookalike(table: pl.DataFrame) -> pl.DataFrame:
    """Return for each look-alike how often it is flagged, and how much more often than honest RMAs at large."""
    honest = table.filter(~pl.col("is_fraud"))
    usual = honest["is_flagged"].mean()
    assert isinstance(usual, float)
    rate = pl.col("is_flagged").mean()
    return (
        honest.group_by(pl.col("lookalike").fill_null("(none)"))
        .agg(pl.len().alias("n"), rate.round(3).alias("flag rate"), (rate / max(usual, 1e-9)).round(2).alias("times"))
        .sort("times", "lookalike", descending=[True, False])
    )


def wrong_reasons(table: pl.DataFrame, top: int = 15) -> pl.DataFrame:
    """Return the first reasons of the flagged RMAs, how many of those are honest, and how many abuse."""
    first = pl.col("reasons").list.first().struct.field("code").alias("first reason")
    counts = ((~pl.col("is_fraud")).sum().alias("honest"), pl.col("is_fraud").sum().alias("abuse"))
    flagged = table.filter("is_flagged").group_by(first).agg(*counts)
    return flagged.sort("honest", "first reason", descending=[True, False]).head(top)


def average_precision(table: pl.DataFrame) -> float:
    """Return the average precision of the ranking."""
    return float(average_precision_score(table["is_fraud"].to_numpy(), -table["risk_rank"].to_numpy()))


def main(arguments: list[str]) -> None:
    """Print the tables."""
    asked = argparse.ArgumentParser(prog="python -m tests.injection.report")
    asked.add_argument("--home", type=Path, required=True)
    asked.add_argument("--truth", type=Path, required=True)
    options = asked.parse_args(arguments)
    table = joined(options.home, options.truth)
    flagged = table.filter("is_flagged")
    lines = [
        f"{table.height} RMAs, {table['is_fraud'].sum()} abuse; average precision {average_precision(table):.3f}",
        f"{flagged.height} flagged, of them {flagged['is_fraud'].sum()} abuse",
    ]
    with pl.Config(tbl_rows=-1, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True, tbl_cols=-1):
        lines += [str(one) for one in (by_kind(table), by_lookalike(table), wrong_reasons(table))]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])

"""How well expected returns hold out of time: ``python -m benchmarks.expected_returns [FILE] [--page FILE]``.

The data: 100,000 order lines of a German fashion shop with a real return label (bads; Data Mining Cup 2014 sample).
The last 30 % in time are foretold. The product's model (``features.expectation``) reads an order line's item, brand,
size, colour and price, and what the shop knew the day before; a logistic regression and gradient boosting are fitted on
the same columns of the first 70 %.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler, TargetEncoder

from benchmarks.page import tell
from features.expectation import baselines, described_orders, with_rates
from features.params import FeatureParams
from models.matrix import FloatArray

FILE = Path("../shared/data/bads/bads.parquet")
FIRST_SHARE = 0.7
RETURN_DAYS = 14
"""The data does not say when a return came; so long after the order each is taken to be known."""
BINS = 20
OURS = "returnwatch"
COLUMNS = ("item", "brand", "size", "color")
"""What the competitors read beside the price."""
LOG = logging.getLogger("expected_returns")


@dataclass(frozen=True, slots=True)
class Lines:
    """Order lines in order of time, with their label, and the day from which on they are foretold."""

    table: pl.DataFrame
    split_on: date

    def first(self) -> pl.DataFrame:
        """Return the lines from which the competitors learn."""
        return self.table.filter(pl.col("ordered_at").dt.date() < self.split_on)

    def last(self) -> pl.DataFrame:
        """Return the lines that are foretold."""
        return self.table.filter(pl.col("ordered_at").dt.date() >= self.split_on)


def load(path: Path, *, delivered_only: bool = False) -> Lines:
    """Read the lines without ``delivery_date``: where it is null, nothing is ever returned, so it tells the label.

    ``delivered_only`` leaves such lines out, too. An order is what a shopper ordered on a day.
    """
    raw = pl.read_parquet(path).sort("order_date", "order_item_id")
    kept = raw.filter(pl.col("delivery_date").is_not_null()) if delivered_only else raw
    size = pl.col("item_size").str.to_uppercase()
    table = kept.select(
        order_id=pl.format("{}-{}", "user_id", "order_date"),
        line_id=pl.col("order_item_id").cast(pl.String),
        sku=pl.format("{}-{}-{}", "item_id", pl.col("item_color").fill_null(""), size),
        category=pl.col("brand_id").cast(pl.String),
        style_id=pl.col("item_id").cast(pl.String),
        size=size,
        quantity=pl.lit(1),
        line_amount=pl.col("item_price").cast(pl.Decimal(18, 4)),
        ordered_at=pl.col("order_date").cast(pl.Datetime("us")),
        item=pl.col("item_id").cast(pl.String),
        brand=pl.col("brand_id").cast(pl.String),
        color=pl.col("item_color").fill_null("(none)"),
        price=pl.col("item_price"),
        is_returned=pl.col("return") == 1,
    )
    return Lines(table, kept["order_date"][int(len(kept) * FIRST_SHARE)])


def our_rates(lines: Lines, params: FeatureParams | None = None) -> FloatArray:
    """Return what the product's model expects of the last lines, each by what was known the day before."""
    ordered = described_orders(lines.table, lines.table.select("sku", "style_id").unique("sku"))
    returned = ordered.filter("is_returned").with_columns(
        requested_at=pl.col("ordered_at") + timedelta(days=RETURN_DAYS), is_matched=pl.lit(value=True)
    )
    asked = ordered.filter(pl.col("ordered_at").dt.date() >= lines.split_on)
    dated = asked.with_columns(day=pl.col("ordered_at").dt.date())
    return with_rates(dated, baselines(ordered, returned), params or FeatureParams())["item_rate"].to_numpy()


def competitors() -> dict[str, Pipeline]:
    """Return the models to compare with, unfitted.

    The regression has a column for each word that five lines have; boosting sees each word by its own (cross-fitted)
    return rate, because there are too many words to split on.
    """
    words, price = list(COLUMNS), ["price"]
    one_hot = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=5)
    rates = TargetEncoder(target_type="binary", cv=StratifiedKFold(5, shuffle=True, random_state=1))
    columns = [
        ColumnTransformer([("words", one_hot, words), ("price", StandardScaler(), price)]),
        ColumnTransformer([("words", rates, words), ("price", "passthrough", price)]),
    ]
    return {
        "logistic regression": make_pipeline(columns[0], LogisticRegression(C=0.1, max_iter=1_000)),
        "gradient boosting": make_pipeline(columns[1], HistGradientBoostingClassifier(random_state=1)),
    }


def calibration_error(chances: FloatArray, labels: FloatArray, bins: int = BINS) -> float:
    """Return the mean distance of foretold and real rates over bins of equally many lines, in order of the chance."""
    order = np.argsort(chances, kind="stable")
    parts = np.array_split(order, bins)
    return float(sum(abs(chances[part].mean() - labels[part].mean()) * len(part) for part in parts) / len(order))


def measure(lines: Lines) -> pl.DataFrame:
    """Return a row a model: ``calibration_error``, ``auc`` and ``log_loss`` on the last lines."""
    first, last = lines.first(), lines.last()
    labels = last["is_returned"].to_numpy().astype(np.float64)
    found = {OURS: our_rates(lines)}
    for name, model in competitors().items():
        model.fit(first.select(*COLUMNS, "price").to_pandas(), first["is_returned"].to_numpy())
        found[name] = model.predict_proba(last.select(*COLUMNS, "price").to_pandas())[:, 1]
    rows = [
        {
            "model": name,
            "lines": len(labels),
            "calibration_error": calibration_error(chances, labels),
            "auc": float(roc_auc_score(labels, chances)),
            "log_loss": float(log_loss(labels, chances.clip(1e-6, 1 - 1e-6))),
        }
        for name, chances in found.items()
    ]
    return pl.DataFrame(rows)


def page(measured: pl.DataFrame) -> str:
    """Return a table of the figures."""
    lines = ["| model | lines | calibration error | AUC | log loss |", "|---|---:|---:|---:|---:|"]
    for row in measured.iter_rows(named=True):
        figures = f"{row['calibration_error']:.4f} | {row['auc']:.4f} | {row['log_loss']:.4f}"
        lines.append(f"| {row['model']} | {row['lines']:,} | {figures} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and write the tables to the page or to stdout; without the data say so and do nothing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=FILE)
    parser.add_argument("--page", type=Path, help="write the tables into this page, between its markers")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    if not given.file.is_file():
        LOG.warning("skipped: %s is not there; name the file of the German fashion shop", given.file)
        return 0
    kinds = {"All lines:": False, "Lines that were delivered:": True}
    parts = [
        part for name, only in kinds.items() for part in (name, page(measure(load(given.file, delivered_only=only))))
    ]
    text = "\n\n".join(parts)
    tell(text, "expected_returns", given.page)
    return 0


if __name__ == "__main__":
    sys.exit(main())

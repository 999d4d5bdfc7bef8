"""Scores that anybody could have without labels, to measure ours against; higher is more suspicious.

Each takes one row an RMA in the order of rma_id and returns a score a row. None of them is used for anything else.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from sklearn.ensemble import IsolationForest

from models.matrix import FloatArray, known_values

TOTALS = ("orders_ever", "spend_ever", "lines_bought_ever", "lines_returned_ever", "returned_amount_ever")
"""What a naive detector would look at: a shopper's totals."""

RULES = {
    "return_rate_ever": 0.5,
    "lines_returned_90d": 5.0,
    "rma_amount": 300.0,
    "days_past_window": 1.0,
    "unmatched_unit_share": 0.5,
}
"""Simple rules, as a shop would write them down: each feature with the value from which it is a point."""


def naive_forest(features: pl.DataFrame, seed: int) -> FloatArray:
    """Return the score of an isolation forest over shoppers' totals: every RMA has its shopper's.

    A shopper's totals are those at the shopper's latest RMA; what is not known is 0, anonymous RMAs
    are each a shopper of their own.
    """
    shopper = pl.coalesce("customer_id", pl.concat_str(pl.lit("anonymous "), "rma_id"))
    rows = features.select("rma_id", "requested_at", *TOTALS, shopper.alias("shopper"))
    last = rows.sort("requested_at", "rma_id").unique("shopper", keep="last", maintain_order=True).sort("shopper")
    totals = np.nan_to_num(known_values(last, TOTALS))
    forest = IsolationForest(n_estimators=100, random_state=seed).fit(totals)
    last = last.with_columns(pl.Series("naive", -forest.score_samples(totals)))
    return rows.join(last.select("shopper", "naive"), on="shopper", how="left", maintain_order="left")[
        "naive"
    ].to_numpy()


def return_rate(features: pl.DataFrame) -> FloatArray:
    """Return the shopper's return rate; where it is not known, below every other."""
    return np.nan_to_num(known_values(features, ["return_rate_ever"])[:, 0], nan=-1.0)


def simple_rules(features: pl.DataFrame) -> FloatArray:
    """Return how many simple rules each RMA meets, and among equals by the amount."""
    points = np.zeros(features.height)
    for name, least in RULES.items():
        points += np.nan_to_num(known_values(features, [name])[:, 0]) >= least
    amount = np.nan_to_num(known_values(features, ["rma_amount"])[:, 0])
    return np.asarray(points + amount / (amount.max() + 1.0), dtype=np.float64)


def ecod(columns: FloatArray) -> FloatArray:
    """Return the scores of ECOD (Li et al. 2022, IEEE TKDE 35:12181): the rarer tail of each column, added up.

    A value that is not known adds nothing. Columns that are never known or never vary tell nothing either.
    """
    lower, upper, automatic = (np.zeros(columns.shape[0]) for _ in range(3))
    for column in columns.T:
        known = np.isfinite(column)
        seen = np.sort(column[known])
        if not seen.size or seen[0] == seen[-1]:
            continue
        left = np.zeros(column.size)
        right = np.zeros(column.size)
        left[known] = -np.log(np.searchsorted(seen, column[known], side="right") / seen.size)
        right[known] = -np.log(1.0 - np.searchsorted(seen, column[known], side="left") / seen.size)
        centred = seen - seen.mean()
        lower, upper = lower + left, upper + right
        automatic += left if (centred**3).sum() < 0 else right
    return np.maximum(np.maximum(lower, upper), automatic)

"""How hard a shop is: gradient boosting taught with the labels on plain columns, and the best single signs.

``python -m tests.injection.reference --landing DIR --truth FILE``. A shop is hard enough when the taught reference
reaches an average precision of 0.45 to 0.70 and no single sign has a precision above 0.6.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import polars as pl
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import average_precision_score
from sklearn.model_selection import GroupKFold

CODES = (
    "status", "claim_type", "reason_code", "return_method", "carrier", "dock_received", "condition_grade", "is_opened",
    "restocked", "refund_method", "store_id", "agent_id", "channel", "delivery_proof", "is_gift", "payment_method",
    "discount_code", "category", "segment",
)  # fmt: skip
SIGN_LEAST = 15
"""A sign counts from so many RMAs."""


def plain(landing: Path, truth: Path) -> pl.DataFrame:
    """Return one row an RMA with plain columns of its first line, its order, its product and its account."""
    folder = landing / "canonical"
    read = {name: pl.read_csv(folder / f"{name}.csv", infer_schema_length=0) for name in TABLES}
    rows = read["returns"].unique("rma_id", keep="first", maintain_order=True)
    rows = rows.join(read["returns"].group_by("rma_id").agg(pl.len().alias("n_lines")), on="rma_id")
    rows = rows.join(read["orders"].drop("currency", "status"), on="order_id", how="left", suffix="_order")
    rows = rows.join(read["order_lines"], on=["order_id", "line_id"], how="left", suffix="_line")
    rows = rows.join(read["products"], on="sku", how="left", suffix="_product")
    rows = rows.join(read["customers"], on="customer_id", how="left", suffix="_account")
    per = read["returns"].group_by("customer_id").agg(pl.col("rma_id").n_unique().alias("n_rmas"))
    disputes = read["chargebacks"].group_by("order_id").agg(pl.len().alias("n_chargebacks"))
    rows = rows.join(per, on="customer_id", how="left").join(disputes, on="order_id", how="left")
    return rows.join(pl.read_csv(truth, infer_schema_length=0).select("rma_id", "is_fraud", "archetype"), on="rma_id")


TABLES = ("returns", "orders", "order_lines", "products", "customers", "chargebacks")


def measures(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the plain figures of each RMA."""

    def number(name: str) -> pl.Expr:
        return pl.col(name).cast(pl.Float64, strict=False)

    def days(later: str, earlier: str) -> pl.Expr:
        moments = [pl.col(name).str.to_datetime(strict=False) for name in (later, earlier)]
        return (moments[0] - moments[1]).dt.total_seconds() / 86_400

    return rows.select(
        days("requested_at", "delivered_at").alias("lag"),
        (days("requested_at", "delivered_at") / number("return_window_days")).alias("lag_of_window"),
        days("refunded_at", "requested_at").alias("refunded_after"),
        days("refunded_at", "received_at").alias("refunded_after_receipt"),
        days("inspected_at", "received_at").alias("inspected_after"),
        days("ordered_at", "created_at").alias("account_age"),
        (number("scan_weight_g") / (number("weight_g") * number("quantity"))).alias("weight_of_expected"),
        (number("received_quantity") / number("quantity")).alias("received_of_claimed"),
        (number("refund_amount") / (number("unit_price") * number("quantity"))).alias("refund_of_paid"),
        (pl.col("received_serial") != pl.col("serial_number")).alias("foreign_serial"),
        (pl.col("refund_payment_fingerprint") != pl.col("payment_fingerprint")).alias("foreign_card"),
        (pl.col("ship_postcode") != pl.col("bill_postcode")).alias("elsewhere"),
        pl.col("customer_comment").is_null().alias("is_silent"),
        pl.col("order_id").is_null().alias("has_no_order"),
        *(number(name) for name in ("quantity", "refund_amount", "label_cost", "n_lines", "n_rmas", "n_chargebacks")),
        *(pl.col(name).cast(pl.Categorical).to_physical().cast(pl.Float64).alias(f"code_{name}") for name in CODES),
    ).cast(pl.Float64)


def taught(table: pl.DataFrame, fraud: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return the scores of boosting that never saw the shopper it scores."""
    values = table.select(name for name in table.columns if table[name].drop_nulls().n_unique() > 1).to_numpy()
    scores = np.zeros(len(fraud))
    for train, test in GroupKFold(5).split(values, fraud, groups):
        model = HistGradientBoostingClassifier(max_iter=150, learning_rate=0.06, max_leaf_nodes=15, random_state=1)
        scores[test] = model.fit(values[train], fraud[train]).predict_proba(values[test])[:, 1]
    return scores


def signs(rows: pl.DataFrame, table: pl.DataFrame) -> list[tuple[float, int, str]]:
    """Return the single signs by precision: each value of a code, each flag, each end of a figure."""
    fraud = rows["is_fraud"] == "true"
    held = {f"{name} = {value}": rows[name] == value for name in CODES for value in rows[name].unique().drop_nulls()}
    for name in table.columns:
        column = table[name]
        if name.startswith("code_"):
            continue
        for cut in (0.001, 0.005, 0.02):
            low, high = column.quantile(cut), column.quantile(1 - cut)
            held[f"{name} <= {low:.4g}"], held[f"{name} >= {high:.4g}"] = column <= low, column >= high
    found = []
    for name, holds in held.items():
        where = holds.fill_null(value=False)
        if where.sum() >= SIGN_LEAST:
            found.append((float(fraud.filter(where).mean()), int(where.sum()), name))  # type: ignore[arg-type]
    return sorted(found, reverse=True)


def main(arguments: list[str]) -> None:
    """Print how hard the shop is."""
    asked = argparse.ArgumentParser(prog="python -m tests.injection.reference")
    asked.add_argument("--landing", type=Path, required=True)
    asked.add_argument("--truth", type=Path, required=True)
    options = asked.parse_args(arguments)
    rows = plain(options.landing, options.truth)
    table = measures(rows)
    fraud = (rows["is_fraud"] == "true").to_numpy()
    groups = rows["customer_id"].fill_null(rows["rma_id"]).to_numpy()
    scores = taught(table, fraud, groups)
    lines = [
        f"taught reference: average precision {average_precision_score(fraud, scores):.3f}, {fraud.mean():.2%} abuse"
    ]
    lines += [f"{precision:.2f} of {n:5d}  {name}" for precision, n, name in signs(rows, table)[:12]]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])

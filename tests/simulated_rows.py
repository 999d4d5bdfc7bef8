"""What somebody knows of each RMA from its own row alone: to measure how hard the made-up shop is.

No history and no aggregation: the first line of the RMA with its order, order line, product and chargeback.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import average_precision_score
from sklearn.model_selection import GroupKFold

SPLIT = ("orders", "order_lines", "returns")
WORDS = (
    *(
        "claim_type",
        "reason_code",
        "return_method",
        "carrier",
        "condition_grade",
        "refund_method",
        "status",
        "category",
    ),
    *("channel", "payment_method", "delivery_proof", "store_id", "tracking_destination_postcode", "discount_code"),
    *("agent_id", "size", "ship_country"),
)
NUMBERS = (
    *("quantity", "scan_weight_g", "received_quantity", "refund_amount", "restocking_fee", "label_cost", "bought"),
    *("unit_price", "list_price", "unit_cost", "weight_g", "return_window_days", "warranty_days", "shipping_fee"),
)
FLAGS = ("dock_received", "is_opened", "restocked", "is_gift", "unopened_only", "final_sale", "is_serialised")
WAREHOUSES = ("21129", "47229")


def read(folder: Path, name: str) -> pl.DataFrame:
    """Return all rows of a written table as text."""
    pattern = f"{name}_2*.csv*" if name in SPLIT else f"{name}.csv"
    return pl.concat([pl.read_csv(path, infer_schema=False) for path in sorted(folder.glob(pattern))])


def rows(folder: Path, truth: Path) -> pl.DataFrame:
    """Return one row an RMA with the truth, in the order of the requests."""
    returns = read(folder, "returns")
    lines = read(folder, "order_lines").rename({"quantity": "bought"})
    lines = lines.select(
        "order_id", "line_id", "bought", "unit_price", "list_price", "unit_cost", "serial_number", "size"
    )
    orders = read(folder, "orders").drop("customer_id", "currency", "status").rename({"shipped_at": "dispatched_at"})
    products = read(folder, "products").drop("unit_cost", "list_price")
    disputes = read(folder, "chargebacks").select("order_id", "opened_at")
    joined = (
        returns.unique("rma_id", keep="first", maintain_order=True)
        .join(pl.read_csv(truth, infer_schema=False), on="rma_id", how="left", maintain_order="left")
        .join(orders, on="order_id", how="left", maintain_order="left")
        .join(lines, on=["order_id", "line_id"], how="left", maintain_order="left")
        .join(products, on="sku", how="left", maintain_order="left")
        .join(disputes, on="order_id", how="left", maintain_order="left")
    )
    moments = [name for name in joined.columns if name.endswith("_at")]
    return joined.with_columns(
        pl.col(moments).str.to_datetime("%Y-%m-%dT%H:%M:%SZ"),
        pl.col(NUMBERS).cast(pl.Float64),
        pl.col([*FLAGS, "is_fraud"]) == "true",
    )


def signs() -> dict[str, pl.Expr]:
    """Return every sign that one row can show, each true where it is suspicious."""
    col = pl.col
    days = (col("requested_at") - col("delivered_at")).dt.total_hours() / 24
    weight = col("scan_weight_g") / (col("weight_g") * col("quantity"))
    paid = col("unit_price") * col("quantity")
    other_card = col("refund_payment_fingerprint") != col("payment_fingerprint")
    elsewhere = ~col("tracking_destination_postcode").is_in(WAREHOUSES)
    refunded = col("refunded_at").is_not_null()
    return {
        "late in the window": days.is_between(0.8 * col("return_window_days"), col("return_window_days")),
        "beyond the window": (col("claim_type") == "return") & (days > col("return_window_days")),
        "far beyond the window": (col("claim_type") == "return") & (days > 1.4 * col("return_window_days")),
        "light": weight < 0.6,
        "very light": weight < 0.3,
        "heavy": weight > 2,
        "foreign serial": col("received_serial") != col("serial_number"),
        "wrong item": col("condition_grade") == "wrong_item",
        "empty": col("condition_grade").is_in(["empty_box", "missing"]),
        "worn": col("condition_grade").is_in(["B", "C"]),
        "scrap": col("condition_grade") == "D",
        "fewer received": col("received_quantity") < col("quantity"),
        "elsewhere": elsewhere,
        "not on the dock": (col("dock_received") == False) & col("received_at").is_not_null(),  # noqa: E712 - a null is unknown
        "paid before inspection": refunded
        & (col("inspected_at").is_null() | (col("refunded_at") < col("inspected_at"))),
        "paid and never seen": refunded & ~col("dock_received").fill_null(value=False),
        "kept": col("return_method") == "keep_it",
        "other card": col("refund_method") == "other_card",
        "another fingerprint": other_card,
        "credit": col("refund_method").is_in(["store_credit", "gift_card"]),
        "gift card": col("refund_method") == "gift_card",
        "cash": col("refund_method") == "cash",
        "more than paid": col("refund_amount") > paid,
        "no order": col("order_id").is_null(),
        "disputed": col("opened_at").is_not_null(),
        "disputed and paid": col("opened_at").is_not_null() & refunded,
        "not received": col("claim_type") == "item_not_received",
        "not received in spite of proof": (col("claim_type") == "item_not_received")
        & col("delivery_proof").is_in(["photo", "signature"]),
        "missing item": col("claim_type") == "missing_item",
        "warranty": col("claim_type") == "warranty",
        "defective": col("reason_code") == "defective",
        "opened": col("is_opened"),
        "rejected": col("status") == "rejected",
        "denied": col("status") == "denied",
        "paid by gift card": col("payment_method") == "gift_card",
        "billed elsewhere": col("bill_postcode") != col("ship_postcode"),
    }


def precisions(frame: pl.DataFrame) -> dict[str, float]:
    """Return which share of the RMAs with each sign is abuse; signs that hardly occur are left out."""
    found = {}
    for name, sign in signs().items():
        shown = frame.filter(sign.fill_null(value=False))["is_fraud"]
        if len(shown) >= 30:
            found[name] = float(shown.mean())  # type: ignore[arg-type]
    return found


def columns(frame: pl.DataFrame, *, compared: bool = False) -> npt.NDArray[np.float64]:
    """Return the raw columns of each row as numbers, words as codes, moments as days since the request.

    ``compared`` adds what two columns of one row say together: the signs above.
    """
    moments = [name for name in frame.columns if name.endswith("_at") and name != "requested_at"]
    exprs = [
        *(pl.col(name).cast(pl.Categorical).to_physical().cast(pl.Float64) for name in WORDS),
        *(pl.col(name).cast(pl.Float64) for name in (*NUMBERS, *FLAGS)),
        *(((pl.col(name) - pl.col("requested_at")).dt.total_seconds() / 86_400).alias(name) for name in moments),
        pl.col("requested_at").dt.hour().alias("hour").cast(pl.Float64),
        pl.col("customer_comment").str.len_chars().cast(pl.Float64),
    ]
    if compared:
        exprs += [sign.cast(pl.Float64).alias(name) for name, sign in signs().items()]
        exprs.append((pl.col("scan_weight_g") / (pl.col("weight_g") * pl.col("quantity"))).alias("relative weight"))
        exprs.append((pl.col("refund_amount") / (pl.col("unit_price") * pl.col("quantity"))).alias("relative refund"))
    return frame.select(exprs).cast(pl.Float64).to_numpy()


def taught(features: npt.NDArray[np.float64], frame: pl.DataFrame, folds: int = 4) -> npt.NDArray[np.float64]:
    """Return the scores that gradient boosting gives each row, taught with the labels of other customers."""
    label = frame["is_fraud"].to_numpy()
    customer = frame["customer_id"].rank("dense").to_numpy()
    scores = np.zeros(len(label))
    for train, test in GroupKFold(folds).split(features, label, customer):
        model = HistGradientBoostingClassifier(
            max_iter=80, learning_rate=0.1, max_leaf_nodes=15, min_samples_leaf=30, random_state=0
        )
        model.fit(features[train], label[train])
        scores[test] = model.predict_proba(features[test])[:, 1]
    return scores


def average_precision(scores: npt.NDArray[np.float64], frame: pl.DataFrame) -> float:
    """Return the average precision of scores."""
    return float(average_precision_score(frame["is_fraud"].to_numpy(), scores))

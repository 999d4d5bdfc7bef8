"""The features by pandas and scores by scikit-learn, as a competent analyst would write them.

Running totals for each shopper, and ``merge_asof`` to look them up just before a moment.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from sklearn.ensemble import IsolationForest

from benchmarks.speed.common import COMMON, WINDOWS

Frame = Any
"""A pandas frame: the library ships no types."""


def features(order_lines: Frame, rma_lines: Frame) -> Frame:
    """Return one row an RMA, in order of ``rma_id``, with the columns ``COMMON``."""
    lines = with_shopper(rma_lines)
    requests = lines[lines["is_own"]].groupby("rma_id", as_index=False)[["rma_customer_id", "requested_at"]].first()
    requests = requests.rename(columns={"rma_customer_id": "customer_id"}).sort_values("requested_at", kind="stable")
    placed = order_lines.groupby(["customer_id", "order_id"], as_index=False)["ordered_at"].min()
    refunds = lines.dropna(subset=["refund_amount", "refunded_at"])
    known = requests.dropna(subset=["customer_id"])
    history = {
        "orders": running(placed, "ordered_at", None),
        "spend": running(order_lines, "ordered_at", "line_amount"),
        "lines_bought": running(order_lines, "ordered_at", None),
        "lines_returned": running(lines, "requested_at", None),
        "returned_amount": running(lines, "requested_at", "requested_amount"),
        "refunded_amount": running(refunds, "refunded_at", "refund_amount"),
    }
    columns = {
        f"{name}_{window}": in_window(events, known, days)
        for name, events in history.items()
        for window, days in WINDOWS.items()
    }
    asked = running(known, "requested_at", None)
    columns |= {f"rmas_{days}d": in_window(asked, known, days) for days in (7, 30)}
    first = known["customer_id"].map(order_lines.groupby("customer_id")["ordered_at"].min())
    columns["days_since_first_order"] = days_between(first.where(first < known["requested_at"]), known["requested_at"])
    last = known["requested_at"].groupby(known["customer_id"]).transform(previous_moment)
    columns["days_since_last_rma"] = days_between(last, known["requested_at"])
    made = known[["rma_id"]].assign(**columns)
    return requests[["rma_id"]].merge(made, how="left").sort_values("rma_id")[["rma_id", *COMMON]]


def with_shopper(rma_lines: Frame) -> Frame:
    """Add which lines are of an RMA's first moment (``is_own``), and the shopper of RMA and line."""
    first = rma_lines.groupby("rma_id")["requested_at"].transform("min")
    lines = rma_lines.assign(is_own=rma_lines["requested_at"] == first)
    shopper = lines[lines["is_own"]].groupby("rma_id")["customer_id"].min()
    lines["rma_customer_id"] = lines["rma_id"].map(shopper)
    return lines.assign(customer_id=lines["customer_id"].fillna(lines["rma_customer_id"]))


def running(events: Frame, at: str, amount: str | None) -> Frame:
    """Return for each shopper and moment the total so far, in order of time; of rows where no amount is named."""
    value = events[amount].fillna(0) if amount else 1
    placed = events[["customer_id"]].assign(at=events[at], value=value).dropna(subset=["customer_id", "at"])
    placed = placed.sort_values("at", kind="stable")
    total = placed.groupby("customer_id")["value"].cumsum()
    return placed.assign(total=total)[["customer_id", "at", "total"]]


def in_window(events: Frame, requests: Frame, days: int | None) -> Frame:
    """Return what happened from so many days before each request (None: ever) up to just before it."""
    until = total_before(events, requests, 0)
    return until if days is None else until - total_before(events, requests, days)


def total_before(events: Frame, requests: Frame, days: int) -> Frame:
    """Return the shopper's total just before the moment so many days before each request."""
    asked = requests[["customer_id"]].assign(at=requests["requested_at"] - pd.Timedelta(days=days))
    found = pd.merge_asof(asked, events, on="at", by="customer_id", allow_exact_matches=False)
    return found["total"].fillna(0).astype("float64").to_numpy()


def previous_moment(moments: Frame) -> Frame:
    """Return of moments in order the last one before each that is not the same."""
    before = moments.shift()
    return before.where(moments.ne(before)).ffill()


def days_between(first: Frame, last: Frame) -> Frame:
    """Return the days from one moment to another."""
    return ((last - first).dt.total_seconds() / 86_400).to_numpy()


def read_core(folder: Path) -> tuple[Frame, Frame]:
    """Return the two tables of a folder of core frames."""
    lines, rmas = pd.read_parquet(folder / "order_lines.parquet"), pd.read_parquet(folder / "rma_lines.parquet")
    return _floats(lines, ["line_amount"]), _floats(rmas, ["requested_amount", "refund_amount"])


def read_exports(folder: Path) -> tuple[Frame, Frame]:
    """Return the two tables from the exports of a made-up shop, joined and valued."""
    orders = _read(folder, "orders_*.csv", ["order_id", "customer_id", "ordered_at"])
    lines = _read(folder, "order_lines_*.csv.gz", ["order_id", "line_id", "quantity", "unit_price"])
    rmas = _read(folder, "returns_*.csv", [
        "rma_id", "order_id", "line_id", "customer_id", "quantity", "requested_at", "refund_amount", "refunded_at",
    ])  # fmt: skip
    for frame, column in ((orders, "ordered_at"), (rmas, "requested_at"), (rmas, "refunded_at")):
        frame[column] = pd.to_datetime(frame[column], utc=True).dt.tz_localize(None)
    bought = lines.merge(orders, on="order_id")
    bought["line_amount"] = bought["quantity"] * bought["unit_price"]
    rmas = rmas.merge(lines[["order_id", "line_id", "unit_price"]], on=["order_id", "line_id"], how="left")
    rmas["requested_amount"] = rmas["quantity"] * rmas["unit_price"]
    return bought, rmas


def scores(found: Frame) -> Frame:
    """Return the RMAs with the score of an isolation forest on their features."""
    columns = found[list(COMMON)].fillna(0).to_numpy()
    forest = IsolationForest(n_estimators=200, max_samples=min(256, len(columns)), random_state=0).fit(columns)
    return found[["rma_id"]].assign(score=-forest.score_samples(columns)).sort_values("score", ascending=False)


def _read(folder: Path, pattern: str, columns: list[str]) -> Frame:
    """Return the columns of all files of a table."""
    texts = {name: "string" for name in columns if name.endswith("_id")}
    files = sorted(folder.glob(pattern))
    return pd.concat([pd.read_csv(file, usecols=columns, dtype=texts) for file in files], ignore_index=True)


def _floats(frame: Frame, columns: list[str]) -> Frame:
    """Return a frame with amounts as floats: pandas adds decimals one object at a time."""
    return frame.astype(dict.fromkeys(columns, "float64"))

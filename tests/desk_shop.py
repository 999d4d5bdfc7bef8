"""A made-up published set for the pages: 60 RMAs with figures to check by eye, nine of them flagged in six cases.

The first case is a ring of two accounts with three RMAs; the others have one RMA each, but the last, which has two.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl

MONEY = pl.Decimal(18, 4)
REASON = pl.Struct(
    {
        "code": pl.String,
        "text": pl.String,
        "value": pl.Float64,
        "typical": pl.Float64,
        "contribution": pl.Float64,
        "customer_text": pl.String,
    }
)
AS_OF = datetime.fromisoformat("2026-06-20T06:00:00")
N = 60
CASES = ("C-ring", "C-ring", "C-ring", "C-4", "C-5", "C-6", "C-7", "C-two", "C-two")
"""The case of each flagged RMA, in the order of the queue."""
STAKES = (400, 200, 100, 90, 80, 70, 60, 50, 40)


def requested(number: int) -> datetime:
    """Return when an RMA was requested: ten a month from January on."""
    return datetime(2026, 1 + number // 10, 1 + number % 10 * 2, 12)  # noqa: DTZ001 - moments are UTC without a zone


def shopper(number: int) -> str:
    """Return whose RMA it is: RMAs 0 and 1 are one account's, 2 the linked one's."""
    return {0: "CUST-0001", 1: "CUST-0001", 2: "CUST-0002"}.get(number, f"CUST-{number + 100:04d}")


def reasons(number: int, score: float) -> list[dict[str, object]]:
    """Return why an RMA is flagged: two signs that add up to its score."""
    if number >= len(CASES):
        return []
    units = {
        "code": "MANY_UNITS",
        "text": f"returns {number + 5} units at once; a typical RMA returns 1",
        "value": number + 5.0,
    }
    value = {
        "code": "HIGH_VALUE",
        "text": f"returns goods worth {STAKES[number]}; a typical RMA 30",
        "value": float(STAKES[number]),
    }
    said = "We are checking the items and the amount of this return."
    return [
        {**units, "typical": 1.0, "contribution": score * 0.75, "customer_text": said},
        {**value, "typical": 30.0, "contribution": score * 0.25, "customer_text": said},
    ]


def scores() -> pl.DataFrame:
    """Return rma_scores, the most suspicious first."""
    risk = [99.9 - number for number in range(N)]
    flagged = [number < len(CASES) for number in range(N)]
    stake = [*STAKES, *[30] * (N - len(CASES))]
    return pl.DataFrame(
        {
            "rma_id": [f"RMA-{number}" for number in range(N)],
            "customer_id": [shopper(number) for number in range(N)],
            "requested_at": [requested(number) for number in range(N)],
            "refund_amount": [Decimal(amount) for amount in stake],
            "amount_at_stake": [Decimal(amount) for amount in stake],
            "stage": ["settled"] * N,
            "risk_score": risk,
            "risk_score_at_request": risk,
            "risk_rank": list(range(1, N + 1)),
            "is_flagged": flagged,
            "outcome": ["REVIEW" if one else "CLEAR" for one in flagged],
            "expected_loss": [Decimal(amount) / 2 for amount in stake],
            "archetype": [None] * N,
            "reasons": [reasons(number, score) for number, score in enumerate(risk)],
            "model_version": ["m-1"] * N,
            "scored_at": [AS_OF] * N,
            "stage_at": [AS_OF] * N,
            "ring_id": ["ring-1"] * 3 + [None] * (N - 3),
            "is_audit": [False] * N,
        },
        schema_overrides={
            **dict.fromkeys(("refund_amount", "amount_at_stake", "expected_loss"), MONEY),
            "reasons": pl.List(REASON),
            "archetype": pl.String,
        },
    )


def queue() -> pl.DataFrame:
    """Return flagged_queue."""
    places = pl.Series("queue_rank", range(1, len(CASES) + 1))
    return scores().filter("is_flagged").with_columns(places, pl.Series("case_id", CASES))


def lines() -> pl.DataFrame:
    """Return report_return_lines: one line an RMA, 30 of cost each but what is at stake of the flagged ones."""
    base = scores()
    stake = base["amount_at_stake"]
    at = base["requested_at"]
    dates = {"ordered_at": -12, "delivered_at": -8, "requested_at": 0, "received_at": 4, "refunded_at": 6}
    moments = {name: at.dt.offset_by(f"{days}d") for name, days in dates.items()}
    texts = {
        "rma_line_id": "1", "order_id": "O-1", "line_id": "1", "product_name": "Wrap dress", "style_id": "ST1",
        "size": "M",
        "color": "blue", "supplier_id": "SUP-1", "country": "NL", "source": "canonical", "claim_type": "return",
        "status": "refunded", "return_method": "mail", "carrier": "PostNL", "condition_grade": "A",
        "refund_method": "original",
        "agent_id": "A1", "store_id": None,
    }  # fmt: skip
    columns = {name: pl.Series([text] * N, dtype=pl.String) for name, text in texts.items()}
    zero = pl.Series([Decimal(0)] * N, dtype=MONEY)
    return pl.DataFrame(
        {
            "rma_id": base["rma_id"],
            "customer_id": base["customer_id"],
            "sku": [f"SKU-{number % 5}" for number in range(N)],
            "category": ["dresses" if number % 2 else "shoes" for number in range(N)],
            "channel": ["web" if number % 3 else "store" for number in range(N)],
            "reason": ["too_small" if number % 4 else "changed_mind" for number in range(N)],
            **columns,
            **moments,
            "is_returned": [True] * N,
            "is_matched": [True] * N,
            "quantity": [1] * N,
            "requested_amount": stake,
            "refunds": stake,
            "gross_cost": stake,
            "recoveries": zero,
            "cost": stake,
        }
    )


def costs() -> pl.DataFrame:
    """Return return_costs: the refund of each line."""
    told = lines().select(
        "rma_id", "rma_line_id", "order_id", "sku", amount="cost", incurred_on=pl.col("refunded_at").dt.date()
    )
    return told.with_columns(component=pl.lit("refund"), basis=pl.lit("actual"))


def features() -> pl.DataFrame:
    """Return rma_features at two stages; the ring's accounts share a card."""
    base = scores().select("rma_id", "customer_id", "requested_at", "ring_id", "stage_at")
    rings = [1] * 3 + [0] * (N - 3)
    told = base.with_columns(
        pl.Series("rma_units", [float(number + 5) if number < len(CASES) else 1.0 for number in range(N)]),
        pl.Series("rma_amount", [float(amount) for amount in (*STAKES, *[30] * (N - len(STAKES)))]),
        pl.Series("payment_accounts", rings),
        pl.Series("address_accounts", [0] * N),
        pl.Series("window_used_share", [0.25] * N),
        pl.Series("days_past_window", [0.0] * N),
        pl.Series("had_support_contact", [0.0] * N),
    )
    return pl.concat([told.with_columns(stage=pl.lit(stage)) for stage in ("request", "settled")])


def health() -> pl.DataFrame:
    """Return report_model_health: one alert of two."""
    return pl.DataFrame(
        {
            "check": ["psi", "flag_rate"], "subject": ["rma_units", "all"], "stage": ["settled", None],
            "since": [date(2026, 6, 1)] * 2, "n_before": [50, 50], "n_recent": [10, 10], "value": [0.4, 1.0],
            "low": [None, None], "high": [None, None], "threshold": [0.25, 3.0], "is_alert": [True, False],
        },
        schema_overrides={"low": pl.Float64, "high": pl.Float64},
    )  # fmt: skip


def write_set(folder: Path, frames: dict[str, pl.DataFrame]) -> Path:
    """Write the frames as a published set into the folder."""
    folder.mkdir(parents=True)
    entries: dict[str, object] = {}
    for name, frame in frames.items():
        file = folder / f"{name}.parquet"
        frame.write_parquet(file)
        entries[name] = {"rows": frame.height, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
    manifest = {
        "tables": entries,
        "as_of": "2026-06-20T06:00:00Z",
        "published_at": "2026-06-20T06:04:30Z",
        "model_version": "m-1",
        "run_id": "run-42",
        "reporting_currency": "EUR",
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def publish(home: Path, frames: dict[str, pl.DataFrame], name: str = "set-1") -> Path:
    """Write the frames as a set of the home and point ``current`` to it, in one step; return the set."""
    folder = write_set(home / "published" / name, frames)
    link = home / "published" / f".{name}.link"
    link.symlink_to(name)
    link.replace(home / "published" / "current")
    return folder


def page_tables() -> dict[str, pl.DataFrame]:
    """Return what the pages need of RMAs; the tables of the printed report stand beside them."""
    return {
        "rma_scores": scores(),
        "flagged_queue": queue(),
        "report_return_lines": lines(),
        "return_costs": costs(),
        "rma_features": features(),
        "report_model_health": health(),
    }

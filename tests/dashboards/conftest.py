"""A made-up published set whose figures can be checked by eye: six months, 60,000 sold, 9,000 net cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from tests.desk_shop import write_set

MONEY = pl.Decimal(18, 4)
REFUSAL = "required column sku is missing (the file has: order_id, qty); add it to the export and deliver again"
UNREAD = "quantity is not a readable quantity: it holds no digits"
AS_OF = datetime.fromisoformat("2026-06-20T06:00:00")
SetMaker = Callable[..., Path]


def money(*amounts: str | int) -> pl.Series:
    return pl.Series([Decimal(amount) for amount in amounts], dtype=MONEY)


def overview() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "period_from": [date(2026, 1, 1)],
            "period_to": [date(2026, 6, 19)],
            "as_of": [AS_OF],
            "currency": ["EUR"],
            "orders": [800],
            "orders_with_return": [110],
            "order_lines": [1500],
            "units_sold": [1600],
            "goods_sales": money(60000),
            "rmas": [120],
            "anonymous_rmas": [4],
            "rma_lines": [150],
            "returned_lines": [140],
            "returned_units": [160],
            "value_returned": money(9600),
            "refunds": money(9200),
            "gross_cost": money(12300),
            "recoveries": money(-3300),
            "total_return_cost": money(9000),
            "cost_per_rma": money(75),
            "cost_share_of_sales": [0.15],
            "unit_return_rate": [0.1],
            "value_return_rate": [0.16],
            "order_return_rate": [0.1375],
            "matched_lines": [144],
            "unmatched_lines": [6],
            "matched_line_share": [0.96],
        }
    )


def components() -> pl.DataFrame:
    amounts = money(9200, 1100, 600, 520, 480, 216, 184, -300, -3000)
    return pl.DataFrame(
        {
            "component": [
                *("refund", "write_off", "outbound_shipping", "handling", "label"),
                *("support", "payment_fee", "restocking_fee", "resale"),
            ],
            "amount": amounts,
            "share": (amounts.cast(pl.Float64) / 9000).to_list(),
            "n_lines": [130, 90, 130, 120, 100, 40, 130, 20, 110],
            "actual_amount": money(9200, 0, 0, 0, 300, 0, 0, -300, -2000),
            "rate_amount": money(0, 1100, 600, 520, 180, 216, 184, 0, -1000),
        }
    )


def monthly() -> pl.DataFrame:
    cohort = [2000, 2100, 1800, 1500, 900, 300]
    by_request = [800, 1700, 2000, 1900, 2200, 1000]
    return pl.DataFrame(
        {
            "month": [date(2026, number, 1) for number in range(1, 7)] * 2,
            "basis": ["order_cohort"] * 6 + ["return_date"] * 6,
            "units_sold": [270] * 12,
            "units_returned": [value // 60 for value in cohort + by_request],
            "value_sold": money(*[10000] * 12),
            "value_returned": money(*cohort, *by_request),
            "orders": [133] * 12,
            "orders_with_return": [19] * 12,
            "unit_return_rate": [value // 60 / 270 for value in cohort + by_request],
            "value_return_rate": [value / 10000 for value in cohort + by_request],
            "order_return_rate": [19 / 133] * 12,
            "is_complete": [True] * 4 + [False] * 2 + [True] * 5 + [False],
        }
    )


def return_costs() -> pl.DataFrame:
    """Six months of net cost: 900, 1500, 1800, 1800, 2100, 900; each a refund, less 100 recovered."""
    net = [900, 1500, 1800, 1800, 2100, 900]
    return pl.DataFrame(
        {
            "rma_id": [f"R{number}" for number in range(6)] * 2,
            "rma_line_id": ["1"] * 12,
            "order_id": ["O1"] * 12,
            "sku": ["S1"] * 12,
            "component": ["refund"] * 6 + ["resale"] * 6,
            "amount": money(*[amount + 100 for amount in net], *[-100] * 6),
            "incurred_on": [date(2026, number, 15) for number in range(1, 7)] * 2,
            "basis": ["actual"] * 12,
        }
    )


def ranking(names: dict[str, list[str]], costs: list[int]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            **names,
            "cost": money(*costs),
            "refunds": money(*[cost + 7 for cost in costs]),
            "returned_lines": [10 + place for place, _ in enumerate(costs)],
            "returned_units": [11] * len(costs),
            "units_sold": [110] * len(costs),
            "unit_return_rate": [0.1] * len(costs),
            "cost_per_line": money(*[f"{cost}.25" for cost in costs]),
            "cost_rank": list(range(1, len(costs) + 1)),
        }
    )


def by_sku() -> pl.DataFrame:
    costs = [2000, 1500, 1000, 900, 800, 700, 600, 500, 400, 300, 200, 100]
    skus = [f"00{number}23" for number in range(12)]
    names = ["Wrap dress, linen", "Ankle boot", *[f"Product {number}" for number in range(2, 12)]]
    categories = ["Dresses", "Shoes", *["Dresses"] * 10]
    return ranking({"sku": skus, "product_name": names, "category": categories}, costs)


def queue() -> pl.DataFrame:
    weight = {"code": "LIGHT_BOX", "text": "box 61 % lighter than sold", "value": 0.61, "typical": 0.02}
    card = {"code": "SHARED_CARD", "text": "card shared by 3 accounts", "value": 3.0, "typical": 1.0}
    reasons = [[{**weight, "contribution": 0.6}, {**card, "contribution": 0.3}], [{**card, "contribution": 0.5}], []]
    return pl.DataFrame(
        {
            "queue_rank": [1, 2, 3],
            "rma_id": ["RMA-7", "RMA-8", "RMA-9"],
            "customer_id": ["C1", "C2", None],
            "requested_at": [AS_OF] * 3,
            "refund_amount": pl.Series([Decimal(1240), Decimal("310.50"), None], dtype=MONEY),
            "stage": ["received", "settled", "request"],
            "risk_score": [98.4, 95.0, 91.26],
            "is_flagged": [True] * 3,
            "outcome": ["HOLD", "REVIEW", "REVIEW"],
            "reasons": reasons,
            "case_id": ["CASE-1", "CASE-1", "CASE-2"],
        },
        schema_overrides={
            "reasons": pl.List(
                pl.Struct(
                    {
                        "code": pl.String,
                        "text": pl.String,
                        "value": pl.Float64,
                        "typical": pl.Float64,
                        "contribution": pl.Float64,
                    }
                )
            )
        },
    )


def ledger() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "path": ["canonical/orders.csv", "canonical/returns.csv", "canonical/returns_bad.csv"],
            "sha256": ["a", "b", "c"],
            "source": ["canonical"] * 3,
            "table": ["orders", "returns", "returns"],
            "rows_read": [800, 155, 0],
            "rows_loaded": [800, 140, 0],
            "rows_updated": [0, 10, 0],
            "rows_duplicate": [0, 2, 0],
            "rows_quarantined": [0, 3, 0],
            "status": ["loaded", "loaded", "refused"],
            "error": [None, None, REFUSAL],
            "loaded_at": [AS_OF] * 3,
        }
    )


def quarantine() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "path": ["canonical/returns.csv"] * 3,
            "row_number": [4, 9, 17],
            "table": ["returns"] * 3,
            "error_code": ["unreadable_value", "unreadable_value", "missing_value"],
            "error": [UNREAD, UNREAD, "sku is missing"],
            "raw": ["a", "b", "c"],
        }
    )


def coverage() -> pl.DataFrame:
    """Of the canonical orders all but ``email`` is filled; customers did not come; nothing came from another shop."""
    return pl.DataFrame(
        [
            ("canonical", "customers", "customer_id", 0, 0),
            ("canonical", "orders", "order_id", 800, 800),
            ("canonical", "orders", "email", 800, 0),
            ("canonical", "orders", "channel", 800, 400),
            ("other_shop", "orders", "order_id", 0, 0),
        ],
        schema=["source", "table", "column", "n_rows", "n_filled"],
        orient="row",
    )


def tables() -> dict[str, pl.DataFrame]:
    """Every table that the report reads, by name."""
    reasons = ranking({"reason": ["too_small", "(not given)", "damaged"]}, [4500, 2700, 1800]).drop("units_sold")
    return {
        "rma_scores": pl.DataFrame({"rma_id": [f"RMA-{number}" for number in range(120)]}),
        "flagged_queue": queue(),
        "return_costs": return_costs(),
        "ingest_ledger": ledger(),
        "quarantine": quarantine(),
        "report_coverage": coverage(),
        "report_overview": overview(),
        "report_costs_by_component": components(),
        "report_monthly": monthly(),
        "report_by_sku": by_sku(),
        "report_by_category": ranking({"category": ["Dresses", "Shoes", "(not given)"]}, [5400, 2700, 900]),
        "report_by_reason": reasons,
        "report_matching": pl.DataFrame(
            {
                "match_method": ["keys", "none"],
                "lines": [144, 6],
                "units": [154, 6],
                "matched_units": [154, 0],
                "amount": money(9100, 500),
            }
        ),
        "report_other_lines": pl.DataFrame({"kind": ["postage"], "lines": [31], "amount": money("412.50")}),
    }


@pytest.fixture
def frames() -> dict[str, pl.DataFrame]:
    """Every table of the made-up set, by name, to be changed at will."""
    return tables()


@pytest.fixture(scope="session")
def make_set(tmp_path_factory: pytest.TempPathFactory) -> SetMaker:
    """Write the made-up set; a keyword replaces a table by another frame, or leaves it out where it is None."""

    def make(**changes: pl.DataFrame | None) -> Path:
        kept = {name: frame for name, frame in (tables() | changes).items() if frame is not None}
        return write_set(tmp_path_factory.mktemp("published") / "set", kept)

    return make

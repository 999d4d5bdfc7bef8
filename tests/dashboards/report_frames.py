"""Made-up report tables for the pages that the printed report does not need: few rows, figures to check by eye."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import polars as pl

MONEY = pl.Decimal(18, 4)
JAN, FEB = date(2026, 1, 1), date(2026, 2, 1)
AT = datetime.fromisoformat("2026-06-20T06:00:00")


def rows(columns: str, *values: tuple[object, ...], money: str = "") -> pl.DataFrame:
    """Return rows under named columns; those named in ``money`` are amounts."""
    names = columns.split()
    kinds = {name: MONEY for name in names if name in money.split()}
    return pl.DataFrame(list(values), schema=names, schema_overrides=kinds, orient="row", infer_schema_length=None)


def cohorts() -> pl.DataFrame:
    """Two months of orders: February's are not all four weeks old; an age beyond those shown."""
    return rows(
        "cohort age_weeks unit_return_rate completed_rate maturity is_whole",
        (JAN, 0, 0.05, 0.2, 0.3, True), (JAN, 4, 0.2, 0.2, 1.0, True), (JAN, 30, 0.2, 0.2, 1.0, True),
        (FEB, 0, 0.06, 0.25, 0.3, True), (FEB, 4, 0.1, 0.3, 0.6, False),
    )  # fmt: skip


def return_rates() -> pl.DataFrame:
    return rows(
        "basis measure dimension value month sold returned return_rate completed_rate completed_low completed_high "
        "is_estimate is_small",
        (
            "order_cohort", "orders", "channel", "app", None, Decimal(658), Decimal(178),
            0.271, 0.28, 0.27, 0.29, False, False,
        ),
        (
            "order_cohort", "value", "channel", "app", JAN, Decimal(41000), Decimal(12000),
            0.2927, None, None, None, True, True,
        ),
        money="sold returned",
    )  # fmt: skip


def product_signals() -> pl.DataFrame:
    """Two SKUs: one comes back three times as often as expected: 300 of 1,000 in place of 100."""
    return rows(
        "level subject signal product_name category sold_lines n_lines raw_rate expected_rate is_signal excess_cost",
        ("sku", "SKU-A", "any_reason", "Wrap dress", "dresses", 1000, 300, 0.3, 0.1, True, Decimal(4000)),
        ("sku", "SKU-B", "any_reason", None, "shoes", 500, 50, 0.1, 0.1, False, Decimal(0)),
        ("sku", "SKU-B", "defect", None, "shoes", 500, 30, 0.06, 0.01, True, Decimal(900)),
        ("style", "ST-A", "any_reason", None, "dresses", 1000, 300, 0.3, 0.1, True, Decimal(4000)),
        money="excess_cost",
    )  # fmt: skip


def funnel() -> pl.DataFrame:
    """Return a hundred lines: eighty came and seventy were refunded; claims of one kind and states stand beside."""
    return rows(
        "claim_type basis step step_number n_lines n_open share_of_requested",
        ("(all)", "step", "refunded", 3, 70, 0, 0.7), ("(all)", "step", "requested", 1, 100, 5, 1.0),
        ("(all)", "step", "received", 2, 80, 10, 0.8), ("return", "step", "requested", 1, 90, 5, 1.0),
        ("(all)", "status", "closed", None, 60, 0, 0.6),
    )  # fmt: skip


def policy() -> pl.DataFrame:
    """Three settings of two clauses: 14 days save most, with what was admitted taken off."""
    return rows(
        "scenario clause setting n_rmas_refused saved saved_share saved_less_admitted honest_shoppers_affected "
        "queue_change sales_at_risk",
        ("a", "window_days", "14", 9, Decimal(600), 0.1, Decimal(500), 7, -2, Decimal(90)),
        ("b", "window_days", "60", 0, Decimal(0), 0.0, Decimal(-80), 0, 0, Decimal(0)),
        ("c", "free_label", "no", 0, Decimal(300), 0.05, Decimal(300), 40, 0, Decimal(70)),
        money="saved saved_less_admitted sales_at_risk",
    )  # fmt: skip


def data_quality() -> pl.DataFrame:
    """Two deliveries: the last broke one check of two, as the one before did."""
    return rows(
        "delivery_id loaded_at table check_name severity n_rows n_breaches value threshold is_ok found",
        (1, AT, "core.returns", "sku_known", "warning", 10, 9, 0.9, 0.1, False, "9 rows"),
        (2, AT, "core.returns", "key_unique", "critical", 20, 0, 0.0, 0.0, True, None),
        (2, AT, "core.returns", "sku_known", "warning", 20, 4, 0.2, 0.1, False, "4 rows"),
    )  # fmt: skip


def checks() -> pl.DataFrame:
    return rows(
        "check_name expected actual difference is_ok",
        ("category_costs", Decimal("9000.5"), Decimal("9000.5"), Decimal(0), True),
        ("sku_units_returned", Decimal(160), Decimal(159), Decimal(-1), False),
        money="expected actual difference",
    )  # fmt: skip


def shoppers() -> pl.DataFrame:
    return rows(
        "customer_id segment orders sales returned_lines cost return_rate is_heavy",
        ("CUST-0001", "regular", 3, Decimal(900), 1, Decimal(20), 0.1, False),
        ("CUST-0002", "profitable_heavy", 9, Decimal(4000), 30, Decimal(2000), 0.7, True),
        money="sales cost",
    )  # fmt: skip


def segments() -> pl.DataFrame:
    return rows(
        "segment shoppers sales line_return_rate cost share_of_all contribution_per_shopper",
        ("no_returns", 40, Decimal(8000), 0.0, Decimal(0), 0.0, Decimal("12.5")),
        money="sales cost contribution_per_shopper",
    )


def ageing() -> pl.DataFrame:
    return rows(
        "step age_bucket n_lines amount_at_stake oldest_days oldest_rma_id",
        ("received", "8-14", 4, Decimal("180.5"), 11, "RMA-30"), ("shipped", "0-2", 1, Decimal(20), 2, "RMA-31"),
        money="amount_at_stake",
    )  # fmt: skip


def report_frames() -> dict[str, pl.DataFrame]:
    """Return the tables by name."""
    return {
        "report_cohorts": cohorts(),
        "report_return_rates": return_rates(),
        "report_product_signals": product_signals(),
        "report_funnel": funnel(),
        "report_policy": policy(),
        "report_data_quality": data_quality(),
        "report_checks": checks(),
        "report_shoppers": shoppers(),
        "report_segments": segments(),
        "report_ageing": ageing(),
    }

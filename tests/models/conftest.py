"""A small catalogue and a made-up shop that several tests of the models share."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from features.catalogue import Direction, Family, Feature
from models.detector import Detector, fit_detector
from models.params import DetectorParams


def _feature(
    name: str, family: Family, direction: Direction, code: str | None = None, text: str | None = None
) -> Feature:
    return Feature(name, family, "units", f"Definition of {name}.", "not known", direction, code, text)


@pytest.fixture(scope="session")
def catalogue() -> tuple[Feature, ...]:
    """Two correlated features of value, one of policy, one where low is suspicious, one that only explains."""
    return (
        _feature("orders_ever", Family.SHOPPER, Direction.CONTEXT),
        _feature("rma_amount", Family.VALUE, Direction.HIGH, "HIGH_VALUE", "asks {value:,.2f}; typical {typical:,.2f}"),
        _feature("rma_units", Family.VALUE, Direction.HIGH, "MANY_UNITS", "{value:,.0f} units"),
        _feature("unmatched_unit_share", Family.POLICY, Direction.HIGH, "NO_PURCHASE_FOUND", "none for {value:.0%}"),
        _feature(
            "hours_kept", Family.TIMING, Direction.LOW, "BACK_AT_ONCE", "{value:,.0f} h, {orders_ever:,.0f} orders"
        ),
    )


@pytest.fixture(scope="session")
def shop() -> pl.DataFrame:
    """300 RMAs of 100 shoppers, every tenth anonymous and partly unknown; RMA r299 is extreme in value."""
    rng = np.random.default_rng(7)
    n = 300
    amount = rng.lognormal(3, 0.7, n)
    amount[-1] = 90_000.0
    known = np.arange(n) % 10 != 0
    return pl.DataFrame(
        {
            "rma_id": [f"r{number:03d}" for number in range(n)],
            "stage": ["request"] * n,
            "customer_id": [f"c{number % 100}" if known[number] else None for number in range(n)],
            "ring_id": [None] * n,
            "requested_at": [datetime.fromisoformat("2026-01-01") + timedelta(hours=number) for number in range(n)],
            "stage_at": [datetime.fromisoformat("2026-01-01") + timedelta(hours=number) for number in range(n)],
            "orders_ever": [float(number % 9) if known[number] else None for number in range(n)],
            "rma_amount": amount,
            "rma_units": np.ceil(amount / 15),
            "unmatched_unit_share": np.where(rng.random(n) < 0.04, 1.0, 0.0),
            "hours_kept": [float(rng.exponential(200)) if known[number] else None for number in range(n)],
        },
        schema_overrides={"requested_at": pl.Datetime("us"), "stage_at": pl.Datetime("us"), "ring_id": pl.String},
    )


@pytest.fixture(scope="session")
def detector(shop: pl.DataFrame, catalogue: tuple[Feature, ...]) -> Detector:
    """Return a detector of few trees, fitted on the shop."""
    return fit_detector(shop, DetectorParams(n_trees=25), catalogue)

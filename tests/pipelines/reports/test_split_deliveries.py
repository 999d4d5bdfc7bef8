"""The ledger is the same however its rows were delivered, and a rate of 1 on every day changes nothing."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from pipelines.core import build_matches, store_cost_rates, store_cost_rules, store_exchange_rates
from pipelines.cost_model import CostSettings
from pipelines.currency import DatedRate
from pipelines.ingest.deliver import load_delivery, stage_delivery
from pipelines.ingest.discover import discover
from pipelines.reports import balance, ledger
from pipelines.resources import Pipeline
from pipelines.settings import CurrencySettings
from pipelines.warehouse import Warehouse
from tests.ingest_tools import KEY, LOADED_AT, MEMORY
from tests.pipelines.ingest.test_order_of_arrival import CORE, DAYS, by_day, shop, text

REPORTS = (*ledger.TABLES, *balance.TABLES)
Tables = dict[str, list[dict[str, Any]]]


def delivered(folder: Path, seed: int, split: list[list[int]], currency: str = "EUR") -> list[Path]:
    """Write a shop's ten days as some deliveries, each of some days; return their landing folders.

    Every other order, and what comes back of it, is in the currency.
    """
    places = []
    for number, days in enumerate(split):
        place = folder / f"delivery {number}"
        (place / "canonical").mkdir(parents=True)
        for table, told in shop(seed).items():
            for day in days:
                rows = [priced(row, currency) | {"updated_at": f"2026-03-{day + 1:02}"} for row in told[day]]
                if rows:
                    (place / "canonical" / by_day(table, day)).write_text(text(rows), encoding="utf-8")
        places.append(place)
    return places


def priced(row: dict[str, Any], currency: str) -> dict[str, Any]:
    """Return a row of an order in the currency, where its number is odd; all other rows as they are."""
    is_odd = "currency" in row and int(row["order_id"].removeprefix("O")) % 2 == 1
    return row | {"currency": currency} if is_odd else row


def books(folder: Path, places: list[Path], currency: CurrencySettings) -> Tables:
    """Load deliveries one after the other, build core and the ledger, and return the tables of the ledger."""
    pipeline = Pipeline(home=str(folder), as_of="2026-12-31T00:00:00Z")
    for place in places:
        load_delivery(pipeline.warehouse, stage_delivery(discover(place), folder / "staging", KEY, MEMORY), LOADED_AT)
    pipeline.refresh_views()
    build(pipeline.warehouse, currency)
    tables = {}
    for table in REPORTS:
        frame = pipeline.warehouse.frame(f"report.{table.name}")
        tables[table.name] = frame.drop("currency", strict=False).to_dicts()
    pipeline.fail()
    pipeline.close()
    return tables


def build(warehouse: Warehouse, currency: CurrencySettings) -> None:
    """Build core and the ledger."""
    store_exchange_rates(warehouse, currency)
    store_cost_rates(warehouse, CostSettings())
    store_cost_rules(warehouse, [])
    for name in CORE:
        if name == "rma_matches":
            build_matches(warehouse)
        else:
            warehouse.build(f"core.{name}", f"core/build_{name}")
    for table in REPORTS:
        warehouse.build(f"report.{table.name}", table.statement)


@pytest.mark.parametrize("seed", [7, pytest.param(8, marks=pytest.mark.slow)])
def test_the_books_are_the_same_however_their_rows_were_delivered(tmp_path: Path, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - a test's dice
    cuts = sorted(random.sample(range(1, DAYS), 3))
    split = [list(range(low, high)) for low, high in zip([0, *cuts], [*cuts, DAYS], strict=True)]
    random.shuffle(split)
    dated = tuple(DatedRate.model_validate({"currency": "USD", "from": f"2026-0{n}-01", "rate": 1}) for n in (1, 2))
    flat = CurrencySettings(reporting="EUR", rates={"USD": Decimal(2)}, dated=dated)  # 2 holds on no day
    whole = books(tmp_path / "whole", delivered(tmp_path / "one", seed, [list(range(DAYS))]), CurrencySettings())
    parts = books(tmp_path / "parts", delivered(tmp_path / "some", seed, split, "USD"), flat)
    assert parts == whole
    assert whole["return_costs"]
    assert {row["is_ok"] for row in whole["report_trial_balance"]} == {True}
    refunds = [row["amount"] for row in whole["return_costs"] if row["component"] == "refund"]
    assert refunds
    assert set(refunds) == {Decimal("9.5")}

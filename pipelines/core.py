"""What core needs that is not one statement: rates from the settings, matches from the matching function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from features.matching import match_rma_lines
from pipelines.cost_model import CostSettings, rate_rows
from pipelines.cost_rules import CostRule, rule_rows
from pipelines.currency import rates_by_day
from pipelines.errors import ReturnwatchError
from pipelines.settings import CurrencySettings
from pipelines.warehouse import Warehouse

RULE_COLUMNS: dict[str, Any] = {
    "rule": pl.Int64, "valid_from": pl.Date, "valid_to": pl.Date, "category": pl.String, "return_method": pl.String,
    "carrier": pl.String, "country": pl.String, "rate": pl.String, "variant": pl.String, "value": pl.Decimal(20, 6),
}  # fmt: skip
"""Columns of ``core.cost_rules``."""
NO_CURRENCY = 3 * "X"
"""ISO 4217's code for no currency: what money is in where no export names one."""


def store_exchange_rates(warehouse: Warehouse, settings: CurrencySettings) -> int:
    """Store ``core.exchange_rates`` (currency, rate_on, fx_rate) and set the reporting currency; return the rows.

    Set is too what money is in whose currency is not told: none that can be known, where any export names one.
    """
    used = warehouse.select("core/select_currencies")
    reporting, rates = resolve_rates(dict(used.select("currency", "used_by").iter_rows()), settings)
    refuse_undated(used, rates, settings)
    warehouse.set_variable("reporting_currency", reporting)
    warehouse.set_variable("unnamed_currency", None if used.height else reporting)
    return warehouse.store("core.exchange_rates", rates_by_day(rates, settings.dated))


def resolve_rates(used: dict[str, str], settings: CurrencySettings) -> tuple[str, dict[str, Decimal]]:
    """Return the reporting currency and the rate of each currency that ``used`` names (with the table that uses it).

    With one currency and no setting that currency is the reporting one, at rate 1; where no export names
    a currency, money is in none. Raises
    ReturnwatchError for several currencies without a reporting one, or a currency without a rate.
    """
    reporting = settings.reporting or (next(iter(used)) if len(used) == 1 else None)
    if reporting is None and used:
        raise ReturnwatchError(
            f"the exports use {', '.join(sorted(used))}, and no reporting currency is set; "
            'add [currency] reporting = "…" and a rate for each other one to returnwatch.toml'
        )
    reporting = reporting or NO_CURRENCY
    rates = settings.rates | {reporting: Decimal(1)}
    dated = {one.currency for one in settings.dated}
    if reporting in dated:
        raise ReturnwatchError(
            f"{reporting} is the reporting currency and worth 1 of itself on every day; "
            "take its dated rates out of returnwatch.toml"
        )
    for currency, table in sorted(used.items()):
        if currency not in rates.keys() | dated:
            raise ReturnwatchError(
                f"{table} use {currency}, which has no rate; add it to returnwatch.toml: "
                f"[currency.rates] {currency} = <value of one {currency} in {reporting}>"
            )
    return reporting, rates


def refuse_undated(used: pl.DataFrame, rates: Mapping[str, Decimal], settings: CurrencySettings) -> None:
    """Raise ReturnwatchError for a currency that is used before its first dated rate and has no other rate."""
    first = {one.currency: one.since for one in sorted(settings.dated, key=lambda one: one.since, reverse=True)}
    for currency, table, day in used.select("currency", "used_by", "first_on").iter_rows():
        if currency not in rates and day < first[currency]:
            raise ReturnwatchError(
                f"{table} use {currency} on {day}, and its first dated rate is of {first[currency]}; date a rate "
                f"earlier, or add one for all earlier days to returnwatch.toml: [currency.rates] {currency} = …"
            )


def store_cost_rates(warehouse: Warehouse, costs: CostSettings) -> int:
    """Store ``core.cost_rates`` (rate, variant, value); return the rows."""
    rows = [(rate, variant, str(value)) for rate, variant, value in rate_rows(costs)]
    frame = pl.DataFrame(rows, schema={"rate": pl.String, "variant": pl.String, "value": pl.String}, orient="row")
    return warehouse.store("core.cost_rates", frame.with_columns(pl.col("value").cast(pl.Decimal(20, 6))))


def store_cost_rules(warehouse: Warehouse, rules: Sequence[CostRule]) -> int:
    """Store ``core.cost_rules``, one row a rule and rate; return the rows."""
    rows = [(*row[:-1], str(row[-1])) for row in rule_rows(rules)]
    frame = pl.DataFrame(rows, schema=RULE_COLUMNS | {"value": pl.String}, orient="row")
    return warehouse.store("core.cost_rules", frame.with_columns(pl.col("value").cast(pl.Decimal(20, 6))))


def build_matches(warehouse: Warehouse) -> int:
    """Store ``core.rma_matches``; return the rows."""
    requests = warehouse.select("core/select_match_requests")
    with warehouse.temporary("match_requests", requests):
        purchases = warehouse.select("core/select_match_purchases")
    with warehouse.temporary("matched", match_rma_lines(requests, purchases)):
        return warehouse.build("core.rma_matches", "core/build_rma_matches")

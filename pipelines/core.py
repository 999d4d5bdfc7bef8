"""What core needs that is not one statement: rates from the settings, matches from the matching function."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from features.matching import match_rma_lines
from pipelines.cost_model import CostSettings, rate_rows
from pipelines.errors import ReturnwatchError
from pipelines.settings import CurrencySettings
from pipelines.warehouse import Warehouse

RATE = pl.Decimal(20, 12)
"""Wide enough that an amount times a rate is reckoned in 38 digits."""
NO_CURRENCY = 3 * "X"
"""ISO 4217's code for no currency: what money is in where no export names one."""


def store_exchange_rates(warehouse: Warehouse, settings: CurrencySettings) -> int:
    """Store ``core.exchange_rates`` (currency, fx_rate) and set the reporting currency; return the rows.

    Set is too what money is in whose currency is not told: none that can be known, where any export names one.
    """
    used = warehouse.select("core/select_currencies")
    reporting, rates = resolve_rates(dict(used.iter_rows()), settings)
    warehouse.set_variable("reporting_currency", reporting)
    warehouse.set_variable("unnamed_currency", None if used.height else reporting)
    frame = pl.DataFrame(
        {"currency": list(rates), "fx_rate": [str(rate) for rate in rates.values()]},
        schema={"currency": pl.String, "fx_rate": pl.String},
    )
    return warehouse.store("core.exchange_rates", frame.with_columns(pl.col("fx_rate").cast(RATE)).sort("currency"))


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
    for currency, table in sorted(used.items()):
        if currency not in rates:
            raise ReturnwatchError(
                f"{table} use {currency}, which has no rate; add it to returnwatch.toml: "
                f"[currency.rates] {currency} = <value of one {currency} in {reporting}>"
            )
    return reporting, rates


def store_cost_rates(warehouse: Warehouse, costs: CostSettings) -> int:
    """Store ``core.cost_rates`` (rate, variant, value); return the rows."""
    rows = [(rate, variant, str(value)) for rate, variant, value in rate_rows(costs)]
    frame = pl.DataFrame(rows, schema={"rate": pl.String, "variant": pl.String, "value": pl.String}, orient="row")
    return warehouse.store("core.cost_rates", frame.with_columns(pl.col("value").cast(pl.Decimal(20, 6))))


def build_matches(warehouse: Warehouse) -> int:
    """Store ``core.rma_matches``; return the rows."""
    matched = match_rma_lines(
        warehouse.select("core/select_match_requests"), warehouse.select("core/select_match_purchases")
    )
    warehouse.connection.register("matched", matched)
    rows = warehouse.build("core.rma_matches", "core/build_rma_matches")
    warehouse.connection.unregister("matched")
    return rows

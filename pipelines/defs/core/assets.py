"""Core: one truth per order, line, RMA, product and shopper, in the reporting currency."""

from __future__ import annotations

import dagster as dg

from pipelines.core import build_matches, store_cost_rates, store_exchange_rates
from pipelines.resources import Pipeline
from pipelines.tables import build_asset

RAW_AMAZON = ["raw/amazon_fba_orders", "raw/amazon_mfn_orders"]
RAW_AMAZON_RETURNS = ["raw/amazon_fba_returns", "raw/amazon_mfn_returns"]
RAW_ORDERS = ["raw/orders", "raw/order_lines", "raw/products", "raw/online_retail_lines", *RAW_AMAZON]
RAW_RETURNS = ["raw/returns", "raw/online_retail_lines", *RAW_AMAZON_RETURNS]
RATES = "core/exchange_rates"


@dg.asset(
    key=["core", "exchange_rates"],
    deps=[dg.AssetKey(name.split("/")) for name in sorted({*RAW_ORDERS, *RAW_RETURNS})],
    group_name="core",
    kinds={"duckdb"},
    owners=["team:data-engineering"],
    description="One row a currency of the exports: the value of one unit in the reporting currency.",
    pool="warehouse",
)
def exchange_rates(pipeline: Pipeline) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Store the rates of the settings; a currency without a rate ends the run."""
    with pipeline.guarded() as warehouse:
        return dg.MaterializeResult(
            metadata={"dagster/row_count": store_exchange_rates(warehouse, pipeline.settings.currency)}
        )


@dg.asset(
    key=["core", "cost_rates"],
    group_name="core",
    kinds={"duckdb"},
    owners=["team:finance"],
    description="One row a rate of the cost model, as the settings give it.",
    deps=[dg.AssetKey(RATES.split("/"))],
    pool="warehouse",
)
def cost_rates(pipeline: Pipeline) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Store the rates of the cost model."""
    with pipeline.guarded() as warehouse:
        return dg.MaterializeResult(
            metadata={"dagster/row_count": store_cost_rates(warehouse, pipeline.settings.costs)}
        )


@dg.asset(
    key=["core", "rma_matches"],
    deps=[dg.AssetKey(["core", "order_lines"]), *(dg.AssetKey(name.split("/")) for name in RAW_RETURNS)],
    group_name="core",
    kinds={"duckdb", "polars"},
    owners=["team:data-engineering"],
    description="One row an RMA line and a purchase that it returns units of, with how it was matched.",
    pool="warehouse",
)
def rma_matches(pipeline: Pipeline) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Match RMA lines to order lines."""
    with pipeline.guarded() as warehouse:
        return dg.MaterializeResult(metadata={"dagster/row_count": build_matches(warehouse)})


CORE_ASSETS = [
    exchange_rates,
    cost_rates,
    rma_matches,
    build_asset("core", "products", [*RAW_ORDERS, "raw/returns", *RAW_AMAZON_RETURNS]),
    build_asset("core", "order_lines", [*RAW_ORDERS, RATES]),
    build_asset("core", "orders", ["raw/orders", *RAW_AMAZON, "core/order_lines"]),
    build_asset("core", "rma_lines", [*RAW_RETURNS, "core/rma_matches", "core/order_lines", RATES, "raw/products"]),
    build_asset("core", "rmas", ["core/rma_lines"]),
    build_asset("core", "customers", ["raw/customers", "raw/orders", *RAW_RETURNS, *RAW_AMAZON]),
    build_asset("core", "other_lines", ["raw/online_retail_lines", *RAW_AMAZON, RATES]),
    build_asset("core", "support_contacts", ["raw/support_contacts"]),
    build_asset("core", "chargebacks", ["raw/chargebacks", "raw/orders", "raw/amazon_mfn_returns", *RAW_AMAZON, RATES]),
    build_asset("core", "review_labels", ["raw/review_labels"]),
]

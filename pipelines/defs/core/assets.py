"""Core: one truth per order, line, RMA, product and shopper, in the reporting currency."""

from __future__ import annotations

import dagster as dg

from pipelines.core import build_matches, store_cost_rates, store_cost_rules, store_exchange_rates
from pipelines.lineage import tables_read
from pipelines.resources import Pipeline
from pipelines.tables import build_asset

PLAIN = (
    "products", "order_lines", "orders", "rma_lines", "rmas", "customers", "other_lines", "support_contacts",
    "chargebacks", "review_labels",
)  # fmt: skip
"""Tables that are one statement each: what they are made from follows from their statements."""


def _deps(*statements: str) -> list[dg.AssetKey]:
    """Return the keys of the tables that some statements read."""
    return [dg.AssetKey(name.split("/")) for name in tables_read(*statements)]


@dg.asset(
    key=["core", "exchange_rates"],
    deps=_deps("core/select_currencies"),
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
    deps=[dg.AssetKey(["core", "exchange_rates"])],
    pool="warehouse",
)
def cost_rates(pipeline: Pipeline) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Store the rates of the cost model."""
    with pipeline.guarded() as warehouse:
        return dg.MaterializeResult(
            metadata={"dagster/row_count": store_cost_rates(warehouse, pipeline.settings.costs)}
        )


@dg.asset(
    key=["core", "cost_rules"],
    group_name="core",
    kinds={"duckdb"},
    owners=["team:finance"],
    description="One row a rule of the cost model and rate, as the settings give them.",
    deps=[dg.AssetKey(["core", "exchange_rates"])],
    pool="warehouse",
)
def cost_rules(pipeline: Pipeline) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Store the rules of the cost model."""
    with pipeline.guarded() as warehouse:
        return dg.MaterializeResult(
            metadata={"dagster/row_count": store_cost_rules(warehouse, pipeline.settings.costs.rules)}
        )


@dg.asset(
    key=["core", "rma_matches"],
    deps=_deps("core/select_match_requests", "core/select_match_purchases", "core/build_rma_matches"),
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
    cost_rules,
    rma_matches,
    *(build_asset("core", name, tables_read(f"core/build_{name}")) for name in PLAIN),
]

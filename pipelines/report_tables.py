"""The report tables: the ledger, what is summed up from it, and the checks that hold them together.

Belongs here: each table's name, statement, grain and columns, the one declaration from which the assets, the
published tables' descriptions and ``docs/reports.md`` are made. Does not: how a column is computed (its statement).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

SCHEMA = "report"
"""The DuckDB schema of the tables: ``report_by_sku`` is stored as ``report.report_by_sku``."""


@dataclass(frozen=True, slots=True)
class ReportTable:
    """One table: ``statement`` below ``sql/`` is its one select, ``grain`` says what a row is.

    ``reads`` names the tables that the statement reads, ``variables`` the DuckDB variables that it needs.
    """

    name: str
    statement: str
    description: str
    grain: str
    columns: Mapping[str, str]
    reads: tuple[str, ...]
    variables: tuple[str, ...] = ()


RATE_BY_UNITS = "`{part}` over `units_sold`; null where nothing was sold."
COST = "Sum of the ledger: costs less recoveries."
REFUNDS = "The part of `cost` that was paid back to shoppers."
RETURNED_LINES = "RMA lines that count as returned."
RETURNED_UNITS = "Units of those lines."
COST_PER_LINE = "`cost` over `returned_lines`; null where nothing was returned."
COST_RANK = "1 is the dearest; ties in the order of the name."

RETURN_COSTS = ReportTable(
    "return_costs",
    "reports/build_return_costs",
    "The cost ledger: everything that a return cost and everything that was recovered. `docs/cost_model.md` says "
    "how each component is found.",
    "one row a line of an RMA and component",
    MappingProxyType(
        {
            "rma_id": "The RMA.",
            "rma_line_id": "The line of the RMA; its SKU where the export numbers no lines.",
            "order_id": "The order that the line was matched to, or that it names; null where there is none.",
            "sku": "The SKU returned.",
            "component": "`refund`, `outbound_shipping`, `label`, `handling`, `refurbish`, `write_off`, "
            "`payment_fee`, `support`, or a recovery: `restocking_fee`, `resale`.",
            "amount": "Reporting currency, four decimals; a cost is positive, a recovery negative, never 0.",
            "incurred_on": "The day (UTC) on which it was incurred.",
            "basis": "`actual` where the export gave the figure, `rate` where the cost model did.",
        }
    ),
    (
        "core.cost_rates",
        "core.order_lines",
        "core.rma_lines",
        "core.rma_matches",
        "core.rmas",
        "core.support_contacts",
    ),
)

OVERVIEW = ReportTable(
    "report_overview",
    "reports/summarise_overview",
    "What was sold, what came back of it, and what that cost.",
    "one row",
    MappingProxyType(
        {
            "period_from": "Day of the first order or RMA; null where there is neither.",
            "period_to": "Day of the last order or RMA; null where there is neither.",
            "as_of": "The moment up to which things are known.",
            "currency": "The reporting currency.",
            "orders": "Orders.",
            "orders_with_return": "Orders that a returned RMA line was matched to.",
            "order_lines": "Lines of orders.",
            "units_sold": "Units of those lines.",
            "goods_sales": "What was paid for those units, without postage.",
            "rmas": "RMAs, whatever became of them.",
            "anonymous_rmas": "RMAs whose shopper is not known.",
            "rma_lines": "Lines of RMAs, whatever became of them.",
            "returned_lines": RETURNED_LINES,
            "returned_units": RETURNED_UNITS,
            "value_returned": "What those lines ask back, at the price paid; a line of unknown value counts 0.",
            "refunds": "What was paid back to shoppers.",
            "gross_cost": "Sum of the ledger's costs.",
            "recoveries": "Sum of the ledger's recoveries; negative.",
            "total_return_cost": "`gross_cost` and `recoveries` together: the net cost of returns.",
            "cost_per_rma": "`total_return_cost` over `rmas`; null where there are none.",
            "cost_share_of_sales": "`total_return_cost` over `goods_sales`; null where nothing was sold.",
            "unit_return_rate": RATE_BY_UNITS.format(part="returned_units"),
            "value_return_rate": "`value_returned` over `goods_sales`; null where nothing was sold.",
            "order_return_rate": "`orders_with_return` over `orders`; null where there are no orders.",
            "matched_lines": "Lines of RMAs with a purchase.",
            "unmatched_lines": "Lines of RMAs without one.",
            "matched_line_share": "`matched_lines` over `rma_lines`; null where there are no RMAs.",
        }
    ),
    (
        "core.order_lines",
        "core.orders",
        "core.rma_lines",
        "core.rma_matches",
        "core.rmas",
        "report.return_costs",
    ),
    ("as_of", "reporting_currency"),
)

COSTS_BY_COMPONENT = ReportTable(
    "report_costs_by_component",
    "reports/summarise_costs_by_component",
    "What the cost of returns is made of, and how much of it was delivered rather than estimated.",
    "one row a component of the ledger, the dearest first",
    MappingProxyType(
        {
            "component": "The component, as in `return_costs`.",
            "amount": "Its sum; a recovery is negative.",
            "share": "`amount` over the net cost of all components, so that recoveries are negative and all add up "
            "to 1; null where the net cost is 0.",
            "n_lines": "RMA lines with that component.",
            "actual_amount": "The part of `amount` that exports gave.",
            "rate_amount": "The part of `amount` that the cost model estimated.",
        }
    ),
    ("report.return_costs",),
)

MONTHLY = ReportTable(
    "report_monthly",
    "reports/summarise_monthly",
    "How returns move. On the basis `order_cohort` a month holds the orders placed in it and all that ever came back "
    "of them; lines without a purchase cannot be placed there. On the basis `return_date` a month holds the RMAs "
    "requested in it, with or without a purchase, over what was sold in the same month. Lines of orders that were "
    "never delivered have no month. A month with neither orders nor RMAs has no row.",
    "one row a basis and month",
    MappingProxyType(
        {
            "month": "First day of the month (UTC).",
            "basis": "`order_cohort` or `return_date`.",
            "units_sold": "Units of the orders placed in the month.",
            "units_returned": RETURNED_UNITS,
            "value_sold": "What was paid for the units sold.",
            "value_returned": "What was paid for the units that came back (`order_cohort`); what the lines requested "
            "in the month ask back (`return_date`).",
            "orders": "Orders placed in the month.",
            "orders_with_return": "Orders of the month that a returned line was matched to (`order_cohort`); orders of "
            "any month with such a line requested in this one (`return_date`).",
            "unit_return_rate": RATE_BY_UNITS.format(part="units_returned"),
            "value_return_rate": "`value_returned` over `value_sold`; null where nothing was sold.",
            "order_return_rate": "`orders_with_return` over `orders`; null where there are none.",
            "is_complete": "On `return_date`: the month was over at `as_of`. On `order_cohort`: it was over for at "
            "least as long before `as_of` as 95 of 100 matched returns took from order to request (the 95th "
            "percentile of the delays seen so far, one of them, not a value between two); false where no return was "
            "matched. A young shop has seen short delays only, so its months look complete too early.",
        }
    ),
    ("core.order_lines", "core.orders", "core.rma_lines", "core.rma_matches"),
    ("as_of",),
)

BY_SKU = ReportTable(
    "report_by_sku",
    "reports/rank_by_sku",
    "Which goods cost most to take back.",
    "one row a SKU that was sold or returned, the dearest first",
    MappingProxyType(
        {
            "sku": "The SKU.",
            "product_name": "Its name; null where none was delivered.",
            "category": "Its category; null where none was delivered.",
            "cost": COST,
            "refunds": REFUNDS,
            "returned_lines": RETURNED_LINES,
            "returned_units": RETURNED_UNITS,
            "units_sold": "Units sold.",
            "unit_return_rate": RATE_BY_UNITS.format(part="returned_units"),
            "cost_per_line": COST_PER_LINE,
            "cost_rank": COST_RANK,
        }
    ),
    ("core.order_lines", "core.products", "core.rma_lines", "report.return_costs"),
)

BY_CATEGORY = ReportTable(
    "report_by_category",
    "reports/rank_by_category",
    "Which categories cost most to take back.",
    "one row a category that was sold or returned, the dearest first",
    MappingProxyType(
        {
            "category": "The category of the line, else of its product; `(not given)` where there is none.",
            "cost": COST,
            "refunds": REFUNDS,
            "returned_lines": RETURNED_LINES,
            "returned_units": RETURNED_UNITS,
            "units_sold": "Units sold.",
            "unit_return_rate": RATE_BY_UNITS.format(part="returned_units"),
            "cost_per_line": COST_PER_LINE,
            "cost_rank": COST_RANK,
        }
    ),
    ("core.order_lines", "core.rma_lines", "report.return_costs"),
)

BY_REASON = ReportTable(
    "report_by_reason",
    "reports/rank_by_reason",
    "Which reasons for a return cost most.",
    "one row a reason, the dearest first",
    MappingProxyType(
        {
            "reason": "The reason as it was delivered; `(not given)` where there is none.",
            "cost": COST,
            "refunds": REFUNDS,
            "returned_lines": RETURNED_LINES,
            "returned_units": RETURNED_UNITS,
            "unit_return_rate": "`returned_units` over all units sold: what the reason adds to the return rate; null "
            "where nothing was sold.",
            "cost_per_line": COST_PER_LINE,
            "cost_rank": COST_RANK,
        }
    ),
    ("core.order_lines", "core.rma_lines", "report.return_costs"),
)

MATCHING = ReportTable(
    "report_matching",
    "reports/summarise_matching",
    "How lines of RMAs found the purchase that they return.",
    "one row a way of matching, the surest first",
    MappingProxyType(
        {
            "match_method": "`keys`, `order_sku`, `shopper_sku` (no order was named) or `none`: also where the order "
            "that was named is not there, or was placed after the request, because no other one is priced in its "
            "place.",
            "lines": "Lines of RMAs, whatever became of them.",
            "units": "Units of those lines.",
            "matched_units": "Units of those lines with a purchase.",
            "amount": "What those lines ask back; a line of unknown value counts 0.",
        }
    ),
    ("core.rma_lines",),
)

OTHER_LINES = ReportTable(
    "report_other_lines",
    "reports/summarise_other_lines",
    "Delivered lines that are neither a sale nor a return of goods, and are in no other table.",
    "one row a kind of line",
    MappingProxyType(
        {
            "kind": "What the line is: postage, a fee, a manual correction, …",
            "lines": "Lines of that kind.",
            "amount": "Their sum, signed as delivered.",
        }
    ),
    ("core.other_lines",),
)

UNKNOWN_CODES = ReportTable(
    "report_unknown_codes",
    "reports/list_unknown_codes",
    "Codes of the platforms' exports (reasons, statuses, conditions, …) that no map of their source knows. Their rows "
    "are loaded with the code as it is; a map that knows it (`docs/add_a_source.md`) gives it a meaning.",
    "one row a source, map and code, the most common first",
    MappingProxyType(
        {
            "source": "The source that delivered the code.",
            "map": "The map that should know it: `sql/sources/<source>/maps/<map>.csv`.",
            "code": "The code as delivered.",
            "n_rows": "Delivered rows that have it.",
            "maps_version": "The version of the source's maps, as its manifest says.",
        }
    ),
    (),
)

CHECKS = ReportTable(
    "report_checks",
    "reports/reconcile_reports",
    "Whether the ledger and the report tables tell one story. A set with a failed check is not published.",
    "one row a check",
    MappingProxyType(
        {
            "check_name": "What is compared.",
            "expected": "The figure as it is where it comes from.",
            "actual": "The figure as the ledger or the report table has it.",
            "difference": "`actual` less `expected`.",
            "is_ok": "Whether both are equal to the last decimal.",
        }
    ),
    (
        "core.cost_rates",
        "core.rma_lines",
        "report.report_by_category",
        "report.report_by_reason",
        "report.report_by_sku",
        "report.report_costs_by_component",
        "report.report_matching",
        "report.report_monthly",
        "report.report_overview",
        "report.return_costs",
    ),
)

MODEL_HEALTH = ReportTable(
    "report_model_health",
    "reports/list_model_health",
    "Whether the model still sees the shop that it was fitted to, and what people's verdicts say of its flags. "
    "docs/detection.md explains the checks.",
    "one row a check and what it is about",
    MappingProxyType(
        {
            "check": "`psi`, `missing` (of a feature), `score_psi`, `flag_rate`, `week_precision`, `precision`, "
            "`recall`, `fraud_share`, `insult_rate`, `learning_without`, `learning_with`, `learning_sureness`.",
            "subject": "The feature; `week`; `all`; for learning, whether it is `used` or `not used`.",
            "stage": "The stage of the features; null for other checks.",
            "since": "The first day of the recent RMAs, or of the week; null for figures over all verdicts.",
            "n_before": "Earlier RMAs that the recent ones are held against; for figures over verdicts, all RMAs.",
            "n_recent": "Recent RMAs; for figures over verdicts, the decided ones.",
            "value": "The figure of the check.",
            "low": "It lies above this with 95 % probability; null where a check has no bounds.",
            "high": "It lies below this with 95 % probability; null where a check has no bounds.",
            "threshold": "Beyond it the check is an alert; null where there is none.",
            "is_alert": "Whether somebody should look.",
        }
    ),
    ("score.model_health",),
)

REPORT_TABLES: tuple[ReportTable, ...] = (
    RETURN_COSTS,
    OVERVIEW,
    COSTS_BY_COMPONENT,
    MONTHLY,
    BY_SKU,
    BY_CATEGORY,
    BY_REASON,
    MATCHING,
    OTHER_LINES,
    UNKNOWN_CODES,
    MODEL_HEALTH,
    CHECKS,
)
"""All tables, each after those that it reads."""

INTRODUCTION = """\
# Report tables

Money is in the reporting currency with four decimals. A rate or share is a number from 0 to 1 (a rate by units can
pass 1 where more came back than was sold in the period). Moments and days are UTC. Every table is published as a
Parquet file of the same name.

An RMA line *counts as returned* unless it was denied, cancelled or rejected; one that was refunded nevertheless
counts. Claims of goods that never arrived count too: what they ask back is lost in the same way.

This page is made from `pipelines/report_tables.py` and `pipelines/book_tables.py` by `render_reports_doc()`.
"""


def render_reports_doc(tables: Iterable[ReportTable] = REPORT_TABLES) -> str:
    """Return ``docs/reports.md``: every table with its grain and the definition of each column."""
    return "\n".join([INTRODUCTION, *(_section(table) for table in tables)])


def _section(table: ReportTable) -> str:
    """Return the part of the page for one table."""
    rows = "".join(f"| `{name}` | {definition} |\n" for name, definition in table.columns.items())
    head = f"## {table.name}\n\n{table.description}\n\nGrain: {table.grain}. Statement: `sql/{table.statement}.sql`."
    return f"{head}\n\n| column | definition |\n|---|---|\n{rows}"

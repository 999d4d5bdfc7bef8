"""The cost ledger and its components."""

from __future__ import annotations

from types import MappingProxyType

from pipelines.reports.declare import ReportTable

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

TABLES = (RETURN_COSTS, COSTS_BY_COMPONENT)

"""The cost ledger and its components."""

from __future__ import annotations

from types import MappingProxyType

from pipelines.reports import basis, claims
from pipelines.reports.declare import COST, ReportTable

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
            "component": "`refund`, `outbound_shipping`, `gift_wrap`, `label`, `handling`, `refurbish`, `write_off`, "
            "`markdown`, `exchange_difference`, `payment_fee`, `support`, `chargeback`, `paid_twice`, "
            "`chargeback_fee`, `fraud_loss`, or a recovery: `restocking_fee`, `resale`, `salvage`, `retained`, "
            "`supplier_claim`, `carrier_claim`.",
            "amount": "Reporting currency, four decimals; a cost is positive, a recovery negative, never 0.",
            "incurred_on": "The day (UTC) on which it was incurred.",
            "basis": "`actual` where the export gave the figure, `rate` where the cost model did.",
            "is_confirmed_fraud": "Whether the last verdict on the RMA is fraud: the sum of these rows is what "
            "confirmed fraud cost.",
        }
    ),
    ("report.line_costs", "report.return_claims"),
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

RETURN_LINES = ReportTable(
    "report_return_lines",
    "reports/list_return_lines",
    "The lines of RMAs with what they cost: the rows behind every figure about returns.",
    "one row a line of an RMA, whatever became of it",
    MappingProxyType(
        {
            "rma_id": "The RMA.",
            "rma_line_id": "The line of the RMA; its SKU where the export numbers no lines.",
            "order_id": "The order that the line was matched to, or that it names; null where there is none.",
            "line_id": "The line of that order; null where there is none.",
            "customer_id": "The shopper; null where nobody is named.",
            "sku": "The SKU returned.",
            "product_name": "Its name; null where none was delivered.",
            "category": "Its category; null where none was delivered.",
            "style_id": "The style that it is a size and colour of; null where none was delivered.",
            "size": "The size bought; null where none was delivered or nothing was matched.",
            "color": "The colour bought; null where none was delivered or nothing was matched.",
            "supplier_id": "Who supplies it; null where it is not delivered.",
            "channel": "Where the order was placed; null where it is not delivered.",
            "country": "Where the order was sent to; null where it is not delivered.",
            "source": "The source of the RMA.",
            "reason": "The reason given; `(not given)` where there is none.",
            "claim_type": "What is claimed; `return` where the export does not say.",
            "status": "How far it came, as of the cut.",
            "return_method": "How the goods come back; null where it is not delivered.",
            "carrier": "The carrier; null where it is not delivered.",
            "condition_grade": "What the inspection found; null where nothing was inspected.",
            "refund_method": "How money was given back; null where it is not delivered.",
            "agent_id": "The agent that handled it; null where it is not delivered.",
            "store_id": "The store that took it; null where it is not delivered.",
            "ordered_at": "When the matched order was placed; null where nothing was matched.",
            "delivered_at": "When it was delivered; null where it is not known.",
            "requested_at": "When the return was requested.",
            "received_at": "When the goods arrived; null where they have not, or it is not delivered.",
            "refunded_at": "When money was given back; null where it was not, or it is not delivered.",
            "is_returned": "Whether the line counts as returned.",
            "is_matched": "Whether a purchase was found for it.",
            "quantity": "Units.",
            "requested_amount": "What the line asks back, at the price paid; null where no price is known.",
            "refunds": "What was paid back.",
            "gross_cost": "Sum of the line's costs in the ledger.",
            "recoveries": "Sum of the line's recoveries in the ledger; negative.",
            "cost": COST,
        }
    ),
    ("core.order_lines", "core.products", "report.line_costs", "report.return_claims"),
)

TABLES = (
    claims.COST_PERIODS,
    claims.RETURN_CLAIMS,
    *basis.TABLES,
    claims.LINE_COSTS,
    RETURN_COSTS,
    RETURN_LINES,
    COSTS_BY_COMPONENT,
)

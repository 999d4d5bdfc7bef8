"""The steps that each RMA line took: the rows behind the figures on operations and on the policy."""

from __future__ import annotations

from types import MappingProxyType

from pipelines.reports.declare import COST, ReportTable

RETURN_STEPS = ReportTable(
    "report_return_steps",
    "reports/list_return_steps",
    "Which steps each line of an RMA took and when, the rules that held for it, and what it cost. A step counts as "
    "taken where anything in the export says so, dated or not.",
    "one row a line of an RMA, whatever became of it",
    MappingProxyType(
        {
            "rma_id": "The RMA.",
            "rma_line_id": "The line of the RMA; its SKU where the export numbers no lines.",
            "customer_id": "The shopper; null where nobody is named.",
            "claim_type": "What is claimed; `return` where the export does not say.",
            "reason": "The reason given; `(not given)` where there is none.",
            "status": "How far it came, as of the cut.",
            "return_method": "How the goods come back; null where it is not delivered.",
            "carrier": "The carrier; null where it is not delivered.",
            "agent_id": "The agent that handled it; null where it is not delivered.",
            "store_id": "The store that took it; null where it is not delivered.",
            "condition_grade": "What the inspection found; null where nothing was inspected.",
            "refund_method": "How money was given back; null where it is not delivered.",
            "is_returned": "Whether the line counts as returned.",
            "is_matched": "Whether a purchase was found for it.",
            "expects_goods": "Whether goods are to come back: not for `keep_it`, `item_not_received`, `missing_item`.",
            "is_authorized": "Whether it was authorized: a moment of it, or the status authorized or in transit.",
            "is_sent": "Whether the goods were sent: a moment of it, a weight scanned, in transit, or they arrived.",
            "has_arrived": "Whether the parcel arrived (docs/cost_model.md, what came back).",
            "is_inspected": "Whether the goods were inspected: a grade, a moment of it, restocked, or the status.",
            "is_settled": "Whether a refund was paid, or the status is refunded, credited or exchanged.",
            "is_open": "Whether it waits: the status is requested, authorized, in transit, received or inspected, and "
            "it is neither settled nor closed.",
            "step_number": "The furthest step taken: 1 requested, 2 authorized, 3 shipped, 4 received, 5 inspected, "
            "6 refunded (settled).",
            "reports_authorization": "Whether the source of the RMA dates authorizations at all.",
            "requested_at": "When the return was requested.",
            "authorized_at": "When it was authorized; null where it was not, or it is not delivered.",
            "shipped_at": "When the goods were sent; null where they were not, or it is not delivered.",
            "received_at": "When they arrived; null where they have not, or it is not delivered.",
            "inspected_at": "When they were inspected; null where they were not, or it is not delivered.",
            "refunded_at": "When money was given back; null where it was not, or it is not delivered.",
            "closed_at": "When it was closed; null where it was not, or it is not delivered.",
            "days_held": "Days from the delivery of the purchase (from its order, where the delivery was not known at "
            "the request) to the request, in calendar days (UTC); null without a purchase.",
            "return_window_days": "The return window of the product; null where it is not delivered.",
            "warranty_days": "The warranty of the product; null where it is not delivered.",
            "unopened_only": "Whether the product is taken back unopened only; null where it is not delivered.",
            "is_opened": "Whether the goods came back opened; null where it is not known.",
            "restocked": "Whether they went back on the shelf; null where it is not known.",
            "parcel_line_id": "The first line of its parcel (RMA, tracking number, method): with `rma_id` it names the "
            "parcel.",
            "is_tracked": "Whether a tracking number is known.",
            "scan_weight_g": "The weight that the carrier scanned; null where it is not delivered.",
            "quantity": "Units asked to be returned.",
            "received_units": "Units that arrived, at most `quantity`; 0 where none did.",
            "requested_amount": "What the line asks back, at the price paid; null where no price is known.",
            "paid_amount": "What was paid for its units that a purchase was found for; null where none was found.",
            "fee_charged": "The restocking fee as delivered; null where none was.",
            "refunds": "Ledger, `refund`.",
            "outbound_shipping": "Ledger, `outbound_shipping`.",
            "label": "Ledger, `label`.",
            "is_label_known": "Whether the label's cost was delivered, and not estimated.",
            "handling": "Ledger, `handling`.",
            "refurbish": "Ledger, `refurbish`.",
            "write_off": "Ledger, `write_off`.",
            "payment_fee": "Ledger, `payment_fee`.",
            "support": "Ledger, `support`.",
            "fee_recovered": "Ledger, `restocking_fee`; negative.",
            "resale": "Ledger, `resale`; negative.",
            "other_cost": "All other components of the ledger.",
            "cost": COST,
        }
    ),
    ("core.products", "report.line_costs", "report.return_claims"),
)

TABLES = (RETURN_STEPS,)

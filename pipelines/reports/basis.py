"""What the ledger rests on: the rates of each kind of line, chargebacks, and what each line is taken for."""

from __future__ import annotations

from types import MappingProxyType

from pipelines.reports.declare import ReportTable

COST_RATES = ReportTable(
    "report_cost_rates",
    "reports/list_cost_rates",
    "The rates of the cost model as the ledger used them. Lines are of different kinds where a rule of "
    "`[[costs.rules]]` tells them apart; without rules there is one kind.",
    "one row a kind of RMA lines and rate",
    MappingProxyType(
        {
            "kind": "The number of the kind.",
            "valid_from": "The first day of request; null for the time before any rule begins or has ended.",
            "valid_to": "The last one; null where no rule begins or ends later.",
            "category": "The category, in lower case; null for all that no rule names.",
            "return_method": "The return method; null for all that no rule names.",
            "carrier": "The carrier, in lower case; null for all that no rule names.",
            "country": "The country that the order was sent to, in lower case; null for all that no rule names.",
            "n_lines": "RMA lines of the kind.",
            "rate": "The rate: a key of `[costs]`.",
            "variant": "The return method or grade that it is for; empty where it has none.",
            "value": "Its value: reporting currency, a share or a count.",
            "rule": "The rule that gave it, by its place in the settings; 0 where `[costs]` did.",
        }
    ),
    ("core.cost_rates", "core.cost_rules", "report.cost_periods", "report.return_claims"),
)

CHARGEBACKS = ReportTable(
    "report_chargebacks",
    "reports/list_chargebacks",
    "What chargebacks took, held against the refunds of the same order, so that no euro is lost twice in the ledger "
    "that was not paid twice.",
    "one row a chargeback",
    MappingProxyType(
        {
            "chargeback_id": "The chargeback.",
            "order_id": "The order that it is about.",
            "opened_at": "When it was opened.",
            "reason": "The reason as delivered.",
            "outcome": "The outcome as delivered; null where there is none.",
            "state": "`won` (won, withdrawn, cancelled, reversed, dismissed), `lost` (lost, accepted, expired), else "
            "`open`.",
            "n_rma_lines": "RMA lines of the order; where there are none, it is in no ledger of returns.",
            "order_amount": "Goods and postage of the order; null where its lines were not delivered.",
            "refunds": "What the RMA lines of the order were refunded.",
            "amount": "What the shopper's bank asked back.",
            "lost_amount": "The part of `amount` that is a loss beside the refunds: all but what `refunds`, earlier "
            "chargebacks and this one together take beyond `order_amount` (where that is null: beyond the larger of "
            "refunds and chargebacks); 0 where it was won.",
            "paid_twice_amount": "The rest of one that was lost: the same goods were refunded and charged back. 0 "
            "while it is open, because it may yet be won.",
        }
    ),
    ("core.chargebacks", "core.orders", "core.rma_lines"),
)

RETURN_FACTS = ReportTable(
    "report_return_facts",
    "reports/list_return_facts",
    "What the ledger takes each RMA line for. `docs/cost_model.md` says how it is told.",
    "one row a line of an RMA",
    MappingProxyType(
        {
            "rma_id": "The RMA.",
            "rma_line_id": "The line of the RMA; its SKU where the export numbers no lines.",
            "order_id": "The order that the line was matched to, or that it names; null where there is none.",
            "kind": "Whose rates hold for it (`report_cost_rates`).",
            "has_arrived": "Whether a parcel arrived.",
            "is_sent": "Whether it arrived or was seen on its way.",
            "handled_units": "Units that are handled where a parcel arrived.",
            "back_units": "Units of the goods that came back.",
            "grade": "The grade found; `A` where none is given and the goods were restocked, else `not_given`.",
            "days_out_of_stock": "Days from the order to the inspection (else receipt, refund, closing, request); null "
            "where the order is not known.",
            "is_worked": "Whether it got further than a request.",
            "is_paid_back": "Whether a refund was paid or a chargeback took the money.",
            "is_undone": "Whether the sale was undone: paid back, credited or exchanged.",
            "is_settled": "Whether it was undone or closed.",
            "bears_fee": "Whether money went back to a card.",
            "is_replaced": "Whether other goods went out in exchange.",
            "replacement_price": "What these goods were sold for; null where there were none, or nobody knows.",
            "is_gift": "Whether the order was a gift.",
            "is_defect": "Whether it is claimed under warranty, or returned for a reason that tells of a defect.",
            "is_confirmed_fraud": "Whether the last verdict on the RMA is fraud.",
            "n_contacts": "Support contacts of its RMA; null where no contacts are exported at all.",
            "n_chargebacks": "Its part of the order's chargebacks, by what the order's lines ask back.",
            "chargeback_amount": "Its part of their `lost_amount`.",
            "paid_twice_amount": "Its part of their `paid_twice_amount`.",
            "requested_on": "Day of the request.",
            "sent_on": "Day of sending, else receipt, request.",
            "arrived_on": "Day of receipt, else inspection, refund, closing, request.",
            "graded_on": "Day of inspection, else receipt, refund, closing, request.",
            "refunded_on": "Day of refund, else closing, inspection, receipt, request.",
            "disputed_on": "Day of the first chargeback, else the request.",
        }
    ),
    (
        "core.review_labels",
        "core.rmas",
        "core.support_contacts",
        "report.report_chargebacks",
        "report.report_cost_rates",
        "report.return_claims",
    ),
)

TABLES = (COST_RATES, CHARGEBACKS, RETURN_FACTS)

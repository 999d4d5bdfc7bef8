"""The trial balance: what was delivered against what the ledger made of it, to the last decimal."""

from __future__ import annotations

from types import MappingProxyType

from pipelines.reports.declare import ReportTable

TRIAL_BALANCE = ReportTable(
    "report_trial_balance",
    "reports/balance_ledger",
    "The trial balance: both sides of every figure that must agree between the deliveries and the ledger. A set with a "
    "balance that does not come out is not published.",
    "one row a balance and what it is about",
    MappingProxyType(
        {
            "balance": "`refunds`: refunds as delivered against the ledger's, by how they were paid. `refund_lines`: "
            "lines with a refund against refunds of the ledger. `refunds_that_differ`: lines whose refund is another "
            "one in the ledger. `refunds_in_goods`: refunds paid in goods against what is retained by exchange. "
            "`lines`: delivered lines against those in the ledger and those without cost, by status. "
            "`lines_not_delivered`: lines of the ledger that nobody delivered. `chargebacks`: as delivered against the "
            "ledger's, those won, those without an RMA and those open that were refunded already. "
            "`chargebacks_in_ledger`: `report_chargebacks` against the ledger. `components`: "
            "`report_costs_by_component` against the ledger. `line_costs`: `report_return_lines` against the ledger. "
            "`gross_and_recoveries`: costs plus recoveries against the net of the ledger.",
            "subject": "The way of refund (`card` where none is told, `cash`, `credit`, `goods`, `none`), the status, "
            "`gross`, `recoveries`, `net`, else `all`.",
            "left_amount": "The figure as delivered, or in the report table; reporting currency, or a count of lines.",
            "right_amount": "The figure of the ledger.",
            "difference": "`right_amount` less `left_amount`.",
            "is_ok": "Whether both are equal to the last decimal.",
            "detail": "What the right side is made of; null where that is one figure.",
        }
    ),
    (
        "core.exchange_rates",
        "core.rma_lines",
        "report.report_chargebacks",
        "report.report_costs_by_component",
        "report.report_return_lines",
        "report.return_costs",
    ),
    ("cut_at", "reporting_currency"),
)

TABLES = (TRIAL_BALANCE,)

"""Which goods come back unusually often and for what: reasons, signals, sizes, what could have been avoided."""

from __future__ import annotations

from types import MappingProxyType

from pipelines.reports.declare import ReportTable

COST_OF_LINES = "Sum of the ledger over `n_lines`: costs less recoveries."

REASON_GROUPS = ReportTable(
    "report_reason_groups",
    "reports/list_reason_groups",
    "How the reasons that shoppers give are read: each belongs to one group, found by its words (English, German, "
    "Dutch), else by what is claimed.",
    "one row a reason and claim as they were stated",
    MappingProxyType(
        {
            "reason": "The reason as it was delivered; `(not given)` where there is none.",
            "claim_type": "What is claimed; `return` where the export does not say.",
            "reason_group": "`defect`, `not_as_described`, `too_small`, `too_large`, `wrong_size` (without saying "
            "how), `damaged`, `wrong_item`, `late_delivery`, `not_received`, `missing_item`, `gift`, `changed_mind`, "
            "`other` (words that no group knows) or `not_given`.",
            "n_lines": "RMA lines that state it, whatever became of them.",
            "cost": COST_OF_LINES,
        }
    ),
    ("report.report_return_lines",),
)

PRODUCT_COUNTS = ReportTable(
    "report_product_counts",
    "reports/count_product_signals",
    "What came back of goods and why, beside what would have come back at the rate of their category: what the "
    "signals are reckoned from. Lines without a purchase are in no rate, and not here.",
    "one row a level, subject, month of sale (lots alone) and signal that its category knows",
    MappingProxyType(
        {
            "level": "`sku`, `style`, `supplier`, or `lot`: a SKU's sales of one month, which stand for a lot where "
            "no export names any; lots with fewer than 3 lines are left out.",
            "subject": "The SKU, style or supplier; of a lot its SKU.",
            "sold_month": "First day of a lot's month of sale; null for the other levels.",
            "signal": "The reason group, or `any_reason` for all returns together.",
            "category": "Its category, `(not given)` where there is none; null where it spans several.",
            "sold_lines": "Order lines sold.",
            "n_lines": "Those that came back for it, each once.",
            "expected_lines": "Estimate: its sales of each month times the category's rate of that month, less the "
            "part that the subject itself has in that rate. So seasons and returns that are still to come weigh on "
            "both alike.",
            "cost": COST_OF_LINES,
        }
    ),
    ("core.order_lines", "core.products", "report.report_reason_groups", "report.report_return_lines"),
)

PRODUCT_SIGNALS = ReportTable(
    "report_product_signals",
    "reports/find_product_signals",
    "Which goods come back unusually often, and for what: a funnel plot of each level and signal. Of 1,000 subjects "
    "that are like the others about one passes the outer limit by chance.",
    "one row a level, subject, month of sale (lots alone) and signal that goods came back for, signals first, "
    "the dearest first",
    MappingProxyType(
        {
            "level": "`sku`, `style`, `supplier` or `lot`, as in `report_product_counts`.",
            "subject": "The SKU, style or supplier; of a lot its SKU.",
            "sold_month": "First day of a lot's month of sale; null for the other levels.",
            "signal": "The reason group, or `any_reason`.",
            "product_name": "The name of a SKU; null for styles and suppliers.",
            "category": "Its category; null where it spans several.",
            "sold_lines": "Order lines sold.",
            "n_lines": "Those that came back for it, each once.",
            "raw_rate": "`n_lines` over `sold_lines`.",
            "rate": "Estimate: the rate shrunken to the expected one, as if at most 100 further lines (fewer where "
            "like products differ more) had come back at it.",
            "rate_low": "`rate` lies above this with 95 % probability (Wilson's interval).",
            "rate_high": "It lies below this with 95 % probability.",
            "expected_rate": "`expected_lines` of `report_product_counts` over `sold_lines`.",
            "limit_low": "A product that is like the others lies below this once in 1,000 times.",
            "usual_low": "It lies below this 25 times in 1,000.",
            "usual_high": "It lies above this 25 times in 1,000 at most.",
            "limit_high": "It lies above this once in 1,000 times at most. Limits are those of a beta-binomial whose "
            "correlation is what products of the level differ by beyond chance, at least 0.001: from the scores of "
            "those with 30 sold and one expected line or more, of which the outermost tenth on either side is drawn "
            "in.",
            "standing": "`unusually_high`, `high`, `usual`, `low` or `unusually_low`: where `raw_rate` lies among the "
            "limits.",
            "is_signal": "Whether `raw_rate` is above `limit_high` with 3 lines or more.",
            "is_small": "Whether fewer than 30 lines were sold.",
            "first_seen_on": "The first day on which the lines requested so far were above the limit of the lines "
            "sold so far; rather late than early, because young sales count as if they had had time to come back. "
            "Null where there is no signal.",
            "cost": COST_OF_LINES,
            "excess_lines": "Estimate: `n_lines` less the expected ones, at least 0.",
            "excess_cost": "Estimate: the part of `cost` that falls on `excess_lines`.",
        }
    ),
    (
        "core.order_lines",
        "core.products",
        "report.report_product_counts",
        "report.report_reason_groups",
        "report.report_return_lines",
    ),
)

TABLES = (REASON_GROUPS, PRODUCT_COUNTS, PRODUCT_SIGNALS)

"""Which goods come back unusually often and for what: reasons, signals, sizes, what could have been avoided."""

from __future__ import annotations

from types import MappingProxyType

from pipelines.reports.declare import COST, ReportTable

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

PRODUCT_CLAIMS = ReportTable(
    "product_claims",
    "reports/list_product_claims",
    "What came back of goods and when, for the signals of `report_product_counts` and `report_product_signals`.",
    "one row a SKU, month of sale, day of request and signal",
    MappingProxyType(
        {
            "sku": "The SKU.",
            "sold_month": "First day of the month in which it was sold.",
            "requested_on": "The day of the request; of a line that came back several times, the first.",
            "signal": "The reason group, or `any_reason` for all returns together.",
            "n_lines": "Order lines that came back for it, each once.",
            "cost": COST_OF_LINES,
        }
    ),
    ("report.report_reason_groups", "report.report_return_lines"),
    is_published=False,
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
    ("core.order_lines", "core.products", "report.product_claims"),
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
            "usual_high": "It lies above this about 25 times in 1,000.",
            "limit_high": "It lies above this about once in 1,000 times. Limits are those of a beta-binomial whose "
            "correlation is what products of the level differ by beyond chance, at least 0.001: from the scores of "
            "those with 30 sold and one expected line or more, if there are ten, of which the outermost tenth on "
            "either side is drawn in.",
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
        "report.product_claims",
        "report.report_product_counts",
    ),
)

SIZING = ReportTable(
    "report_sizing",
    "reports/compare_sizes",
    "Which styles and sizes run small or large: returned as too small against returned as too large.",
    "one row a style, and one a style and size, that came back as too small or too large; styles first, the dearest "
    "first",
    MappingProxyType(
        {
            "level": "`style` (all its sizes together) or `size`.",
            "style_id": "The style; the SKU where it has none.",
            "size": "The size bought; null for a style as a whole.",
            "product_name": "Its name.",
            "category": "Its category; null where none was delivered.",
            "sold_lines": "Order lines sold.",
            "n_small": "Those that came back as too small, each once.",
            "n_large": "Those that came back as too large.",
            "net_small_rate": "`n_small` less `n_large`, over `sold_lines`: what a size up would gain; negative where "
            "a size down would.",
            "balance": "Estimate: `n_small` less `n_large` over both together, shrunken as if ten more had come back, "
            "five either way; 1 is all too small, -1 all too large.",
            "balance_low": "The balance lies above this with 95 % probability (Wilson's interval of the unshrunken "
            "share).",
            "balance_high": "It lies below this with 95 % probability.",
            "is_small": "Whether fewer than 10 came back for either.",
            "advice": "`advise_a_size_up` or `advise_a_size_down` where the interval leaves out 0 and at least 2 % of "
            "the sold lines would gain by it, else `true_to_size` with 10 returns or more; null where fewer tell "
            "nothing.",
            "cost": "Sum of the ledger over the lines of `n_small` and `n_large`.",
        }
    ),
    ("core.order_lines", "core.products", "report.report_reason_groups", "report.report_return_lines"),
)

REASON_CHECKS = ReportTable(
    "report_reason_checks",
    "reports/compare_reasons",
    "What shoppers stated against what the inspection found. A reason that does not fit the finding may be a slip, a "
    "repaired grade or a code chosen in haste: it says where to look, not who did wrong.",
    "one row a group of reasons and a finding",
    MappingProxyType(
        {
            "reason_group": "The group of the stated reason (`report_reason_groups`).",
            "finding": "The condition grade of the inspection; `(not inspected)` where there is none.",
            "agreement": "`fits`, `does_not_fit` or `says_nothing`. A defect or damage fits grades C and D, not A; a "
            "change of mind, gift or size fits A and B; `wrong_item` fits that reason alone; `empty_box` and "
            "`missing` fit a parcel that is said to be incomplete or not received, where nothing else does; other "
            "goods that are scrap (D) fit none.",
            "n_lines": "RMA lines, whatever became of them.",
            "share_of_inspected": "`n_lines` over all inspected lines of the reason; null for `(not inspected)`.",
            "is_small": "Whether fewer than 30 lines of the reason were inspected.",
            "n_refused": "Those that do not count as returned.",
            "refunds": "What was paid back for the lines.",
            "cost": COST_OF_LINES,
            "cost_per_line": "`cost` over `n_lines`.",
        }
    ),
    ("report.report_reason_groups", "report.report_return_lines"),
)

AVOIDABLE_LINES = ReportTable(
    "report_avoidable_lines",
    "reports/list_avoidable_lines",
    "Returned lines that the shop might have avoided. A line has the first rule that holds: `wrong_item_sent` (the "
    "reason is a wrong item), `damaged_on_the_way` (the reason is damage, and no inspection found the goods as new), "
    "`late_delivery` (the reason says so), `wrong_description` (not as described, and its SKU or style has that "
    "signal), `known_defect` (a defect of goods whose defect signal had been seen before the order), `size_bias` (too "
    "small or large in the direction in which the style runs), `support_contact` (a defect, description, size, change "
    "of mind or no reason, after a contact with support that was not about a return, refund or invoice, on the order "
    "or, where it names none, by its shopper since the order, at most 14 days before the request).",
    "one row a returned RMA line that a rule holds for",
    MappingProxyType(
        {
            "rma_id": "The RMA.",
            "rma_line_id": "The line of the RMA.",
            "order_id": "Its order; null where there is none.",
            "sku": "The SKU returned.",
            "rule": "The first rule that holds.",
            "is_contacted_too": "Whether a contact with support that might have helped came before as well.",
            "quantity": "Units.",
            "refunds": "What was paid back.",
            "cost": COST,
        }
    ),
    (
        "core.support_contacts",
        "report.report_product_signals",
        "report.report_reason_groups",
        "report.report_return_lines",
        "report.report_sizing",
    ),
)

AVOIDABLE = ReportTable(
    "report_avoidable",
    "reports/summarise_avoidable",
    "What avoidable returns cost, by rule. Every RMA line is in one row, so that `cost` adds up to the ledger. It is "
    "what the lines cost, not what would be saved: a cure never reaches all of them. Where no reason is stated, or no "
    "contact exported, at all, the figures of the rules that ask for them are null.",
    "one row a rule, in the order in which they are asked, and `none`",
    MappingProxyType(
        {
            "rule": "The rule (`report_avoidable_lines` says what it means); `none` for all other RMA lines.",
            "precedence": "1 is asked first.",
            "is_avoidable": "False for `none` alone.",
            "n_lines": "RMA lines; of `none` also those that do not count as returned.",
            "share_of_lines": "`n_lines` over all RMA lines; null where there are none.",
            "units": "Units of those lines.",
            "refunds": "What was paid back for them.",
            "cost": COST_OF_LINES,
            "share_of_all": "`cost` over the cost of all lines; null where that is 0.",
            "cost_per_line": "`cost` over `n_lines`; null where there are none.",
        }
    ),
    (
        "core.support_contacts",
        "report.report_avoidable_lines",
        "report.report_reason_groups",
        "report.report_return_lines",
    ),
)

TABLES = (
    REASON_GROUPS,
    PRODUCT_CLAIMS,
    PRODUCT_COUNTS,
    PRODUCT_SIGNALS,
    SIZING,
    REASON_CHECKS,
    AVOIDABLE_LINES,
    AVOIDABLE,
)

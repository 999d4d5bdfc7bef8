"""Return rates by dimension, with what is still to come, and how well that was foretold.

Definitions and formulas: ``docs/return_rates.md``.
"""

from __future__ import annotations

from types import MappingProxyType

from pipelines.reports.declare import ReportTable

MATURITY = "The share of what comes back that is expected to have come by then, 0 to 1: an estimate."

DELAYS = ReportTable(
    "report_return_delays",
    "reports/estimate_return_delays",
    "How long returns take from order to request, estimated from matched lines that count as returned; those that are "
    "still to come are allowed for (reverse hazard of right-truncated delays, product limit).",
    "one row a category with 500 matched lines or more (and `(all)`) and day on which any was requested",
    MappingProxyType(
        {
            "category": "The category; `(all)` for all goods, `(not given)` where the line has none.",
            "day": "Whole days from the order to the request.",
            "n_returned": "RMA lines requested after so many days.",
            "n_at_risk": "RMA lines requested within so many days, of orders that are at least so old.",
            "share_returned": "Estimate of the share of returns that come within so many days: the product of `1 - "
            "n_returned / n_at_risk` over all later days; 1 on the last day seen.",
        }
    ),
    ("report.report_return_lines",),
    ("as_of",),
)

COHORTS = ReportTable(
    "report_cohorts",
    "reports/summarise_cohorts",
    "How the orders of a month come back as they grow older. Only orders that have reached an age are counted at it, "
    "in what was sold and in what came back. An RMA line belongs to the order that it names in `report_return_lines`.",
    "one row a month of orders and age in weeks, up to two years",
    MappingProxyType(
        {
            "cohort": "First day of the month of the orders (UTC).",
            "age_weeks": "The age: returns requested within so many weeks of the order.",
            "lines_sold": "Lines of the month's orders that are at least so old.",
            "lines_returned": "RMA lines of those that were requested within the age.",
            "units_sold": "Units of the lines sold.",
            "units_returned": "Units of the lines returned.",
            "unit_return_rate": "`units_returned` over `units_sold`: what had come back; null where nothing was sold.",
            "maturity": MATURITY,
            "completed_rate": "Estimate: `unit_return_rate` over `maturity`, what the orders will have returned in "
            "the end; null where the maturity is 0.",
            "is_whole": "Whether the last orders of the month have reached the age, too.",
        }
    ),
    ("core.order_lines", "report.report_return_delays", "report.report_return_lines"),
    ("as_of",),
)

BACKTEST = ReportTable(
    "report_completion_backtest",
    "reports/backtest_completion",
    "What completion would have said earlier, and what came: at every other day of the last 15 months, each week of "
    "orders that was over is completed with the orders and requests before that day alone. Whether a line counts as "
    "returned is judged by what became of it. Both sides count returns within 90 days of the order. Weeks of 95 % and "
    "more, and weeks of which 90 days have not passed, are left out.",
    "one row a week of orders and earlier day",
    MappingProxyType(
        {
            "cohort": "The Monday of the week of the orders.",
            "cut_on": "The day before which everything was known.",
            "lines_sold": "Lines of the week's orders.",
            "lines_returned": "RMA lines of them that had been requested.",
            "lines_came": "RMA lines of them that were requested within 90 days.",
            "maturity": "The share of what comes within 90 days that was expected to have come: an estimate.",
            "naive_rate": "`lines_returned` over `lines_sold`.",
            "completed_rate": "Estimate of the rate after 90 days, as the day knew it.",
            "chance_error": "The standard deviation of the estimate's error that chance alone explains.",
            "final_rate": "`lines_came` over `lines_sold`.",
        }
    ),
    ("core.order_lines", "report.report_return_lines"),
    ("as_of",),
)

ERROR = ReportTable(
    "report_completion_error",
    "reports/summarise_completion_error",
    "How far completed rates were off on the shop's own history (`report_completion_backtest`), beside the rate seen "
    "so far. Without half a year of history it is empty.",
    "one row a tenth of maturity",
    MappingProxyType(
        {
            "maturity": "`maturity` rounded to tenths.",
            "n_cohorts": "Weeks and days compared.",
            "final_rate": "Mean of the rates that came.",
            "naive_error": "Mean absolute error of the rate seen so far.",
            "completed_error": "Mean absolute error of the completed rate.",
            "error_ratio": "`completed_error` over `naive_error`; null where the naive one never erred.",
            "bias": "Mean of completed less final rates; positive where completion says too much.",
            "dispersion": "Mean of the squared errors over squared `chance_error`: 1 is chance alone; null where "
            "chance says nothing.",
            "coverage": "Share of final rates within 1.96 `chance_error` of the completed one; null likewise.",
        }
    ),
    ("report.report_completion_backtest",),
)

COUNTS = ReportTable(
    "report_return_counts",
    "reports/count_returns_by_dimension",
    "What was sold and what came back by dimension: the sums that `report_return_rates` divides. SKUs, styles, sizes, "
    "colours and suppliers are counted over all time, all others by month, too. `orders` are counted by dimensions of "
    "orders only. Lines of orders that were never delivered have no date and are left out.",
    "one row a basis, measure, dimension, value and period",
    MappingProxyType(
        {
            "basis": "`order_cohort`: what was sold in the period, and what ever came back of it, by the order that "
            "it was matched to. `return_date`: what was requested in the period, with or without a purchase, over "
            "what was sold in it.",
            "measure": "`units`, `value` or `orders`.",
            "dimension": "`total`, `sku`, `style`, `size`, `color`, `category`, `supplier`, `channel`, `country`, "
            "`shopper` or `reason`.",
            "value": "Which of them: `all` for the total; `new` for the first order of a shopper that the exports "
            "hold, else `returning`; `(not given)` where it is not known.",
            "month": "First day of the month (UTC); null for all time.",
            "parent": "The category of a SKU or style; null for all others.",
            "sold": "Units, value in the reporting currency, or orders sold; for a reason, all that was sold.",
            "returned": "Units, value or orders that came back: at the price paid on the cohort's basis, what is "
            "asked back on the other. An order requested from in two months counts in each.",
            "due": "On the cohort's basis `sold` weighed by the share of returns expected by its age "
            "(`report_return_delays`); else `sold`.",
            "usual_size": "Sum of squares over sum of what lines sold: how many units, or how much value, come as "
            "one; null where nothing was sold.",
        }
    ),
    (
        "core.order_lines",
        "core.orders",
        "core.products",
        "core.rma_matches",
        "report.report_return_delays",
        "report.report_return_lines",
    ),
    ("as_of",),
)

RATES = ReportTable(
    "report_return_rates",
    "reports/estimate_return_rates",
    "Return rates by dimension: as seen, completed by what is still to come, and shrunken towards what is usual where "
    "little was sold. `docs/return_rates.md` has the formulas.",
    "one row a basis, measure, dimension, value and period",
    MappingProxyType(
        {
            **{name: COUNTS.columns[name] for name in ("basis", "measure", "dimension", "value", "month")},
            "sold": COUNTS.columns["sold"],
            "returned": COUNTS.columns["returned"],
            "return_rate": "`returned` over `sold`: the rate seen so far; null where nothing was sold.",
            "maturity": "`due` over `sold`: the share of returns expected by now, an estimate; 1 on `return_date`.",
            "completed_rate": "Estimate of the rate once all has come: `returned` and `expected_rate` times what is "
            "not due, over `sold`; null where nothing was sold.",
            "completed_low": "Lower end of its 95 % interval, never below what came; null likewise.",
            "completed_high": "Upper end of it; null likewise.",
            "expected_rate": "Estimate of the rate of such sales: `returned` and `parent_rate` times the weight, over "
            "`due` and the weight; null where neither tells.",
            "expected_low": "Lower end of its 95 % Wilson interval; null where more came back than was sold.",
            "expected_high": "Upper end of it; null likewise.",
            "parent_rate": "What the rate is pulled towards: a month towards its own goods over all time, a SKU or "
            "style towards its category, others towards the shop; null for the shop and for reasons.",
            "parent_share": "The share of `parent_rate` in `expected_rate`, 0 to 1; null where nothing tells.",
            "independent_sales": "`sold` over what comes back as one: how many independent chances it is worth.",
            "is_small": "Fewer than 30 independent sales: quote `expected_rate`, not `return_rate`.",
            "is_estimate": "Less than 95 % of the returns are expected to have come: quote `completed_rate`.",
        }
    ),
    ("report.report_completion_error", "report.report_return_counts", "report.report_return_lines"),
)

TABLES = (DELAYS, COHORTS, BACKTEST, ERROR, COUNTS, RATES)

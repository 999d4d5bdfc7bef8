"""What shoppers buy, return, cost and are worth; whether they come back after a return."""

from __future__ import annotations

from types import MappingProxyType

from pipelines.reports.declare import COST, ReportTable

SEGMENT = (
    "the first that holds of `no_returns` (no line counts as returned), `profitable_heavy` (`is_heavy` with a "
    "contribution above 0: a good customer), `wardrobing_like`, `bracketing`, `gift`, `serial_returner` (`is_heavy` "
    "without a known gain), `regular`"
)

SHOPPERS = ReportTable(
    "report_shoppers",
    "reports/list_shoppers",
    "What each shopper bought, returned and is worth. A segment describes what was bought and returned; none accuses, "
    "and who returns much and leaves a gain is a good customer. Where an export names no shoppers, its order or "
    "mailbox stands for one.",
    "one row a shopper who bought or returned",
    MappingProxyType(
        {
            "customer_id": "The shopper.",
            "segment": f"What they are like: {SEGMENT}.",
            "first_ordered_on": "Day of the first order; null where there is none.",
            "last_ordered_on": "Day of the last order; null where there is none.",
            "orders": "Orders.",
            "order_lines": "Lines of orders.",
            "units_bought": "Units of those lines.",
            "sales": "What was paid for those units, without postage.",
            "returned_lines": "RMA lines that count as returned, with or without a purchase.",
            "returned_units": "Units of those lines.",
            "refunds": "What was paid back.",
            "net_sales": "`sales` less `refunds`.",
            "margin": "`sales` less the unit costs of all goods sold; null where any of them, or a price, is not "
            "known.",
            "cost": COST,
            "contribution": "`margin` less `cost`, the lifetime value net of returns so far: the ledger takes the "
            "refund off and puts the goods that came back on again, so neither counts twice. Null where `margin` is.",
            "return_rate": "Estimate: returned lines with a purchase over `order_lines`, shrunken as if five more "
            "lines had been bought and returned at the shop's rate; null where nothing was bought.",
            "rate_low": "The rate lies above this with 95 % probability (Wilson's interval of the shrunken rate).",
            "rate_high": "It lies below this with 95 % probability.",
            "is_small": "Whether fewer than 10 lines were bought.",
            "bracket_lines": "Returned lines of an order that holds their style in several SKUs or sizes.",
            "worn_lines": "Returned lines of grade B, C or D whose stated reason (no defect, damage, description or "
            "wrong item) does not explain it.",
            "gift_lines": "Returned lines of a gift order, or with a gift as the reason.",
            "is_heavy": "Whether five lines or more came back at a `return_rate` of at least twice the shop's, and at "
            "least 0.2; 0.5 is always enough.",
            "is_bracketing": "Whether half of the returned lines are `bracket_lines`, of two orders or more.",
            "is_wardrobing_like": "Whether there are two `worn_lines` or more, and they are half of the lines that "
            "were inspected.",
            "is_gift_returner": "Whether half of the returned lines are `gift_lines`.",
        }
    ),
    ("core.order_lines", "core.orders", "report.report_reason_groups", "report.report_return_lines"),
)

SEGMENTS = ReportTable(
    "report_segments",
    "reports/summarise_segments",
    "What the segments of shoppers buy, return, cost and are worth.",
    "one row a segment that has shoppers, and `not_known` for RMA lines without a shopper",
    MappingProxyType(
        {
            "segment": "The segment (`report_shoppers`), or `not_known`.",
            "shoppers": "Shoppers; null for `not_known`, as all figures of sales are.",
            "share_of_shoppers": "`shoppers` over all.",
            "orders": "Their orders.",
            "sales": "What they paid for goods.",
            "share_of_sales": "`sales` over all shoppers'; null where nothing was sold.",
            "returned_lines": "RMA lines that count as returned.",
            "line_return_rate": "`returned_lines` over the order lines; null where nothing was bought.",
            "refunds": "What was paid back.",
            "cost": COST,
            "share_of_all": "`cost` over that of all segments; null where that is 0.",
            "n_contribution_known": "Shoppers whose contribution is known.",
            "contribution": "Sum of what they are worth net of returns; null where it is known of none.",
            "contribution_per_shopper": "`contribution` over `n_contribution_known`; null where that is 0.",
        }
    ),
    ("report.report_return_lines", "report.report_shoppers"),
)

CONCENTRATION = ReportTable(
    "report_concentration",
    "reports/rank_concentration",
    "How much of sales and returns falls on few shoppers: points of the Lorenz curve from the top, and its Gini "
    "coefficient. Shoppers with less than nothing (a return that was a gain) count as nothing.",
    "one row a measure and share of shoppers",
    MappingProxyType(
        {
            "measure": "`sales`, `returned_lines`, `refunds` or `cost`; one that nobody has is left out.",
            "top_share": "The share of all shoppers, those with most of the measure first.",
            "n_shoppers": "How many shoppers that is, rounded up.",
            "amount": "What they have of the measure together: lines of `returned_lines`, money of the others.",
            "share_of_measure": "`amount` over that of all shoppers.",
            "share_of_sales": "What the same shoppers paid for goods, over all sales; null where they take in "
            "shoppers without any of the measure, among whom there is no order.",
            "gini": "The Gini coefficient of the measure: 0 where all have the same, near 1 where one has all.",
        }
    ),
    ("report.report_shoppers",),
)

RETENTION = ReportTable(
    "report_retention",
    "reports/compare_retention",
    "Whether shoppers order again after their first return, by what became of it and how long that took, against "
    "shoppers alike who had returned nothing. The comparison is no experiment: who returns may differ otherwise. Where "
    "an export's order stands for its shopper, nobody is seen to come back.",
    "one row an outcome and band of days, and their totals `all`",
    MappingProxyType(
        {
            "outcome": "What became of the shopper's first RMA: `refunded` (95 % or more of what it asks), "
            "`refunded_in_part`, `credited` (store credit, gift card), `exchanged`, `refused`, `waiting` (none of "
            "these 30 days after the request), `all`. Cancelled RMAs are passed over.",
            "days_to_end": "Days from the request to that: `0 to 3`, `4 to 7`, `8 to 14`, `15 to 30`, `over 30`, "
            "`all`.",
            "n_shoppers": "Shoppers, each once.",
            "n_too_recent": "Those who cannot be followed for 90 days by `as_of`, and are in no rate.",
            "n_followed": "The others.",
            "n_back": "Those of them who ordered again within 90 days after the outcome.",
            "rate": "`n_back` over `n_followed`; null where that is 0.",
            "rate_low": "The rate lies above this with 95 % probability (Wilson's interval).",
            "rate_high": "It lies below this with 95 % probability.",
            "n_compared": "Followed shoppers whose order before the request is known.",
            "matched_rate": "Estimate: the rate of shoppers alike, which is the mean over `n_compared`. Alike are "
            "shoppers with as many orders so far (1, 2, 3 to 5, 6 or more) whose last one was placed in the same "
            "month, and who had returned nothing by then; they are followed from as long after it as half of the "
            "returns took to end. A month's rate is shrunken as if 20 more had the rate of all months.",
            "difference": "The rate of `n_compared` less `matched_rate`; null where there is none.",
            "shrunken_rate": "Estimate: `rate` as if 20 more shoppers had come back at `matched_rate`.",
            "is_small": "Whether fewer than 30 were followed.",
        }
    ),
    ("core.orders", "core.rma_lines"),
    ("as_of",),
)

TABLES = (SHOPPERS, SEGMENTS, CONCENTRATION, RETENTION)

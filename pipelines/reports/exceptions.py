"""What went otherwise than the rules say, and what became of the goods that arrived."""

from __future__ import annotations

from types import MappingProxyType

from pipelines.reports.declare import ReportTable

EXCEPTIONS = ReportTable(
    "report_exceptions",
    "reports/list_exceptions",
    "What went otherwise than the rules say: arrivals, refunds, restocking fees, parcels. One line can be several "
    "exceptions, so that amounts do not add up.",
    "one row a kind of exception",
    MappingProxyType(
        {
            "exception": "The kind.",
            "definition": "What it is, among which lines, and what its amount is.",
            "n_base": "Lines to which it could have happened and of which the export tells.",
            "n_lines": "Lines to which it happened; null where `n_base` is 0.",
            "amount": "Money in it, as the definition says; a line of unknown value counts 0; null where `n_base` is "
            "0.",
            "share": "`n_lines` over `n_base`; null where `n_base` is 0.",
            "is_small": "Whether `n_base` is below 30: read the share as a hint.",
        }
    ),
    ("report.report_return_steps",),
    ("as_of",),
)

DISPOSITIONS = ReportTable(
    "report_dispositions",
    "reports/summarise_dispositions",
    "What became of the goods that arrived, by the grade that the inspection gave, and what was recovered of them.",
    "one row a grade and disposition",
    MappingProxyType(
        {
            "condition_grade": "The grade; `(not given)` where nothing was graded.",
            "disposition": "`restocked`, `not_restocked` or `(not given)`.",
            "n_lines": "Lines whose parcel arrived.",
            "n_units": "Their units that arrived.",
            "line_share": "`n_lines` over all lines whose parcel arrived.",
            "n_unsettled": "Lines that are not refunded, credited or exchanged (yet): nothing is lost or won of them.",
            "refunds": "What was paid back for these lines.",
            "goods_value": "Value of the goods that came back on refunded lines (ledger, `resale`), at cost.",
            "write_off": "What goods lost in value (ledger), exchanges included.",
            "refurbish": "What was spent on making them fit for sale (ledger), exchanges included.",
            "recovered": "`goods_value` less what was written off and spent on refurbishing the goods of refunded "
            "lines.",
            "recovery_share": "`recovered` over `goods_value`; negative where refurbishing cost more than was left; "
            "null where no goods came back on a refund.",
            "recovery_of_refunds": "`recovered` over `refunds`; null where nothing was refunded.",
            "n_restock_dated": "Restocked lines with a receipt and an inspection (else closing) that is not before it: "
            "no export dates the shelf itself.",
            "p50_days_to_restock": "Half of those took at most so many days from the receipt to the inspection (else "
            "closing); null where there are none.",
            "p90_days_to_restock": "Nine tenths did.",
            "mean_days_to_restock": "Their mean.",
            "is_small": "Whether `n_lines` is below 30: read the row's shares and days as hints.",
        }
    ),
    ("report.report_return_steps",),
)

TABLES = (EXCEPTIONS, DISPOSITIONS)

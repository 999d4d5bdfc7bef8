"""How RMAs flow: how far they come, how long each step takes, what waits, and when money goes back."""

from __future__ import annotations

from types import MappingProxyType

from pipelines.reports.declare import ReportTable

SMALL = "Whether `{count}` is below 30: read the row's shares and days as hints."
OPEN = "neither settled nor ended, as `is_open` of `report_return_steps` says"

FUNNEL = ReportTable(
    "report_funnel",
    "reports/summarise_funnel",
    "How far RMA lines come. On the basis `step` a row counts the lines that reached a step or a later one, so that "
    "the counts only fall; on the basis `status` it counts the lines that stand in a status now.",
    "one row a claim type (`(all)` for all together), basis and step or status",
    MappingProxyType(
        {
            "claim_type": "What is claimed; `(all)` is all of them together.",
            "basis": "`step` or `status`.",
            "step": "`requested`, `authorized`, `shipped`, `received`, `inspected` or `refunded` (refunded, credited "
            "or exchanged); on the basis `status`, the status.",
            "step_number": "1 to 6 in that order; null for a status.",
            "n_lines": "Lines that reached the step or a later one; lines in the status.",
            "n_units": "Units of those lines.",
            "amount": "What those lines ask back; a line of unknown value counts 0.",
            "n_open": "Lines whose furthest step this is and that wait: " + OPEN + "; open lines in the status.",
            "n_ended": "Lines whose furthest step this is and that wait no more (denied, cancelled, rejected, closed, "
            "or, at the last step, settled); ended lines in the status.",
            "n_skipped": "Lines that are further, although nothing says that they took this step; null for a status.",
            "share_of_requested": "`n_lines` over all lines of the claim type.",
            "share_of_previous": "`n_lines` over those of the step before; null for the first step and for a status.",
            "is_small": "Whether the claim type has fewer than 30 lines: read its shares as hints.",
        }
    ),
    ("report.report_return_steps",),
)

STAGE_TIMES = ReportTable(
    "report_stage_times",
    "reports/measure_stage_times",
    "How long each stage takes. Means and percentiles of the lines that are through look too good while slow ones "
    "still wait (they are censored to the right); the columns `…_estimate` count these as lasting at least as long as "
    "they have waited (Kaplan-Meier), with 95 % bounds (Greenwood, on the scale of log minus log). Lines that ended "
    "without the second step are in neither. A span whose second moment lies before its first is in none "
    "(`report_exceptions`).",
    "one row a stage, dimension and value of it",
    MappingProxyType(
        {
            "stage": "From which step to which: seven pairs.",
            "dimension": "`all`, `month` (of the first step), `return_method` or `carrier`.",
            "value": "The month (`2025-01`), method or carrier; `(all)`; `(not given)` where it is not delivered.",
            "n_done": "Lines with both moments.",
            "n_waiting": "Open lines with the first moment that have not taken the second step: the censored ones.",
            "n_without": "Other lines with the first moment alone: they ended without the second step, or nothing "
            "dates it.",
            "mean_days": "Mean of the lines that are through; null where there are none.",
            "p50_days": "Half of the lines that are through took at most so many days (to tenths, rounded down).",
            "p90_days": "Nine tenths of them did.",
            "p50_days_estimate": "Estimate of the days after which half of all lines are through, the waiting ones "
            "counted; null where the lines seen do not tell.",
            "p50_days_low": "Its lower bound.",
            "p50_days_high": "Its upper bound; null where the lines seen do not tell.",
            "p90_days_estimate": "Estimate of the days after which nine tenths are; null as above.",
            "p90_days_low": "Its lower bound.",
            "p90_days_high": "Its upper bound; null as above.",
            "is_small": SMALL.format(count="n_done"),
        }
    ),
    ("report.report_return_steps",),
    ("as_of",),
)

AGEING = ReportTable(
    "report_ageing",
    "reports/summarise_ageing",
    "What waits, for how long, and how much money is at stake in it: the lines that are " + OPEN + ".",
    "one row a step and age; ages without lines have no row",
    MappingProxyType(
        {
            "step": "The furthest step that the lines took.",
            "step_number": "1 requested to 5 inspected.",
            "age_bucket": "Calendar days (UTC) from the request to `as_of`: `0-2`, `3-7`, `8-14`, `15-30`, `31-60`, "
            "`61-90` or `91+`.",
            "age_from_days": "Where the bucket begins; for sorting.",
            "n_lines": "Lines.",
            "n_rmas": "RMAs with such a line.",
            "amount_at_stake": "What they ask back, less what was refunded; null where no price is known.",
            "n_without_value": "Lines of unknown value, which `amount_at_stake` leaves out.",
            "oldest_days": "Age of the oldest line.",
            "oldest_rma_id": "Its RMA.",
        }
    ),
    ("report.report_return_steps",),
    ("as_of",),
)

REFUND_TIMING = ReportTable(
    "report_refund_timing",
    "reports/summarise_refund_timing",
    "When money goes back, and how much of it before the goods do. A refund is *before receipt* where goods were to "
    "come back and had not arrived at the refund (or have not arrived at all). Whether such goods ever come is told "
    "of refunds that are at least 30 days old only: younger ones may still arrive.",
    "one row a dimension and value of it",
    MappingProxyType(
        {
            "dimension": "`all`, `month` (of the refund), `refund_method` or `return_method`.",
            "value": "The month (`2025-01`; `(no date)` where the refund has none) or method; `(all)`; `(not given)` "
            "where it is not delivered.",
            "n_refunds": "Lines that were refunded.",
            "amount": "Their refunds.",
            "n_without_goods": "Of them, lines that bring no goods back (`keep_it`, not received, missing).",
            "amount_without_goods": "Their refunds.",
            "n_before_receipt": "Refunds before receipt.",
            "amount_before_receipt": "Their sum.",
            "before_receipt_share": "`n_before_receipt` over the refunds of lines that bring goods back; null where "
            "there are none.",
            "n_before_receipt_mature": "Refunds before receipt that are at least 30 days old.",
            "n_never_arrived": "Of those, whose goods have not arrived by `as_of`.",
            "amount_never_arrived": "Their refunds.",
            "never_arrived_share": "`n_never_arrived` over `n_before_receipt_mature`; null where there are none.",
            "mean_days_from_request": "Mean days from the request to the refund; null where no line has both.",
            "p50_days_from_request": "Half of the refunds took at most so many days.",
            "p90_days_from_request": "Nine tenths did.",
            "n_after_receipt_dated": "Refunds at or after a dated receipt.",
            "p50_days_from_receipt": "Half of those took at most so many days from the receipt; null where there are "
            "none.",
            "p90_days_from_receipt": "Nine tenths did.",
            "is_small": SMALL.format(count="n_refunds"),
        }
    ),
    ("report.report_return_steps",),
    ("as_of",),
)

TABLES = (FUNNEL, STAGE_TIMES, AGEING, REFUND_TIMING)

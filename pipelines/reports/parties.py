"""Who handles returns: agents, carriers, stores, each held against all of them."""

from __future__ import annotations

from types import MappingProxyType

from pipelines.reports.declare import COST, COST_PER_LINE, RETURNED_LINES, RETURNED_UNITS, ReportTable

LIMITS = "three standard errors of a share of so many lines {way} the shop's (the limits of a funnel plot)"
SHRUNKEN = "as an estimate that leans on the shop's with the weight of 50 {unit}"

AGENTS = ReportTable(
    "report_agents",
    "reports/summarise_agents",
    "What each agent handled, and how often they refunded otherwise than the rules say, against all agents together. "
    "Agents get different cases: a rate above the limit is a reason to look at the cases, not a finding.",
    "one row an agent that an export names",
    MappingProxyType(
        {
            "agent_id": "The agent.",
            "n_lines": "RMA lines handled.",
            "n_rmas": "RMAs of those lines.",
            "n_refunds": "Lines refunded.",
            "refunds": "What was paid back.",
            "cost": COST,
            "refund_per_line": "`refunds` over `n_refunds`; null where nothing was refunded.",
            "n_above_price": "Refunds above what was paid for the goods.",
            "amount_above_price": "What was refunded above it.",
            "n_before_receipt": "Refunds before the goods arrived, where they were to come back.",
            "n_despite_refusal": "Refunds of lines that were denied, cancelled or rejected.",
            "n_wrong_goods": "Refunds of another item, an empty box or nothing.",
            "n_exceptions": "Refunds that are one of the four or several.",
            "exception_rate": "`n_exceptions` over `n_refunds`; null where nothing was refunded.",
            "exception_rate_expected": "The same of all agents together; null, as all comparisons, without refunds.",
            "exception_rate_shrunken": "`exception_rate` " + SHRUNKEN.format(unit="lines") + ": (`n_exceptions` + 50 x "
            "`exception_rate_expected`) / (`n_refunds` + 50).",
            "limit_low": "A rate below this is unusual: " + LIMITS.format(way="below") + ".",
            "limit_high": "A rate above this is unusual: " + LIMITS.format(way="above") + ".",
            "is_above_limit": "Whether `exception_rate` is above `limit_high`, of 30 refunds or more.",
            "p50_days_from_receipt": "Half of the refunds at or after a receipt took at most so many days from it; "
            "null where none is dated.",
            "is_small": "Whether `n_refunds` is below 30: read the rates as hints.",
        }
    ),
    ("report.report_return_steps",),
)

CARRIERS = ReportTable(
    "report_carriers",
    "reports/summarise_carriers",
    "What each carrier carried back, at what cost and how fast, and how much of it is said to be lost. Lines of an RMA "
    "with one tracking number and method are one parcel.",
    "one row a carrier; `(not given)` where an RMA line names none",
    MappingProxyType(
        {
            "carrier": "The carrier.",
            "n_lines": "RMA lines that name it.",
            "n_parcels": "Parcels that were sent.",
            "label_cost": "What their labels cost (ledger), delivered or estimated.",
            "label_cost_per_parcel": "`label_cost` over `n_parcels`; null where nothing was sent.",
            "label_known_share": "The share of parcels whose label cost was delivered; null where nothing was sent.",
            "n_weighed": "Parcels with a delivered label cost and a scanned weight on every line.",
            "label_cost_per_kg": "Label cost of those parcels over their weight in kilograms; null where there are "
            "none. A weight that several lines of a parcel repeat counts once.",
            "n_not_received": "Lines that claim goods never received. Most exports name no carrier there: then they "
            "stand under `(not given)`.",
            "not_received_per_1000": "`n_not_received` for a thousand lines.",
            "not_received_expected": "The same of all named carriers together; null, as all comparisons, for "
            "`(not given)`.",
            "not_received_limit_low": "Below this is unusual: " + LIMITS.format(way="below") + ".",
            "not_received_limit_high": "Above this is unusual: " + LIMITS.format(way="above") + ".",
            "n_parcels_told": "Parcels that arrived, or were sent at least 30 days before `as_of`.",
            "n_lost": "Of them, those that have not arrived.",
            "amount_lost": "What their lines ask back.",
            "lost_per_1000": "`n_lost` for a thousand of `n_parcels_told`; null where there are none.",
            "lost_per_1000_shrunken": "The same " + SHRUNKEN.format(unit="parcels") + "; null where there are none.",
            "lost_expected": "`lost_per_1000` of all named carriers together; null where no parcel is told.",
            "lost_limit_low": "Below this is unusual: " + LIMITS.format(way="below") + ".",
            "lost_limit_high": "Above this is unusual: " + LIMITS.format(way="above") + ".",
            "n_transit_dated": "Parcels with a dated way, from the shipment to the receipt.",
            "p50_days_in_transit": "Half of those took at most so many days; null where there are none.",
            "p90_days_in_transit": "Nine tenths did.",
            "sla_share": "The share of those that took at most 7 days; null where there are none. Parcels on the way "
            "are in no figure of days (`report_stage_times` counts them).",
            "is_small": "Whether `n_parcels` is below 30: read the figures as hints.",
        }
    ),
    ("report.report_return_steps",),
    ("as_of",),
)

STORES = ReportTable(
    "report_stores",
    "reports/summarise_stores",
    "What each store took back.",
    "one row a store that an export names",
    MappingProxyType(
        {
            "store_id": "The store.",
            "n_lines": "RMA lines that it took, whatever became of them.",
            "n_rmas": "RMAs of those lines.",
            "returned_lines": RETURNED_LINES,
            "returned_units": RETURNED_UNITS,
            "refunds": "What was paid back.",
            "cost": COST,
            "cost_per_line": COST_PER_LINE,
            "n_refunds": "Lines refunded.",
            "n_cash": "Of them, in cash.",
            "cash_share_shrunken": "`n_cash` over `n_refunds` " + SHRUNKEN.format(unit="lines") + "; null without "
            "refunds.",
            "n_without_purchase": "Refunds for which no purchase was found.",
            "n_above_price": "Refunds above what was paid for the goods.",
            "n_graded": "Lines that were graded.",
            "grade_a_share_shrunken": "The share of those with grade A " + SHRUNKEN.format(unit="lines") + "; null "
            "where nothing was graded.",
            "p50_days_to_refund": "Half of the refunds took at most so many days from the request; null where none is "
            "dated.",
            "is_small": "Whether `n_refunds` is below 30: read the shares as hints.",
        }
    ),
    ("report.report_return_steps",),
)

TABLES = (AGENTS, CARRIERS, STORES)

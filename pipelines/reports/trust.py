"""How far the figures can be trusted: matches, what was left out, checks, the health of the model."""

from __future__ import annotations

from types import MappingProxyType

from pipelines.reports.declare import ReportTable

MATCHING = ReportTable(
    "report_matching",
    "reports/summarise_matching",
    "How lines of RMAs found the purchase that they return.",
    "one row a way of matching, the surest first",
    MappingProxyType(
        {
            "match_method": "`keys`, `order_sku`, `shopper_sku` (no order was named) or `none`: also where the order "
            "that was named is not there, or was placed after the request, because no other one is priced in its "
            "place.",
            "lines": "Lines of RMAs, whatever became of them.",
            "units": "Units of those lines.",
            "matched_units": "Units of those lines with a purchase.",
            "amount": "What those lines ask back; a line of unknown value counts 0.",
        }
    ),
    ("core.rma_lines",),
)

OTHER_LINES = ReportTable(
    "report_other_lines",
    "reports/summarise_other_lines",
    "Delivered lines that are neither a sale nor a return of goods, and are in no other table.",
    "one row a kind of line",
    MappingProxyType(
        {
            "kind": "What the line is: postage, a fee, a manual correction, …",
            "lines": "Lines of that kind.",
            "amount": "Their sum, signed as delivered.",
        }
    ),
    ("core.other_lines",),
)

UNKNOWN_CODES = ReportTable(
    "report_unknown_codes",
    "reports/list_unknown_codes",
    "Codes of the platforms' exports (reasons, statuses, conditions, …) that no map of their source knows. Their rows "
    "are loaded with the code as it is; a map that knows it (`docs/add_a_source.md`) gives it a meaning.",
    "one row a source, map and code, the most common first",
    MappingProxyType(
        {
            "source": "The source that delivered the code.",
            "map": "The map that should know it: `sql/sources/<source>/maps/<map>.csv`.",
            "code": "The code as delivered.",
            "n_rows": "Delivered rows that have it.",
            "maps_version": "The version of the source's maps, as its manifest says.",
        }
    ),
    (),
)

MODEL_HEALTH = ReportTable(
    "report_model_health",
    "reports/list_model_health",
    "Whether the model still sees the shop that it was fitted to, and what people's verdicts say of its flags. "
    "docs/detection.md explains the checks.",
    "one row a check and what it is about",
    MappingProxyType(
        {
            "check": "`psi`, `missing` (of a feature), `score_psi`, `flag_rate`, `week_precision`, `precision`, "
            "`recall`, `fraud_share`, `insult_rate`, `learning_without`, `learning_with`, `learning_sureness`.",
            "subject": "The feature; `week`; `all`; for learning, whether it is `used` or `not used`.",
            "stage": "The stage of the features; null for other checks.",
            "since": "The first day of the recent RMAs, or of the week; null for figures over all verdicts.",
            "n_before": "Earlier RMAs that the recent ones are held against; for figures over verdicts, all RMAs.",
            "n_recent": "Recent RMAs; for figures over verdicts, the decided ones.",
            "value": "The figure of the check.",
            "low": "It lies above this with 95 % probability; null where a check has no bounds.",
            "high": "It lies below this with 95 % probability; null where a check has no bounds.",
            "threshold": "Beyond it the check is an alert; null where there is none.",
            "is_alert": "Whether somebody should look.",
        }
    ),
    ("score.model_health",),
)

CHECKS = ReportTable(
    "report_checks",
    "reports/reconcile_reports",
    "Whether the ledger and the report tables tell one story. A set with a failed check is not published.",
    "one row a check",
    MappingProxyType(
        {
            "check_name": "What is compared.",
            "expected": "The figure as it is where it comes from.",
            "actual": "The figure as the ledger or the report table has it.",
            "difference": "`actual` less `expected`.",
            "is_ok": "Whether both are equal to the last decimal.",
        }
    ),
    (
        "core.cost_rates",
        "core.rma_lines",
        "report.report_avoidable",
        "report.report_by_category",
        "report.report_by_reason",
        "report.report_by_sku",
        "report.report_costs_by_component",
        "report.report_matching",
        "report.report_monthly",
        "report.report_overview",
        "report.report_reason_checks",
        "report.report_reason_groups",
        "report.report_segments",
        "report.return_costs",
    ),
)

TABLES = (MATCHING, OTHER_LINES, UNKNOWN_CODES, MODEL_HEALTH, CHECKS)

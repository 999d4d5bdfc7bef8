"""Work that the ledger and the tables of RMA lines share: done once, kept in the warehouse, not published."""

from __future__ import annotations

from types import MappingProxyType

from pipelines.reports.declare import COST, ReportTable

NAMED = "as some rule of the cost model names it, in lower case; null for all that no rule names."

COST_PERIODS = ReportTable(
    "cost_periods",
    "reports/list_cost_periods",
    "The periods in which the same rules of `[[costs.rules]]` hold.",
    "one row a period, from the first day on which a rule begins or has ended",
    MappingProxyType(
        {
            "begins_on": "Its first day.",
            "ends_on": "Its last one; null where it lasts.",
        }
    ),
    ("core.cost_rules",),
    is_published=False,
)

RETURN_CLAIMS = ReportTable(
    "return_claims",
    "reports/list_return_claims",
    "What is delivered of each RMA line and its order, and what is read out of it before any money is reckoned.",
    "one row a line of an RMA",
    MappingProxyType(
        {
            "place": "Its place in the order of RMA and line: what tables of the same lines are joined by.",
            "has_siblings": "Whether its RMA has other lines.",
            **dict.fromkeys(
                (
                    "rma_id",
                    "rma_line_id",
                    "customer_id",
                    "sku",
                    "category",
                    "product_name",
                    "quantity",
                    "requested_at",
                    "status",
                    "claim_type",
                    "reason_code",
                    "return_method",
                    "authorized_at",
                    "shipped_at",
                    "received_at",
                    "inspected_at",
                    "closed_at",
                    "carrier",
                    "tracking_number",
                    "scan_weight_g",
                    "received_quantity",
                    "condition_grade",
                    "is_opened",
                    "restocked",
                    "refund_method",
                    "refund_amount",
                    "refunded_at",
                    "restocking_fee",
                    "label_cost",
                    "agent_id",
                    "store_id",
                    "currency",
                    "order_id",
                    "line_id",
                    "match_method",
                    "paid_amount",
                    "requested_amount",
                    "unit_cost",
                    "ordered_at",
                    "delivered_at",
                    "source",
                ),
                "As in `core.rma_lines`.",
            ),
            "channel": "Where its order was placed; null where it is not delivered.",
            "country": "Where its order was sent to; null where it is not delivered.",
            "is_gift": "Whether its order was a gift.",
            "begins_on": "The first day of its period of `cost_periods`, by the request; null before any.",
            "rule_category": "Its category, " + NAMED,
            "rule_return_method": "Its return method, " + NAMED,
            "rule_carrier": "Its carrier, " + NAMED,
            "rule_country": "The country of its order, " + NAMED,
            "reports_authorization": "Whether its source dates authorizations at all.",
            "expects_goods": "Whether goods are to come back: not for `keep_it`, `item_not_received`, `missing_item`.",
            "has_refund": "Whether money was paid back.",
            "has_arrived": "Whether a parcel arrived (docs/cost_model.md, what came back).",
            "is_sent": "Whether it arrived or was seen on its way.",
            "is_returned": "Whether the line counts as returned.",
        }
    ),
    ("core.cost_rules", "core.orders", "core.rma_lines", "report.cost_periods"),
    is_published=False,
)

IS_ACTUAL = "Whether the `basis` of its {component} is `actual`, as in `return_costs`; otherwise it is `rate`."
LINE_COSTS = ReportTable(
    "line_costs",
    "reports/price_return_claims",
    "What each RMA line cost, component by component: `return_costs`, turned on its side.",
    "one row a line of an RMA",
    MappingProxyType(
        {
            "place": "Its place in `return_claims`.",
            "is_confirmed_fraud": "Whether the last verdict on the RMA is fraud.",
            **{
                component: f"Component `{component}` of the ledger; 0 where there is none."
                for component in (
                    "refund",
                    "outbound_shipping",
                    "gift_wrap",
                    "label",
                    "handling",
                    "refurbish",
                    "write_off",
                    "markdown",
                    "exchange_difference",
                    "payment_fee",
                    "support",
                    "chargeback",
                    "paid_twice",
                    "chargeback_fee",
                    "fraud_loss",
                    "restocking_fee",
                    "resale",
                    "salvage",
                    "retained",
                    "supplier_claim",
                    "carrier_claim",
                )
            },
            **{
                f"is_{component}_actual": IS_ACTUAL.format(component=component)
                for component in ("label", "resale", "restocking", "retained")
            },
            **{
                f"{day}_on": f"As in `report_return_facts`: a day of `incurred_on` (docs/cost_model.md, {what})."
                for day, what in (
                    ("requested", "support"),
                    ("sent", "labels"),
                    ("arrived", "handling"),
                    ("graded", "what the goods lost"),
                    ("refunded", "refunds"),
                    ("disputed", "chargebacks"),
                )
            },
            "cost": COST,
            "recoveries": "Sum of the recoveries; negative.",
        }
    ),
    (
        "core.order_lines",
        "core.rma_matches",
        "report.report_cost_rates",
        "report.report_return_facts",
        "report.return_claims",
    ),
    is_published=False,
)

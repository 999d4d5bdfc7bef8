"""The returns policy, clause by clause: the facts that it asks for, a grid of changes, and the replay of each."""

from __future__ import annotations

from types import MappingProxyType

from pipelines.reports.declare import COST, ReportTable

SAVED = "What the change saves of the ledger's `{component}`; negative where it costs more."
UNCHANGED = "null where the policy does not change it."

POLICY_LINES = ReportTable(
    "report_policy_lines",
    "reports/list_policy_lines",
    "The lines of RMAs that were accepted, and those that were denied, with what the clauses of a returns policy ask "
    "for: the rows behind `report_policy` and `returnwatch policy replay`.",
    "one row a line of an RMA that counts as returned or was denied",
    MappingProxyType(
        {
            "rma_id": "The RMA.",
            "rma_line_id": "The line of the RMA; its SKU where the export numbers no lines.",
            "customer_id": "The shopper; null where nobody is named.",
            "is_returned": "Whether the line counts as returned; else it was denied.",
            "claim_type": "What is claimed; `return` where the export does not say.",
            "is_shop_fault": "Whether the reason of an ordinary return lies with the shop: damaged, defective, wrong "
            "item or colour, not as described, missing, late, … A reason in other words does not count.",
            "days_held": "Calendar days from the delivery (else the order) to the request; null without a purchase.",
            "is_late_so_far": "Whether it was denied and came after the window (or warranty) of its product.",
            "is_opened": "Whether the goods came back opened; null where it is not known.",
            "is_unauthorized": "Whether the goods arrived without an authorization, from a source that dates them.",
            "has_arrived": "Whether the parcel arrived.",
            "is_paid_out": "Whether money was paid back, to an account or in cash (also where no method is given).",
            "is_keepable": "Whether all lines of the RMA were to bring goods back and were refunded.",
            "n_rma_lines": "Lines of the RMA in this table.",
            "rma_amount": "What they ask back together; null where a price is not known.",
            "requested_amount": "What the line asks back, at the price paid; null where no price is known.",
            "fee_charged": "The restocking fee as delivered, else as the ledger has it.",
            "refunds": "Ledger, `refund`.",
            "outbound_shipping": "Ledger, `outbound_shipping`.",
            "label": "Ledger, `label`.",
            "handling": "Ledger, `handling`.",
            "refurbish": "Ledger, `refurbish`.",
            "write_off": "Ledger, `write_off`.",
            "payment_fee": "Ledger, `payment_fee`.",
            "support": "Ledger, `support`.",
            "fee_recovered": "Ledger, `restocking_fee`; negative.",
            "resale": "Ledger, `resale`; negative.",
            "other_cost": "All other components of the ledger.",
            "cost": COST,
            "is_flagged": "Whether the RMA is flagged.",
            "is_suspicious": "Whether the RMA was judged fraud by its last verdict, or is flagged and was not judged.",
            "is_honest_shopper": "Whether the shopper is named and none of their RMAs is suspicious.",
            "shopper_sales": "What the shopper bought in the 365 days before `as_of`; null where nothing.",
        }
    ),
    (
        "core.order_lines",
        "core.review_labels",
        "report.report_return_steps",
        "score.rma_scores",
    ),
    ("as_of",),
)

POLICY_SETTINGS = ReportTable(
    "report_policy_settings",
    "reports/list_policy_settings",
    "The grid of changes that `report_policy` replays, one clause at a time. docs/policy_replay.md explains the "
    "clauses.",
    "one row a clause and setting",
    MappingProxyType(
        {
            "scenario": "The change: `clause=setting`.",
            "clause": "The clause that is changed.",
            "setting": "What it is set to.",
            "window_days": "The return window of every product, in days; " + UNCHANGED,
            "warranty_days": "The warranty of every product, in days; " + UNCHANGED,
            "unopened_only": "Whether opened goods are refused at the inspection.",
            "restocking_fee_share": "Restocking fee on opened or unauthorized returns, as a share of the refund before "
            "any fee; " + UNCHANGED,
            "store_credit_from_day": "The first day after delivery from which refunds are store credit; " + UNCHANGED,
            "keep_it_below": "RMAs that ask back less than this are refunded and the goods kept; " + UNCHANGED,
            "free_label": "Whether the shop goes on paying the label.",
            "assumed_loss_share": "Assumption: the share of their purchases that affected honest shoppers give up.",
        }
    ),
    (),
)

POLICY = ReportTable(
    "report_policy",
    "reports/replay_policy",
    "What each change of the returns policy would have saved and cost, had it held over the whole history and had "
    "everybody behaved as they did. docs/policy_replay.md says what each clause does, and what is assumed.",
    "one row a clause and setting of `report_policy_settings`",
    MappingProxyType(
        {
            "scenario": "The change: `clause=setting`.",
            "clause": "The clause.",
            "setting": "What it is set to.",
            "n_lines": "RMA lines that the change touches in any way.",
            "n_rmas": "RMAs with such a line.",
            "n_rmas_refused": "RMAs of which a line that was accepted would be refused.",
            "n_lines_refused": "Such lines: refused at the request or, opened goods, at the inspection.",
            "n_lines_kept": "Lines whose goods the shopper would keep, refunded.",
            "n_lines_charged": "Lines on which the shopper would pay a higher fee, or the label.",
            "n_lines_credited": "Lines that would be refunded as store credit in place of money.",
            "n_lines_admitted": "Lines denied so far, after the window (or warranty) of their product, that would be "
            "in time.",
            "saved_refund": SAVED.format(component="refund"),
            "saved_outbound_shipping": SAVED.format(component="outbound_shipping"),
            "saved_label": SAVED.format(component="label"),
            "saved_handling": SAVED.format(component="handling"),
            "saved_refurbish": SAVED.format(component="refurbish"),
            "saved_write_off": SAVED.format(component="write_off"),
            "saved_payment_fee": SAVED.format(component="payment_fee"),
            "saved_restocking_fee": "Fees that would be charged, less those that were and the recoveries that fall "
            "away.",
            "saved_resale": "Minus the value of goods that would not come back.",
            "saved_other": SAVED.format(component="other components"),
            "saved": "Sum of all `saved_…` above.",
            "saved_share": "`saved` over the cost of all lines of `report_policy_lines`; null where that is 0.",
            "saved_suspicious": "The part of `saved` that comes from suspicious RMAs (`report_policy_lines`).",
            "credited_amount": "Refunds that would be store credit: money that stays, and is owed; not in `saved`.",
            "admitted_cost_estimate": "Estimate: what the admitted lines would have cost, at the cost of accepted "
            "returns for each unit of currency that they ask back. Null where no accepted return tells.",
            "admitted_cost_low": "Its lower bound, 95 %: lines lie as far from that cost as accepted ones do.",
            "admitted_cost_high": "Its upper bound.",
            "saved_less_admitted": "`saved` less `admitted_cost_estimate`.",
            "honest_shoppers_affected": "Shoppers of whom no RMA is suspicious and who would be refused, charged or "
            "given credit.",
            "honest_shoppers_refused": "Of them, those who would be refused.",
            "honest_shoppers_charged": "Of them, those who would be charged.",
            "honest_shoppers_credited": "Of them, those who would be given credit in place of money.",
            "queue_change": "Flagged RMAs that would be refused whole at the request and need no look; 0 or negative.",
            "queue_change_share": "`queue_change` over the flagged RMAs among these lines; null where there are none.",
            "n_lines_not_handled": "Lines whose parcel arrived and would not be sent.",
            "sales_of_affected": "What the honest shoppers affected bought in the 365 days before `as_of`.",
            "assumed_loss_share": "Assumption: the share of that which they give up.",
            "sales_at_risk": "`sales_of_affected` times `assumed_loss_share`: sales, not margin, of a year.",
            "n_unknown": "Accepted lines of which the export does not tell what a changed clause asks (no purchase, "
            "opened or not, no price), counted once a clause: they are left as they are.",
            "is_small": "Whether `n_lines` is below 30: read the row as a hint.",
        }
    ),
    ("report.report_policy_lines", "report.report_policy_settings"),
)

TABLES = (POLICY_LINES, POLICY_SETTINGS, POLICY)

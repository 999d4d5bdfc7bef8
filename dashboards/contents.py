"""What the management report holds beyond its front page: the parts, and the chapters of each.

Belongs here: the questions, in the order in which a reader asks them, and the sentences that answer them. Does not:
how a chapter is drawn (``chapters.py``), how a figure is computed (the report tables).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import cast

import polars as pl

from dashboards import format as fmt
from dashboards.chapters import Chapter, by_largest

PARTS: Mapping[str, str] = MappingProxyType(
    {
        "rates": "Return rates",
        "products": "Products",
        "shoppers": "Shoppers",
        "operations": "Operations",
        "policy": "Policy",
        "books": "Books",
    }
)
"""Parts of the report, by the name that chapters use."""


TENTH, YOUNG = 0.1, 0.3


def _first(frame: pl.DataFrame, largest: str) -> dict[str, object]:
    """Return the row with the most of a column."""
    return by_largest(frame, largest).row(0, named=True)


def _money(value: object) -> str:
    """Return an amount as it reads in a sentence."""
    return fmt.money(cast("Decimal | None", value))


def _share(value: object) -> str:
    """Return a share as it reads in a sentence."""
    return fmt.share(cast("float | None", value))


def _signals(frame: pl.DataFrame) -> str:
    """Say how many goods come back unusually often."""
    goods = fmt.plural(frame.height, "product comes", "products come")
    return f"{goods} back unusually often; the excess cost {_money(frame['excess_cost'].sum())}"


def _sizes(frame: pl.DataFrame) -> str:
    """Say how many styles run small and large."""
    small = frame.filter(pl.col("advice") == "advise_a_size_up").height
    return f"{fmt.plural(small, 'style runs', 'styles run')} small, {frame.height - small} large"


def _avoidable(frame: pl.DataFrame) -> str:
    """Say what the returns cost that could have been avoided."""
    one = _first(frame, "cost")
    whole = _money(frame["cost"].sum())
    return f"Returns that might be avoided cost {whole}; most of it {fmt.words(str(one['rule'])).lower()}"


def _mismatches(frame: pl.DataFrame) -> str:
    """Say how many reasons do not fit what was found."""
    lines = fmt.plural(int(frame["n_lines"].sum()), "reason does", "reasons do")
    return f"{lines} not fit what the inspection found"


def _terms(frame: pl.DataFrame) -> str:
    """Say of how many categories the comments are telling."""
    n_categories = frame["subject"].n_unique()
    return f"Shoppers' own words tell {fmt.plural(n_categories, 'category', 'categories')} apart from the others"


def _concentration(frame: pl.DataFrame) -> str:
    """Say how much of the cost the top tenth has."""
    tenth = frame.filter(pl.col("top_share").round(6) == TENTH)
    if tenth.is_empty():
        return "How the cost of returns is spread over shoppers"
    row = tenth.row(0, named=True)
    own = f", and {_share(row['share_of_sales'])} of sales" if row["share_of_sales"] is not None else ""
    return f"A tenth of the shoppers has {_share(row['share_of_measure'])} of what returns cost{own}"


def _segments(frame: pl.DataFrame) -> str:
    """Say which segment costs most."""
    one = _first(frame, "cost")
    name = fmt.words(str(one["segment"])).lower()
    return f"Most of the cost, {_share(one['share_of_all'])}, comes from the segment {name}"


def _retention(frame: pl.DataFrame) -> str:
    """Say how many came back after their first return."""
    whole = frame.filter(pl.col("days_to_end") == "all").filter(pl.col("outcome") == "all")
    if whole.is_empty() or whole["rate"].item() is None:
        return "Who orders again after a return"
    row = whole.row(0, named=True)
    alike = f"; of shoppers alike {_share(row['matched_rate'])}" if row["matched_rate"] is not None else ""
    return f"{_share(row['rate'])} ordered again within 90 days of their first return{alike}"


def _funnel(frame: pl.DataFrame) -> str:
    """Say how much of what was requested is settled, and where most wait."""
    one = _first(frame, "n_open")
    last = frame.sort("step_number").row(-1, named=True)
    waits = f"; most wait after {one['step']}" if one["n_open"] else ""
    return f"{_share(last['share_of_requested'])} of the lines that were requested are refunded{waits}"


def _stages(frame: pl.DataFrame) -> str:
    """Say which stage takes longest."""
    one = _first(frame, "p90_days")
    days = fmt.number(cast("float | None", one["p90_days"]), 1)
    return f"The slowest stage is {fmt.words(str(one['stage'])).lower()}: nine tenths within {days} days"


def _ageing(frame: pl.DataFrame) -> str:
    """Say how much is open and how old the oldest is."""
    lines = fmt.plural(int(frame["n_lines"].sum()), "line is", "lines are")
    stake, oldest = _money(frame["amount_at_stake"].sum()), fmt.number(cast("int", frame["oldest_days"].max()))
    return f"{lines} open, {stake} at stake, the oldest {oldest} days"


def _timing(frame: pl.DataFrame) -> str:
    """Say how long a refund takes, and how many came before the goods."""
    row = frame.filter(pl.col("dimension") == "all").row(0, named=True)
    early = _share(row["before_receipt_share"])
    days = fmt.number(cast("float | None", row["p50_days_from_request"]), 1)
    return f"Half of the refunds take at most {days} days; {early} of them came before the goods"


def _exceptions(frame: pl.DataFrame) -> str:
    """Say which exception has most money in it."""
    one = _first(frame, "amount")
    return f"Most money is in {fmt.words(str(one['exception'])).lower()}: {_money(one['amount'])}"


def _dispositions(frame: pl.DataFrame) -> str:
    """Say how much of the goods' value was recovered."""
    goods, back = frame["goods_value"].sum(), frame["recovered"].sum()
    share = float(back) / float(goods) if goods else None
    return f"{_share(share)} of the value of what came back was recovered"


def _carriers(frame: pl.DataFrame) -> str:
    """Say which carrier lost most."""
    one = _first(frame, "amount_lost")
    return f"{one['carrier']}: {_money(one['amount_lost'])} sent and not arrived, more than with any other carrier"


def _agents(frame: pl.DataFrame) -> str:
    """Say how many agents' refunds are out of policy more often than others'."""
    return f"{fmt.plural(frame.height, 'agent')} refunded out of policy more often than chance explains"


def _policy(frame: pl.DataFrame) -> str:
    """Say which change would have saved most."""
    one = _first(frame, "saved")
    shoppers = fmt.plural(int(str(one["honest_shoppers_affected"])), "honest shopper")
    return f"{one['scenario']} would have saved most, {_money(one['saved'])}, and touched {shoppers}"


def _balance(frame: pl.DataFrame) -> str:
    """Say whether the books agree."""
    wrong = frame.filter(~pl.col("is_ok")).height
    return (
        f"{frame.height} balances agree to the last decimal"
        if not wrong
        else f"{fmt.plural(wrong, 'balance does', 'balances do')} not agree"
    )


def _by_cohort(dimension: pl.Expr) -> pl.Expr:
    """Return what keeps the rates by value of what was sold, by the month of its order."""
    return (pl.col("basis") == "order_cohort") & (pl.col("measure") == "value") & dimension


def _months(frame: pl.DataFrame) -> str:
    """Say what the last month will have returned in the end."""
    row = frame.sort("month").row(-1, named=True)
    low, high = _share(row["completed_low"]), _share(row["completed_high"])
    month = fmt.month(cast("date", row["month"]))
    return f"Of the value sold in {month}, {_share(row['completed_rate'])} will come back ({low} to {high})"


def _goods(frame: pl.DataFrame) -> str:
    """Say which category comes back most."""
    one = _first(frame, "expected_rate")
    return f"Most comes back of {one['value']}: {_share(one['expected_rate'])} of its value"


def _completion(frame: pl.DataFrame) -> str:
    """Say how far completed rates were off where three tenths of the returns had come."""
    young = frame.filter(pl.col("maturity").round(1) == YOUNG)
    if young.is_empty() or young["error_ratio"].item() is None:
        return "How far completed rates were off"
    return (
        f"Of young months the completed rate errs {_share(young['error_ratio'].item())} as much as the one seen so far"
    )


CHAPTERS: tuple[Chapter, ...] = (
    Chapter(
        "rate-months", "rates", "How much of each month comes back", "report_return_rates",
        ("month", "sold", "returned", "return_rate", "maturity", "completed_rate", "completed_low", "completed_high"),
        _months, "month", n_rows=14,
        select=_by_cohort((pl.col("dimension") == "total") & pl.col("month").is_not_null()),
    ),
    Chapter(
        "rate-categories", "rates", "Which categories come back", "report_return_rates",
        ("value", "sold", "returned", "return_rate", "expected_rate", "expected_low", "expected_high", "is_small"),
        _goods, "expected_rate", n_rows=20,
        select=_by_cohort((pl.col("dimension") == "category") & pl.col("month").is_null()),
    ),
    Chapter(
        "completion", "rates", "How far completed rates were off", "report_completion_error",
        ("maturity", "n_cohorts", "final_rate", "naive_error", "completed_error", "error_ratio", "coverage"),
        _completion,
    ),
    Chapter(
        "signals", "products", "Goods that come back unusually often", "report_product_signals",
        ("subject", "product_name", "signal", "sold_lines", "n_lines", "rate", "expected_rate", "first_seen_on",
         "excess_cost"),
        _signals, "excess_cost", select=pl.col("is_signal") & (pl.col("level") == "sku"),
    ),
    Chapter(
        "sizes", "products", "Styles that run small or large", "report_sizing",
        ("style_id", "product_name", "sold_lines", "n_small", "n_large", "balance", "advice", "cost"),
        _sizes, "cost",
        select=(pl.col("level") == "style") & pl.col("advice").str.starts_with("advise"),
    ),
    Chapter(
        "avoidable", "products", "Returns that might be avoided", "report_avoidable",
        ("rule", "n_lines", "share_of_lines", "cost", "share_of_all", "cost_per_line"),
        _avoidable, select=pl.col("is_avoidable"),
    ),
    Chapter(
        "reasons-found", "products", "Reasons that do not fit what was found", "report_reason_checks",
        ("reason_group", "finding", "n_lines", "share_of_inspected", "refunds", "cost"),
        _mismatches, "n_lines", select=pl.col("agreement") == "does_not_fit",
    ),
    Chapter(
        "words", "products", "What shoppers write", "report_feedback_terms",
        ("subject", "term", "n_comments", "share", "other_share", "example_comment"),
        _terms, "score", n_rows=20, select=(pl.col("level") == "category") & pl.col("is_distinct"),
    ),
    Chapter(
        "concentration", "shoppers", "How few shoppers cost how much", "report_concentration",
        ("top_share", "n_shoppers", "amount", "share_of_measure", "share_of_sales"),
        _concentration, select=pl.col("measure") == "cost",
    ),
    Chapter(
        "segments", "shoppers", "What kinds of shoppers there are", "report_segments",
        ("segment", "shoppers", "sales", "line_return_rate", "cost", "share_of_all", "contribution_per_shopper"),
        _segments,
    ),
    Chapter(
        "retention", "shoppers", "Who orders again after a return", "report_retention",
        ("outcome", "days_to_end", "n_followed", "rate", "rate_low", "rate_high", "matched_rate"),
        _retention, n_rows=20,
    ),
    Chapter(
        "funnel", "operations", "How far returns come", "report_funnel",
        ("step", "n_lines", "amount", "share_of_requested", "share_of_previous", "n_open", "n_ended"),
        _funnel, select=(pl.col("claim_type") == "(all)") & (pl.col("basis") == "step"),
    ),
    Chapter(
        "stages", "operations", "How long each stage takes", "report_stage_times",
        ("stage", "n_done", "n_waiting", "p50_days", "p90_days", "p90_days_estimate"),
        _stages, select=pl.col("dimension") == "all",
    ),
    Chapter(
        "ageing", "operations", "What waits, and for how long", "report_ageing",
        ("step", "age_bucket", "n_lines", "amount_at_stake", "oldest_days", "oldest_rma_id"),
        _ageing, n_rows=40,
    ),
    Chapter(
        "refund-timing", "operations", "How long a refund takes", "report_refund_timing",
        ("dimension", "value", "n_refunds", "amount", "before_receipt_share", "never_arrived_share",
         "p50_days_from_request", "p90_days_from_request"),
        _timing, select=pl.col("dimension") != "month",
    ),
    Chapter(
        "exceptions", "operations", "What went otherwise than it should", "report_exceptions",
        ("exception", "n_lines", "n_base", "share", "amount", "definition"),
        _exceptions, n_rows=30,
    ),
    Chapter(
        "dispositions", "operations", "What became of the goods", "report_dispositions",
        ("condition_grade", "disposition", "n_lines", "goods_value", "recovered", "recovery_share",
         "p50_days_to_restock"),
        _dispositions, n_rows=20,
    ),
    Chapter(
        "carriers", "operations", "How carriers do", "report_carriers",
        ("carrier", "n_parcels", "label_cost_per_parcel", "label_cost_per_kg", "lost_per_1000", "amount_lost",
         "p90_days_in_transit", "sla_share"),
        _carriers, "n_parcels",
    ),
    Chapter(
        "agents", "operations", "Agents whose refunds need a second look", "report_agents",
        ("agent_id", "n_refunds", "refunds", "exception_rate", "exception_rate_expected", "limit_high"),
        _agents, "refunds", select=pl.col("is_above_limit").fill_null(value=False),
    ),
    Chapter(
        "policy", "policy", "What other policies would have saved", "report_policy",
        ("scenario", "n_rmas", "saved", "saved_share", "honest_shoppers_affected", "queue_change", "sales_at_risk"),
        _policy, n_rows=40,
    ),
    Chapter(
        "balance", "books", "Whether the books agree", "report_trial_balance",
        ("balance", "subject", "left_amount", "right_amount", "difference", "is_ok"),
        _balance, n_rows=60,
    ),
)  # fmt: skip
"""All chapters, in the order of the page. One whose table a set lacks is left out."""

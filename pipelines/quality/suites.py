"""The suites: every checked table of raw, core and report with its checks.

Belongs here: which suites there are, and those of raw and report. Those of core stand in ``sales.py``,
``returns.py`` and ``disputes.py``. Does not: how breaches are counted or judged.
"""

from __future__ import annotations

from pipelines.ingest.sources import raw_tables
from pipelines.quality.delivered import delivered_checks
from pipelines.quality.disputes import chargebacks, review_labels, support_contacts
from pipelines.quality.model import Check, Suite
from pipelines.quality.parts import breaches
from pipelines.quality.returns import rma_lines, rma_matches, rmas
from pipelines.quality.sales import customers, order_lines, orders, other_lines, products


def core_suites() -> tuple[Suite, ...]:
    """Return the suites of core, each after those of the tables that it reads."""
    return (
        products(),
        customers(),
        order_lines(),
        orders(),
        rma_matches(),
        rma_lines(),
        rmas(),
        other_lines(),
        support_contacts(),
        chargebacks(),
        review_labels(),
    )


def raw_suites() -> tuple[Suite, ...]:
    """Return the suites of raw: the ledger adds up, and what it says was loaded or refused is there."""
    adds_up = Check(
        "rows_add_up",
        "`rows_read` = `rows_loaded` + `rows_updated` + `rows_duplicate` + `rows_quarantined`",
        "have rows_read that is not the sum of what became of them",
        condition="rows_read is distinct from rows_loaded + rows_updated + rows_duplicate + rows_quarantined",
    )
    refused = Check(
        "rows_as_ledger",
        "each delivery has as many rows as its `rows_quarantined` in the ledger",
        "are in quarantine without the ledger, or in the ledger without quarantine",
        query=breaches("compare_quarantine_to_ledger"),
    )
    return (
        Suite("raw.ingest_ledger", ("path",), (adds_up,)),
        Suite("raw.quarantine", ("path", "row_number"), (refused,), ("raw.ingest_ledger",)),
        *(_raw_table(name) for name in sorted(raw_tables())),
    )


def report_suites() -> tuple[Suite, ...]:
    """Return the suites of the report: its own comparisons and the balances of its books must have come out equal."""
    equal = Check(
        "all_equal",
        "every comparison came out equal",
        "differ between source and report",
        subject="figure",
        query=breaches("find_failed_comparisons"),
    )
    balanced = Check(
        "all_balanced",
        "both sides of every balance are equal",
        "have sides that differ",
        subject="balance",
        query=breaches("find_failed_balances"),
    )
    return (
        Suite("report.report_checks", ("check_name",), (equal,)),
        Suite("report.report_trial_balance", ("balance", "subject"), (balanced,)),
    )


def _raw_table(name: str) -> Suite:
    """Return the suite of one table of delivered rows."""
    held = Check(
        "rows_as_ledger",
        "as many rows as the ledger's `rows_loaded` of all deliveries together",
        "are too many or missing against the ledger",
        query=breaches("compare_raw_to_ledger"),
    )
    checks = (held, *delivered_checks(raw_tables()[name]))
    return Suite(f"raw.{name}", ("delivery_id", "row_number"), checks, ("raw.ingest_ledger", "raw.quarantine"))

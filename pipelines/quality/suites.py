"""The suites: every checked table with its checks.

Belongs here: what each table of raw, core and report must hold, beside what its columns' declarations say
already (``columns.py``). Does not: how breaches are counted or judged.
"""

from __future__ import annotations

from dataclasses import replace

import sql
from features.contracts import CANONICAL_TABLES, Column, Kind, MatchMethod
from pipelines.ingest.sources import raw_tables
from pipelines.quality.columns import column_checks, given_check, key_check
from pipelines.quality.model import Check, Severity, Suite

METHODS = tuple(MatchMethod)
FOUND = tuple(method for method in MatchMethod if method is not MatchMethod.NONE)
SOURCE = Column("source", Kind.TEXT, required=True)
FX_RATE = (
    given_check("fx_rate"),
    Check("fx_rate_above_zero", "`fx_rate` is above 0", "have fx_rate not above 0", condition="fx_rate <= 0"),
)


def core_suites() -> tuple[Suite, ...]:
    """Return the suites of core, each after those of the tables that it reads."""
    return (
        _products(),
        _customers(),
        _order_lines(),
        _orders(),
        _rma_matches(),
        _rma_lines(),
        _rmas(),
        _other_lines(),
        _support_contacts(),
        _chargebacks(),
        _review_labels(),
    )


def raw_suites() -> tuple[Suite, ...]:
    """Return the suites of raw: the ledger adds up, and what it says was loaded or refused is there."""
    adds_up = Check(
        "rows_add_up",
        "rows_read = rows_loaded + rows_updated + rows_duplicate + rows_quarantined",
        "have rows_read that is not the sum of what became of them",
        condition="rows_read is distinct from rows_loaded + rows_updated + rows_duplicate + rows_quarantined",
    )
    refused = _by_statement(
        "rows_as_ledger",
        "each delivery has as many rows as its `rows_quarantined` in the ledger",
        "are in quarantine without the ledger, or in the ledger without quarantine",
        "compare_quarantine_to_ledger",
    )
    return (
        Suite("raw.ingest_ledger", ("path",), (adds_up,)),
        Suite("raw.quarantine", ("path", "row_number"), (refused,), ("raw.ingest_ledger",)),
        *(_raw_table(name) for name in raw_tables()),
    )


def report_suites() -> tuple[Suite, ...]:
    """Return the suites of the report: its own comparisons (``report_checks``) must have come out equal."""
    equal = _by_statement(
        "all_equal", "every comparison came out equal", "differ between source and report", "find_failed_comparisons"
    )
    return (Suite("report.report_checks", ("check_name",), (replace(equal, subject="figure"),)),)


def _raw_table(name: str) -> Suite:
    """Return the suite of one table of delivered rows."""
    held = _by_statement(
        "rows_as_ledger",
        "as many rows as the ledger's `rows_loaded` of all deliveries together",
        "are too many or missing against the ledger",
        "compare_raw_to_ledger",
    )
    check = replace(held, parameters=(("table", name),))
    return Suite(f"raw.{name}", ("delivery_id", "row_number"), (check,), ("raw.ingest_ledger",))


def _by_statement(
    name: str, rule: str, breach: str, file: str, severity: Severity = Severity.CRITICAL, subject: str = "row"
) -> Check:
    """Return a check whose breaches are found by ``sql/checks/<file>.sql``."""
    return Check(name, rule, breach, severity, subject, query=sql.statement(f"checks/{file}"))


def _as_delivered(name: str) -> Check:
    """Return the check that a core table has a row for each delivered one."""
    return _by_statement(
        "rows_as_delivered",
        "one row for each row that was delivered and had happened by as_of",
        "are too many or missing against raw",
        f"compare_{name}_to_delivered",
    )


def _by_columns(
    delivered: str | None,
    made: tuple[Column, ...] = (),
    nullable: tuple[str, ...] = (),
    undated: tuple[str, ...] = (),
) -> tuple[Check, ...]:
    """Return the checks of a core table's columns: those of a delivered table, and those that core makes.

    ``nullable`` names columns that a canonical file must give and other sources may lack; ``undated`` those
    that core takes over whatever their moment.
    """
    declared = CANONICAL_TABLES[delivered].columns if delivered else ()
    columns = (replace(column, required=False) if column.name in nullable else column for column in (*declared, *made))
    return tuple(check for column in columns for check in column_checks(column, is_dated=column.name not in undated))


def _key(delivered: str) -> tuple[str, ...]:
    """Return a delivered table's key as core holds it: where a part has a stand-in, core has filled it in."""
    return tuple(part.split("|")[0] for part in CANONICAL_TABLES[delivered].key)


def _keyed(name: str, key: tuple[str, ...], checks: tuple[Check, ...], reads: tuple[str, ...] = ()) -> Suite:
    """Return the suite of a core table whose key is unique."""
    table = f"core.{name}"
    return Suite(table, key, (key_check(table, key), *checks), reads)


def _products() -> Suite:
    return _keyed("products", _key("products"), _by_columns("products"))


def _customers() -> Suite:
    made = (Column("first_ordered_at", Kind.TIMESTAMP),)
    undated = ("created_at", "first_ordered_at")
    return _keyed("customers", _key("customers"), _by_columns("customers", made, undated=undated))


def _order_lines() -> Suite:
    made = (
        Column("line_amount", Kind.MONEY, required=True),
        Column("ordered_at", Kind.TIMESTAMP),
        Column("delivered_at", Kind.TIMESTAMP),
        SOURCE,
    )
    checks = (
        *_by_columns("order_lines", made),
        Check(
            "line_amount_adds_up",
            "`line_amount` is `quantity` x `unit_price`",
            "have line_amount other than quantity x unit_price",
            condition="line_amount <> quantity * unit_price",
        ),
        Check(
            "order_delivered",
            "the line's order was delivered",
            "name an order that was never delivered",
            Severity.WARNING,
            condition="ordered_at is null",
        ),
        _by_statement(
            "sku_listed", "`sku` is in core.products", "have sku that core.products lacks", "find_sold_unlisted"
        ),
        _as_delivered("order_lines"),
    )
    return _keyed("order_lines", _key("order_lines"), checks, ("core.products",))


def _orders() -> Suite:
    made = (
        Column("goods_amount", Kind.MONEY, required=True),
        Column("n_lines", Kind.COUNT, required=True),
        SOURCE,
    )
    checks = (
        *_by_columns("orders", made, nullable=("customer_id",)),
        *FX_RATE,
        Check(
            "delivered_after_ordered",
            "`delivered_at` is not before `ordered_at`",
            "have delivered_at before ordered_at",
            Severity.WARNING,
            condition="delivered_at < ordered_at",
        ),
        _by_statement(
            "customer_listed",
            "`customer_id` is null or in core.customers",
            "have customer_id that core.customers lacks",
            "find_orders_unlisted",
        ),
        _by_statement(
            "lines_kept",
            "each line of a delivered order names an order of this table",
            "name an order that this table lacks",
            "find_lines_without_order",
            subject="order line",
        ),
        _as_delivered("orders"),
    )
    return _keyed("orders", _key("orders"), checks, ("core.customers", "core.order_lines"))


def _rma_matches() -> Suite:
    made = (
        *(Column(name, Kind.ID, required=True) for name in ("rma_id", "rma_line_id", "order_id", "line_id")),
        Column("quantity", Kind.QUANTITY, required=True),
        Column("paid_amount", Kind.MONEY, required=True),
        Column("match_method", Kind.WORD, required=True, words=FOUND),
    )
    checks = (
        *_by_columns(None, made),
        _by_statement(
            "purchase_exists",
            "the order line is in core.order_lines and has at least `quantity` units",
            "name an order line that core.order_lines lacks, or more units of it than were bought",
            "find_matches_without_purchase",
        ),
    )
    return _keyed("rma_matches", ("rma_id", "rma_line_id", "order_id", "line_id"), checks, ("core.order_lines",))


def _rma_lines() -> Suite:
    made = (
        Column("match_method", Kind.WORD, required=True, words=METHODS),
        Column("matched_quantity", Kind.COUNT, required=True),
        Column("bought_quantity", Kind.QUANTITY),
        *(Column(name, Kind.MONEY) for name in ("paid_amount", "requested_amount", "unit_cost")),
        *(Column(name, Kind.TIMESTAMP) for name in ("ordered_at", "delivered_at")),
        SOURCE,
    )
    checks = (
        *(given_check(name) for name in ("rma_line_id", "currency")),
        *_by_columns("returns", made),
        *FX_RATE,
        *_matching_checks(),
        _by_statement(
            "sku_listed", "`sku` is in core.products", "have sku that core.products lacks", "find_returned_unlisted"
        ),
        _by_statement(
            "customer_listed",
            "`customer_id` is null or in core.customers",
            "have customer_id that core.customers lacks",
            "find_requests_unlisted",
        ),
        _as_delivered("rma_lines"),
    )
    return _keyed("rma_lines", _key("returns"), checks, ("core.customers", "core.products", "core.rma_matches"))


def _matching_checks() -> tuple[Check, ...]:
    """Return the checks of what an RMA line says about its purchase."""
    return (
        Check(
            "matched_within_quantity",
            "`matched_quantity` is not above `quantity`",
            "have matched_quantity above quantity",
            condition="matched_quantity > quantity",
        ),
        Check(
            "method_fits",
            "`match_method` is `none` where `matched_quantity` is 0, and only there",
            "have match_method that does not fit matched_quantity",
            condition="(match_method = 'none') <> (matched_quantity = 0)",
        ),
        Check(
            "bought_before",
            "`ordered_at` is not after `requested_at`",
            "have ordered_at after requested_at",
            condition="ordered_at > requested_at",
        ),
        _by_statement(
            "matches_kept",
            "each match names a line of this table",
            "name an RMA line that this table lacks",
            "find_matches_without_line",
            subject="match",
        ),
    )


def _rmas() -> Suite:
    made = (
        Column("rma_id", Kind.ID, required=True),
        Column("requested_at", Kind.TIMESTAMP, required=True),
        *(Column(name, Kind.QUANTITY, required=True) for name in ("n_lines", "quantity")),
        *(Column(name, Kind.MONEY) for name in ("requested_amount", "refund_amount")),
        Column("n_matched_lines", Kind.COUNT, required=True),
        SOURCE,
    )
    checks = (
        *_by_columns(None, made),
        given_check("requested_on"),
        _by_statement(
            "lines_kept",
            "each RMA line names an RMA of this table",
            "name an RMA that this table lacks",
            "find_lines_without_rma",
            subject="RMA line",
        ),
        _by_statement(
            "lines_add_up",
            "`n_lines` is the number of the RMA's lines",
            "have n_lines other than their lines",
            "find_rmas_miscounted",
        ),
    )
    return _keyed("rmas", ("rma_id",), checks, ("core.rma_lines",))


def _other_lines() -> Suite:
    made = (
        Column("kind", Kind.TEXT, required=True),
        Column("amount", Kind.AMOUNT, required=True),
        Column("occurred_at", Kind.TIMESTAMP, required=True),
        SOURCE,
    )
    return Suite("core.other_lines", ("order_id", "line_id"), (*_by_columns(None, made), _as_delivered("other_lines")))


def _support_contacts() -> Suite:
    checks = (*_by_columns("support_contacts"), _as_delivered("support_contacts"))
    return _keyed("support_contacts", _key("support_contacts"), checks)


def _chargebacks() -> Suite:
    order = _by_statement(
        "order_listed",
        "`order_id` is in core.orders",
        "have order_id that core.orders lacks",
        "find_chargebacks_without_order",
        Severity.WARNING,
    )
    checks = (*_by_columns("chargebacks"), order, _as_delivered("chargebacks"))
    return _keyed("chargebacks", _key("chargebacks"), checks, ("core.orders",))


def _review_labels() -> Suite:
    rma = _by_statement(
        "rma_listed",
        "`rma_id` is in core.rmas",
        "have rma_id that core.rmas lacks",
        "find_verdicts_without_rma",
        Severity.WARNING,
    )
    checks = (*_by_columns("review_labels"), rma, _as_delivered("review_labels"))
    return _keyed("review_labels", _key("review_labels"), checks, ("core.rmas",))

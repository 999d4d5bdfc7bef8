from __future__ import annotations

import pytest

from pipelines.quality.count import count_breaches, describe_breach
from pipelines.quality.model import Check, Severity, Suite
from pipelines.quality.suites import core_suites, raw_suites, report_suites
from pipelines.warehouse import Warehouse

SUITES = {suite.table: suite for suite in (*raw_suites(), *core_suites(), *report_suites())}

SPOILED = {
    "null": "null",
    "given": "null",
    "not_negative": "-1",
    "above_zero": "0",
    "is_code": "'eur'",
    "known": "'no such word'",
    "by_cut": "timestamp '2026-01-31 00:00:01'",
    "by_as_of": "timestamp '2026-01-31 00:00:01'",
    "since_1990": "timestamp '1989-12-31 23:59:59'",
}
"""A value that breaks a check, by the ending of the check's name."""


def breaches(warehouse: Warehouse, table: str) -> dict[str, int]:
    """Return the checks of a table that are broken."""
    return {name: n_rows for name, n_rows in count_breaches(warehouse, SUITES[table]).items() if n_rows}


def said(warehouse: Warehouse, table: str, name: str) -> str:
    """Return the sentence of a broken check."""
    suite = SUITES[table]
    check = next(check for check in suite.checks if check.name == name)
    return describe_breach(warehouse, suite, check, count_breaches(warehouse, suite)[name])


def test_nothing_is_broken_in_the_good_warehouse(warehouse: Warehouse) -> None:
    assert {table: broken for table in SUITES if (broken := breaches(warehouse, table))} == {}
    assert all(warehouse.count(table) for table in SUITES if table.startswith("core."))


def column_of(check: Check) -> tuple[str, str] | None:
    """Return the column that a check by declaration is about and the value that breaks it."""
    found = [ending for ending in SPOILED if check.condition and check.name.endswith(f"_{ending}")]
    return (check.name.removesuffix(f"_{found[0]}"), SPOILED[found[0]]) if found else None


@pytest.mark.parametrize("table", [table for table in SUITES if table.startswith("core.")])
def test_every_check_of_a_column_finds_the_one_row_that_breaks_it(warehouse: Warehouse, table: str) -> None:
    key = SUITES[table].key
    run = warehouse.connection.execute
    run(f"create temp table held as select *, row_number() over (order by {', '.join(key)}) as place from {table}")  # noqa: S608 - test data
    checked = 0
    for check in SUITES[table].checks:
        if (target := column_of(check)) is None:
            continue
        column, value = target
        changed = f"case when place = 1 then {value} else {column} end as {column}"
        run(f"create or replace table {table} as select * exclude (place) replace ({changed}) from held")  # noqa: S608 - test data
        assert breaches(warehouse, table).get(check.name) == 1, check.name
        checked += 1
    assert checked > 2


CASES = [
    (
        "core.order_lines",
        "key_unique",
        "insert into core.order_lines select * from core.order_lines where order_id = 'O1' and line_id = '2'",
        "core.order_lines: 1 row repeats the key (order_id, line_id), e.g. (O1, 2)",
    ),
    (
        "core.order_lines",
        "line_amount_adds_up",
        "update core.order_lines set line_amount = 10 where order_id = 'O1'",
        "core.order_lines: 2 rows have line_amount other than quantity x unit_price, e.g. (O1, 1), (O1, 2)",
    ),
    (
        "core.order_lines",
        "priced",
        "update core.order_lines set unit_price = null where order_id = 'O2'",
        "core.order_lines: 1 row has no unit_price though the order was delivered, e.g. (O2, 1)",
    ),
    (
        "core.order_lines",
        "order_delivered",
        "update core.order_lines set ordered_at = null where order_id = 'O2'",
        "core.order_lines: 1 row names an order that was never delivered, e.g. (O2, 1)",
    ),
    (
        "core.order_lines",
        "sku_listed",
        "delete from core.products where sku = 'B'",
        "core.order_lines: 1 row has sku that core.products lacks, e.g. (O1, 2, B)",
    ),
    (
        "core.order_lines",
        "rows_as_delivered",
        "delete from core.order_lines where order_id = 'O1'",
        "core.order_lines: 2 rows are too many or missing against raw, e.g. (1 held, 3 delivered)",
    ),
    (
        "core.orders",
        "delivered_after_ordered",
        "update core.orders set delivered_at = '2025-12-31' where order_id = 'O1'",
        "core.orders: 1 row has delivered_at before ordered_at, e.g. (O1)",
    ),
    (
        "core.orders",
        "customer_listed",
        "delete from core.customers where customer_id = 'C2'",
        "core.orders: 1 row has customer_id that core.customers lacks, e.g. (O2, C2)",
    ),
    (
        "core.orders",
        "lines_kept",
        "delete from core.orders where order_id = 'O1'",
        "core.orders: 2 order lines name an order that this table lacks, e.g. (O1, 1), (O1, 2)",
    ),
    (
        "core.orders",
        "rows_as_delivered",
        "insert into core.orders by name select * replace ('O9' as order_id) from core.orders",
        "core.orders: 2 rows are too many or missing against raw, e.g. (4 held, 2 delivered)",
    ),
    (
        "core.rma_matches",
        "purchase_exists",
        "update core.rma_matches set quantity = 3 where rma_id = 'R1'",
        "core.rma_matches: 1 row gives back units that core.order_lines lacks, e.g. (R1, A, O1, 1)",
    ),
    (
        "core.rma_matches",
        "purchase_exists",
        "delete from core.order_lines where line_id = '2'",
        "core.rma_matches: 1 row gives back units that core.order_lines lacks, e.g. (R2, x, O1, 2)",
    ),
    (
        "core.rma_lines",
        "matched_within_quantity",
        "update core.rma_lines set matched_quantity = 2 where rma_id = 'R1'",
        "core.rma_lines: 1 row has matched_quantity above quantity, e.g. (R1, A)",
    ),
    (
        "core.rma_lines",
        "method_fits",
        "update core.rma_lines set match_method = 'keys' where sku = 'Z'",
        "core.rma_lines: 1 row has match_method that does not fit matched_quantity, e.g. (R2, y)",
    ),
    (
        "core.rma_lines",
        "named_purchase_found",
        "update core.rma_lines set match_method = 'none', order_id = 'O9' where rma_id = 'R1'",
        (
            "core.rma_lines: 1 row names an order that has no such goods, was not delivered or was placed later, "
            "e.g. (R1, A)"
        ),
    ),
    (
        "core.rma_lines",
        "bought_before",
        "update core.rma_lines set ordered_at = '2026-01-11' where rma_id = 'R1'",
        "core.rma_lines: 1 row has ordered_at after requested_at, e.g. (R1, A)",
    ),
    (
        "core.rma_lines",
        "codes_mapped",
        (
            "insert into yielded_amazon_fba_unknown_codes by name "
            "select 'amazon_fba' as source, 'reasons' as map, 'GREMLINS' as code, 2 as n_rows"
        ),
        (
            "core.rma_lines: 2 delivered rows have a code that no map of their source knows, "
            "e.g. (amazon_fba, reasons, GREMLINS)"
        ),
    ),
    (
        "core.rma_lines",
        "matches_kept",
        "delete from core.rma_lines where rma_id = 'R1'",
        "core.rma_lines: 1 allocation names an RMA line that this table lacks, e.g. (R1, A)",
    ),
    (
        "core.rma_lines",
        "sku_listed",
        "delete from core.products where sku = 'Z'",
        "core.rma_lines: 1 row has sku that core.products lacks, e.g. (R2, y, Z)",
    ),
    (
        "core.rma_lines",
        "customer_listed",
        "delete from core.customers where customer_id = 'C1'",
        "core.rma_lines: 2 rows have customer_id that core.customers lacks, e.g. (R1, A, C1), (R2, x, C1)",
    ),
    (
        "core.rma_lines",
        "rows_as_delivered",
        "delete from core.rma_lines where rma_id = 'R2'",
        "core.rma_lines: 2 rows are too many or missing against raw, e.g. (1 held, 3 delivered)",
    ),
    (
        "core.rmas",
        "lines_kept",
        "delete from core.rmas where rma_id = 'R2'",
        "core.rmas: 2 RMA lines name an RMA that this table lacks, e.g. (R2, x), (R2, y)",
    ),
    (
        "core.rmas",
        "lines_add_up",
        "delete from core.rma_lines where sku = 'Z'",
        "core.rmas: 1 row has n_lines other than their lines, e.g. (R2, 2 said, 1 there)",
    ),
    (
        "core.other_lines",
        "rows_as_delivered",
        "delete from core.other_lines",
        "core.other_lines: 1 row is too many or missing against raw, e.g. (0 held, 1 delivered)",
    ),
    (
        "core.support_contacts",
        "rows_as_delivered",
        "delete from core.support_contacts",
        "core.support_contacts: 1 row is too many or missing against raw, e.g. (0 held, 1 delivered)",
    ),
    (
        "core.chargebacks",
        "order_listed",
        "delete from core.orders where order_id = 'O1'",
        "core.chargebacks: 1 row has order_id that core.orders lacks, e.g. (B1, O1)",
    ),
    (
        "core.chargebacks",
        "rows_as_delivered",
        "delete from core.chargebacks",
        "core.chargebacks: 1 row is too many or missing against raw, e.g. (0 held, 1 delivered)",
    ),
    (
        "core.review_labels",
        "rma_listed",
        "delete from core.rmas where rma_id = 'R1'",
        "core.review_labels: 1 row has rma_id that core.rmas lacks, e.g. (R1, ann)",
    ),
    (
        "core.review_labels",
        "rows_as_delivered",
        "delete from core.review_labels",
        "core.review_labels: 1 row is too many or missing against raw, e.g. (0 held, 1 delivered)",
    ),
    (
        "raw.ingest_ledger",
        "rows_add_up",
        (
            "create or replace table raw.ingest_ledger as select * "
            "replace (if(delivery_id = 1, 0, rows_updated) as rows_updated) from raw.ingest_ledger"
        ),
        (
            "raw.ingest_ledger: 1 row has rows_read that is not the sum of what became of them,"
            " e.g. (canonical/orders.csv)"
        ),
    ),
    (
        "raw.ingest_ledger",
        "rows_add_up",
        "update raw.ingest_ledger set rows_read = null where delivery_id = 2",
        (
            "raw.ingest_ledger: 1 row has rows_read that is not the sum of what became of them,"
            " e.g. (canonical/order_lines.csv)"
        ),
    ),
    (
        "raw.quarantine",
        "rows_as_ledger",
        "delete from raw.quarantine",
        (
            "raw.quarantine: 2 rows are in quarantine without the ledger, or in the ledger without quarantine,"
            " e.g. (canonical/orders.csv, 0 held, 2 refused)"
        ),
    ),
    (
        "raw.quarantine",
        "rows_as_ledger",
        "insert into raw.quarantine (path, delivery_id) values ('x', 99)",
        (
            "raw.quarantine: 1 row is in quarantine without the ledger, or in the ledger without quarantine,"
            " e.g. (null, 1 held, 0 refused)"
        ),
    ),
    (
        "raw.orders",
        "rows_as_ledger",
        "delete from raw.orders where order_id = 'O3'",
        "raw.orders: 1 row is too many or missing against the ledger, e.g. (2 held, 3 loaded)",
    ),
    (
        "raw.customers",
        "rows_as_ledger",
        "delete from raw.ingest_ledger where delivery_id = 5",
        "raw.customers: 2 rows are too many or missing against the ledger, e.g. (2 held, 0 loaded)",
    ),
    (
        "report.report_checks",
        "all_equal",
        "update report.report_checks set actual = 9, is_ok = false",
        (
            "report.report_checks: 1 figure differs between source and report,"
            " e.g. (refunds, 10.0000 expected, 9.0000 found)"
        ),
    ),
    (
        "report.report_trial_balance",
        "all_balanced",
        "update report.report_trial_balance set right_amount = 9, is_ok = false",
        (
            "report.report_trial_balance: 1 balance has sides that differ,"
            " e.g. (refunds, card, 10.0000 on the left, 9.0000 on the right)"
        ),
    ),
]


@pytest.mark.parametrize(("table", "name", "spoil", "sentence"), CASES, ids=[f"{case[0]}-{case[1]}" for case in CASES])
def test_a_breach_is_found_and_said(warehouse: Warehouse, table: str, name: str, spoil: str, sentence: str) -> None:
    warehouse.connection.execute(spoil)
    assert said(warehouse, table, name) == sentence


def test_every_check_has_been_seen_to_fail() -> None:
    """The checks by declaration fail above, column by column; each other one stands in a case.

    Warnings about delivered tables have tests of their own.
    """
    by_case = {(table, name) for table, name, _, _ in CASES}
    unseen = [
        (table, check.name)
        for table, suite in SUITES.items()
        for check in suite.checks
        if column_of(check) is None and check.name not in {"key_unique", "rows_as_ledger"}
        if not (table.startswith("raw.") and check.severity is Severity.WARNING)
        if (table, check.name) not in by_case
    ]
    assert unseen == []


@pytest.mark.parametrize("table", [table for table, suite in SUITES.items() if suite.checks[0].name == "key_unique"])
def test_a_row_held_twice_repeats_its_key_once(warehouse: Warehouse, table: str) -> None:
    warehouse.connection.execute(f"insert into {table} from {table} limit 1")
    assert breaches(warehouse, table)["key_unique"] == 1


def test_the_sentence_shows_the_first_three_of_many(warehouse: Warehouse) -> None:
    warehouse.connection.execute("insert into core.orders select orders.* from core.orders, range(4)")
    assert (
        said(warehouse, "core.orders", "key_unique") == "core.orders: 8 rows repeat the key (order_id), e.g. (O1), (O2)"
    )
    warehouse.connection.execute("update core.order_lines set quantity = 0")
    shown = said(warehouse, "core.order_lines", "quantity_above_zero")
    assert shown == "core.order_lines: 3 rows have quantity not above 0, e.g. (O1, 1), (O1, 2), (O2, 1)"


def test_an_order_line_without_its_order_is_kept_and_is_no_loss(warehouse: Warehouse) -> None:
    warehouse.connection.execute(
        "insert into raw.order_lines (order_id, line_id, sku, quantity, unit_price) values ('O8', '1', 'A', 1, 9)"
    )
    warehouse.build("core.order_lines", "core/build_order_lines")
    warehouse.build("core.orders", "core/build_orders")
    assert breaches(warehouse, "core.order_lines") == {"order_delivered": 1}
    assert breaches(warehouse, "core.orders") == {}


def test_a_suite_without_conditions_counts_its_queries_alone(warehouse: Warehouse) -> None:
    check = Check("two", "rule", "are two", query="select 2 as n_rows, 'x' as what union all select 1, 'y'")
    suite = Suite("core.orders", ("order_id",), (check,))
    assert count_breaches(warehouse, suite) == {"two": 3}
    assert describe_breach(warehouse, suite, check, 3) == "core.orders: 3 rows are two, e.g. (x), (y)"

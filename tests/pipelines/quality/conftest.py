"""A small warehouse, filled by hand and built by the project's own statements, in which every check holds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.core import build_matches
from pipelines.quality.delivered import prepare_warnings
from pipelines.resources import Pipeline
from pipelines.warehouse import Warehouse

AS_OF = "2026-01-31T00:00:00Z"
DELIVERED = {
    "orders": """
        (order_id, customer_id, ordered_at, currency, shipped_at, delivered_at, delivery_proof, shipping_fee) values
        ('O1', 'C1', '2026-01-01', 'EUR', '2026-01-02', '2026-01-03', 'scan', 4.00),
        ('O2', 'C2', '2026-01-02', 'EUR', null, null, null, null),
        ('O3', 'C2', '2026-03-01', 'EUR', null, null, null, null)""",
    "order_lines": """
        (order_id, line_id, sku, quantity, unit_price, list_price) values
        ('O1', '1', 'A', 2, 10.00, 12.00), ('O1', '2', 'B', 1, 5.00, null), ('O2', '1', 'A', 1, 10.00, null),
        ('O3', '1', 'A', 1, 10.00, null)""",
    "returns": """
        (rma_id, rma_line_id, order_id, line_id, customer_id, sku, quantity, requested_at, status, claim_type,
         refund_amount, refunded_at, received_at, received_quantity) values
        ('R1', null, 'O1', '1', 'C1', 'A', 1, '2026-01-10', 'refunded', 'return', 10.00, '2026-01-15', '2026-01-14', 1),
        ('R2', 'x', null, null, 'C1', 'B', 1, '2026-01-12', 'requested', null, null, null, null, null),
        ('R2', 'y', null, null, null, 'Z', 3, '2026-01-12', 'requested', null, null, null, null, null),
        ('R3', null, null, null, 'C2', 'A', 1, '2026-03-02', 'requested', null, null, null, null, null)""",
    "products": "(sku, category, unit_cost, weight_g) values ('A', 'top', 4.00, 300), ('B', 'shoe', null, null)",
    "customers": "(customer_id, created_at) values ('C1', '2025-06-01'), ('C2', null)",
    "support_contacts": "(contact_id, contacted_at, customer_id) values ('S1', '2026-01-11', 'C1')",
    "chargebacks": "(chargeback_id, order_id, opened_at, amount) values ('B1', 'O1', '2026-01-20', 25.00)",
    "review_labels": "(rma_id, verdict, decided_at, decided_by) values ('R1', 'legitimate', '2026-01-21', 'ann')",
    "online_retail_lines": """
        (invoice_no, line_no, stock_code, quantity, invoice_date, unit_price) values
        ('I1', 1, 'POST', 1, '2026-01-05', 3.00)""",
}
"""What was delivered: ``insert into`` the raw table of that name."""
REFUSED = {"orders": 2}
"""Rows in quarantine, by the table whose file held them."""


@pytest.fixture(scope="session")
def good_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with the committed small warehouse."""
    home = tmp_path_factory.mktemp("quality")
    pipeline = Pipeline(home=str(home), as_of=AS_OF)
    _deliver(pipeline.warehouse)
    pipeline.refresh_views()
    _build(pipeline.warehouse)
    pipeline.close()
    return home


@pytest.fixture
def warehouse(good_home: Path, tmp_path: Path) -> Iterator[Warehouse]:
    """Yield the small warehouse, for one test to spoil."""
    home = shutil.copytree(good_home, tmp_path / "home")
    pipeline = Pipeline(home=str(home), as_of=AS_OF)
    prepare_warnings(pipeline.warehouse)
    yield pipeline.warehouse
    pipeline.fail()
    pipeline.close()


def _deliver(warehouse: Warehouse) -> None:
    """Fill raw, its ledger and its quarantine."""
    run = warehouse.connection.execute
    for number, (table, rows) in enumerate(DELIVERED.items(), 1):
        run(f"insert into raw.{table} {rows}")
        loaded, refused = warehouse.count(f"raw.{table}"), REFUSED.get(table, 0)
        run(
            'insert into raw.ingest_ledger (delivery_id, path, "table", rows_read, rows_loaded, rows_updated, '
            "rows_duplicate, rows_quarantined, status) values (?, ?, ?, ?, ?, 1, 2, ?, 'loaded')",
            [number, f"canonical/{table}.csv", table, loaded + refused + 3, loaded, refused],
        )
        for row in range(refused):
            run("insert into raw.quarantine (path, row_number, delivery_id) values (?, ?, ?)", [table, row, number])


def _build(warehouse: Warehouse) -> None:
    """Build core from raw, and a report of checks that came out equal."""
    warehouse.connection.execute(
        "create table core.exchange_rates as "
        "select currency, date '1970-01-01' as rate_on, cast(1 as decimal(18, 8)) as fx_rate "
        "from (values ('EUR'), ('GBP')) as used (currency)"
    )
    warehouse.set_variable("reporting_currency", "EUR")
    for name in ("products", "customers", "order_lines", "orders"):
        warehouse.build(f"core.{name}", f"core/build_{name}")
    build_matches(warehouse)
    for name in ("rma_lines", "rmas", "other_lines", "support_contacts", "chargebacks", "review_labels"):
        warehouse.build(f"core.{name}", f"core/build_{name}")
    warehouse.connection.execute(
        "create table report.report_checks as select 'refunds' as check_name, cast(10 as decimal(18, 4)) as expected, "
        "cast(10 as decimal(18, 4)) as actual, cast(0 as decimal(18, 4)) as difference, true as is_ok"
    )
    warehouse.connection.execute(
        "create table report.report_trial_balance as select 'refunds' as balance, 'card' as subject, "
        "cast(10 as decimal(18, 4)) as left_amount, cast(10 as decimal(18, 4)) as right_amount, true as is_ok"
    )

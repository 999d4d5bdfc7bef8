"""A shop in memory: the core tables with every column, filled by hand, and the report tables built from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from pipelines.cost_model import CostSettings, LabelRates, RefurbishRates, ResaleShares, rate_rows
from pipelines.cost_rules import CostRule, rule_rows
from pipelines.reports.catalogue import REPORT_TABLES
from pipelines.reports.declare import ReportTable
from sql import statement

MONEY = "decimal(18, 4)"
CORE_COLUMNS = {
    "orders": "order_id varchar, customer_id varchar, ordered_at timestamp, currency varchar, status varchar, "
    f"channel varchar, shipping_fee {MONEY}, delivered_at timestamp, goods_amount {MONEY}, n_lines bigint, "
    "ship_country varchar, is_gift boolean, source varchar, email_hash varchar, phone_hash varchar, "
    "payment_fingerprint_hash varchar, device_id_hash varchar, ship_address_hash varchar, ship_postcode varchar, "
    "ip_address_hash varchar",
    "customers": "customer_id varchar, first_ordered_at timestamp, created_at timestamp, email_hash varchar, "
    "phone_hash varchar, address_hash varchar, postcode varchar",
    "order_lines": "order_id varchar, line_id varchar, customer_id varchar, ordered_at timestamp, "
    f"delivered_at timestamp, sku varchar, quantity bigint, unit_price {MONEY}, list_price {MONEY}, "
    f"unit_cost {MONEY}, line_amount {MONEY}, product_name varchar, category varchar, style_id varchar, "
    "size varchar, color varchar, serial_number varchar, source varchar",
    "products": f"sku varchar, product_name varchar, category varchar, style_id varchar, unit_cost {MONEY}, "
    f"list_price {MONEY}, weight_g bigint, return_window_days bigint, warranty_days bigint, unopened_only boolean, "
    "final_sale boolean, is_serialised boolean, supplier_id varchar",
    "rma_lines": "rma_id varchar, rma_line_id varchar, customer_id varchar, sku varchar, category varchar, "
    "product_name varchar, quantity bigint, requested_at timestamp, status varchar, claim_type varchar, "
    "reason_code varchar, customer_comment varchar, return_method varchar, authorized_at timestamp, "
    "shipped_at timestamp, received_at timestamp, inspected_at timestamp, closed_at timestamp, carrier varchar, "
    "tracking_number varchar, scan_weight_g bigint, tracking_destination_postcode varchar, dock_received boolean, "
    "received_quantity bigint, received_serial varchar, condition_grade varchar, is_opened boolean, "
    f"restocked boolean, refund_method varchar, refund_amount {MONEY}, refunded_at timestamp, "
    f"restocking_fee {MONEY}, label_cost {MONEY}, agent_id varchar, store_id varchar, currency varchar, "
    "fx_rate decimal(18, 8), order_id varchar, line_id varchar, match_method varchar, matched_quantity bigint, "
    f"bought_quantity bigint, paid_amount {MONEY}, requested_amount {MONEY}, unit_cost {MONEY}, ordered_at timestamp, "
    "delivered_at timestamp, source varchar, refund_payment_fingerprint_hash varchar",
    "rma_matches": "rma_id varchar, rma_line_id varchar, order_id varchar, line_id varchar, quantity bigint, "
    f"paid_amount {MONEY}, match_method varchar",
    "rmas": "rma_id varchar, customer_id varchar, requested_at timestamp, requested_on date, n_lines bigint, "
    f"quantity bigint, requested_amount {MONEY}, refund_amount {MONEY}, n_matched_lines bigint, source varchar",
    "other_lines": "order_id varchar, line_id varchar, customer_id varchar, sku varchar, kind varchar, "
    f"quantity bigint, amount {MONEY}, occurred_at timestamp, source varchar",
    "support_contacts": "contact_id varchar, contacted_at timestamp, customer_id varchar, order_id varchar, "
    "topic varchar, agent_id varchar, resolution varchar",
    "chargebacks": f"chargeback_id varchar, order_id varchar, opened_at timestamp, amount {MONEY}, reason varchar, "
    "outcome varchar",
    "review_labels": "rma_id varchar, verdict varchar, decided_at timestamp, decided_by varchar",
    "cost_rules": "rule bigint, valid_from date, valid_to date, category varchar, return_method varchar, "
    "carrier varchar, country varchar, rate varchar, variant varchar, value decimal(18, 6)",
    "cost_rates": "rate varchar, variant varchar, value decimal(18, 6)",
}
DERIVED = {
    "orders": "select order_id, min(customer_id) as customer_id, min(ordered_at) as ordered_at, count(*) as n_lines, "
    "sum(line_amount) as goods_amount from core.order_lines group by order_id having min(ordered_at) is not null",
    "products": "select sku, min(product_name) as product_name, min(category) as category, min(style_id) as style_id "
    "from core.order_lines group by sku union all by name select distinct sku from core.rma_lines where sku not in "
    "(select sku from core.order_lines)",
    "rmas": "select rma_id, min(customer_id) as customer_id, min(requested_at) as requested_at, count(*) as n_lines "
    "from core.rma_lines group by rma_id",
}
"""Core tables that the helper sums up from the lines, so that a test writes each fact once."""

DELIVERED = {"returns": "rma_lines", "orders": "orders", "chargebacks": "chargebacks"}
"""What was delivered, as the rows that became core: the reports that read deliveries hold core against them."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shop:
    """The core tables of one test. What a row does not name is null; requests default to 10 January 2025."""

    connection: duckdb.DuckDBPyConnection
    built: set[str] = field(default_factory=set)
    """Report tables that stand; the others are built when somebody reads them."""

    def insert(self, table: str, **values: object) -> None:
        """Insert one row into a core table."""
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        self.connection.execute(f"insert into core.{table} ({names}) values ({marks})", list(values.values()))  # noqa: S608

    def sell(self, order_id: str, sku: str, quantity: int, unit_price: str, **values: object) -> None:
        """Add an order line, sold on 1 January 2025 as line 1 unless ``values`` say otherwise."""
        amount = quantity * Decimal(unit_price)
        defaults = {"line_id": "1", "ordered_at": "2025-01-01", "customer_id": "C1", "source": "canonical"}
        line = {"order_id": order_id, "sku": sku, "quantity": quantity, "unit_price": Decimal(unit_price)}
        self.insert("order_lines", **{**defaults, **line, "line_amount": amount, **values})

    def rma(self, rma_id: str, **values: object) -> None:
        """Add a refunded RMA line 1 of one unit of SKU ``A`` without a purchase, unless ``values`` say otherwise."""
        defaults = {
            "rma_line_id": "1",
            "sku": "A",
            "quantity": 1,
            "requested_at": "2025-01-10",
            "status": "refunded",
            "match_method": "none",
            "matched_quantity": 0,
            "source": "canonical",
        }
        self.insert("rma_lines", rma_id=rma_id, **{**defaults, **values})

    def match(self, rma_id: str, order_id: str, quantity: int, paid: str, *, rma_line_id: str = "1") -> None:
        """Match units of an RMA line to line 1 of an order, for which ``paid`` was paid."""
        line = {"order_id": order_id, "line_id": "1", "quantity": quantity, "paid_amount": Decimal(paid)}
        self.insert("rma_matches", rma_id=rma_id, rma_line_id=rma_line_id, match_method="keys", **line)

    def flag(self, rma_id: str, *, is_flagged: bool = True) -> None:
        """Have an RMA scored."""
        insert = "insert into score.rma_scores (rma_id, is_flagged) values (?, ?)"
        self.connection.execute(insert, [rma_id, is_flagged])

    def rates(self, costs: CostSettings) -> None:
        """Replace the cost rates."""
        self.connection.execute("delete from core.cost_rates")
        self.connection.executemany("insert into core.cost_rates values (?, ?, ?)", rate_rows(costs))

    def rules(self, *rules: dict[str, object]) -> None:
        """Replace the rules of the cost model."""
        self.connection.execute("delete from core.cost_rules")
        for row in rule_rows([CostRule.model_validate(rule) for rule in rules]):
            self.connection.execute("insert into core.cost_rules values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    def build(self, *names: str) -> None:
        """Fill the core tables that sum up others; report tables are built anew, those named (or all read) at once."""
        for table, select in DERIVED.items():
            self.connection.execute(f"delete from core.{table}")  # noqa: S608
            self.connection.execute(f"insert into core.{table} by name {select}")
        self.report(*names)

    def report(self, *names: str) -> None:
        """Have report tables built anew from the core tables; those named, and what they read, at once."""
        self.built.clear()
        self._make(names)

    def _make(self, names: Iterable[str]) -> None:
        """Build report tables that do not stand, each after those that it reads."""
        for report in needed(names):
            if report.name not in self.built:
                select = statement(report.statement)
                self.connection.execute(f"create or replace table report.{report.name} as {select}")
                self.built.add(report.name)

    def table(self, name: str) -> list[Row]:
        """Return the rows of a report table as they are stored."""
        self._make([name])
        cursor = self.connection.execute(f"select * from report.{name}")  # noqa: S608
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def costs(self) -> dict[str, Decimal]:
        """Build all, and return the ledger of a shop with one RMA line: amount by component."""
        self.build()
        return {row["component"]: row["amount"] for row in self.table("return_costs")}

    def failed_checks(self) -> list[Row]:
        """Return the checks that did not hold."""
        return [row for row in self.table("report_checks") if not row["is_ok"]]


def needed(names: Iterable[str]) -> list[ReportTable]:
    """Return the report tables of some names and those that they read, in the order in which they are built."""
    wanted = {f"report.{name}" for name in names}
    for report in reversed(REPORT_TABLES):
        wanted |= set(report.reads) if f"report.{report.name}" in wanted else set()
    return [report for report in REPORT_TABLES if f"report.{report.name}" in wanted]


def open_shop() -> Shop:
    """Return an empty shop at 1 February 2025 with the default cost rates."""
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("create schema core; create schema report; create schema score")
    figures = ", ".join(f"{name} double" for name in ("value", "low", "high", "threshold"))
    connection.execute(
        'create table score.model_health ("check" varchar, subject varchar, stage varchar, since date, '
        f"n_before bigint, n_recent bigint, {figures}, is_alert boolean)"
    )
    connection.execute(
        "create table score.rma_scores (rma_id varchar, is_flagged boolean, customer_id varchar, ring_id varchar)"
    )
    connection.execute("create table source_facts (source varchar, namespace varchar, maps_version bigint)")
    connection.execute(
        "create table delivered_unknown_codes (source varchar, map varchar, code varchar, n_rows bigint)"
    )
    connection.execute(
        "create table core.exchange_rates as select 'EUR' as currency, date '1970-01-01' as rate_on, "
        "1::decimal(20, 12) as fx_rate"
    )
    for table, columns in CORE_COLUMNS.items():
        connection.execute(f"create table core.{table} ({columns})")
    for table, core in DELIVERED.items():
        connection.execute(f"create view delivered_{table} as select * from core.{core}")  # noqa: S608
    connection.execute("set variable cut_at = timestamp '9999-12-31 00:00:00'")
    connection.execute("set variable as_of = timestamp '2025-02-01 00:00:00'; set variable reporting_currency = 'EUR'")
    shop = Shop(connection)
    shop.rates(CostSettings())
    return shop


@pytest.fixture(scope="session")
def new_shop() -> Callable[[], Shop]:
    """Return what opens an empty shop, for tests that need one an example."""
    return open_shop


@pytest.fixture
def shop() -> Iterator[Shop]:
    """Return an empty shop."""
    opened = open_shop()
    yield opened
    opened.connection.close()


QUIET = CostSettings.model_validate(
    {
        "label": dict.fromkeys(LabelRates.model_fields, 0),
        "refurbish": dict.fromkeys(RefurbishRates.model_fields, 0),
        "resale_share": dict.fromkeys(ResaleShares.model_fields, 1),
        **dict.fromkeys(("outbound_shipping", "handling_per_line", "handling_per_unit", "support_cost"), 0),
        **dict.fromkeys(("payment_fee_share", "payment_fee_fixed", "chargeback_fee"), 0),
    }
)
"""Rates with which only refunds and the goods that came back are in the ledger."""


@pytest.fixture
def small_shop(shop: Shop) -> Shop:
    """Return a shop of three orders and four RMAs: two matched, one without shopper and purchase, one denied."""
    shop.rates(QUIET)
    shirt, bag = {"category": "Shirts", "product_name": "Shirt"}, {"category": None, "product_name": "Bag"}
    shop.sell("O1", "A", 4, "10", ordered_at="2024-11-05", **shirt)
    shop.sell("O2", "A", 2, "10", ordered_at="2024-12-10", **shirt)
    shop.sell("O2", "B", 1, "50", ordered_at="2024-12-10", line_id="2", **bag)
    shop.sell("O3", "B", 3, "50", ordered_at="2025-01-20", **bag)
    one = {"matched_quantity": 1, "customer_id": "C1"}
    given = {"category": "Shirts", "reason_code": "too small", "unit_cost": 4}
    asked = {"R1": ("2024-11-25", 10), "R2": ("2025-01-05", 50), "R3": ("2025-01-25", 20)}
    values = {
        rma_id: {"requested_at": at, "refund_amount": amount, "requested_amount": amount}
        for rma_id, (at, amount) in asked.items()
    }
    shop.rma("R1", **values["R1"], **given, **one, match_method="keys")
    shop.rma("R2", **values["R2"], **one, sku="B", unit_cost=20, match_method="order_sku")
    shop.rma("R3", **values["R3"], **given, quantity=2)
    denied = {"status": "denied", "requested_amount": 10, "requested_at": "2024-12-01"}
    shop.rma("R4", **denied, **one, category="Shirts", match_method="keys")
    shop.match("R1", "O1", 1, "10")
    shop.match("R2", "O2", 1, "50")
    shop.match("R4", "O1", 1, "10")
    shop.build()
    return shop

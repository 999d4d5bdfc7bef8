"""Warnings about delivered tables: each one is seen to hold, and to be broken by what it is about."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from features.contracts import Kind
from pipelines.ingest.sources import raw_tables
from pipelines.quality.count import count_breaches, describe_breach
from pipelines.quality.delivered import ENOUGH, ORDERINGS, delivered_checks, event_column, prepare_warnings
from pipelines.quality.model import Check, Severity
from pipelines.quality.suites import raw_suites
from pipelines.warehouse import Warehouse

SUITES = {suite.table: suite for suite in raw_suites()}
LOADED_AT = datetime(2026, 1, 31, 6)  # noqa: DTZ001 - UTC, as everywhere


def breaches(warehouse: Warehouse, table: str) -> dict[str, int]:
    """Return the checks of a raw table that are broken, with the rows that break each, but for the ledger's own."""
    prepare_warnings(warehouse)
    counted = count_breaches(warehouse, SUITES[f"raw.{table}"])
    return {name: n_rows for name, n_rows in counted.items() if n_rows and name != "rows_as_ledger"}


def said(warehouse: Warehouse, table: str, name: str) -> str:
    """Return the sentence of a broken check of a raw table."""
    suite = SUITES[f"raw.{table}"]
    check = next(check for check in suite.checks if check.name == name)
    prepare_warnings(warehouse)
    return describe_breach(warehouse, suite, check, count_breaches(warehouse, suite)[name])


def emptied(warehouse: Warehouse) -> Warehouse:
    """Return the warehouse without any delivery."""
    warehouse.clear_raw()
    return warehouse


def deliver(warehouse: Warehouse, number: int, table: str, rows: int, **values: object) -> None:
    """Write a delivery of so many rows into the ledger."""
    ledger: dict[str, object] = {
        "delivery_id": number, "path": f"{table}_{number}.csv", "source": "canonical", "table": table,
        "rows_read": rows, "rows_loaded": rows, "rows_updated": 0, "rows_duplicate": 0, "rows_quarantined": 0,
        "status": "loaded", "loaded_at": LOADED_AT, **values,
    }  # fmt: skip
    names = ", ".join(f'"{name}"' for name in ledger)
    marks = ", ".join("?" * len(ledger))
    warehouse.connection.execute(f"insert into raw.ingest_ledger ({names}) values ({marks})", list(ledger.values()))  # noqa: S608


def columns(warehouse: Warehouse, number: int, *, is_known: bool = True, **filled: int) -> None:
    """Write which columns a delivery has and how many rows fill them."""
    for name, n_filled in filled.items():
        warehouse.connection.execute(
            "insert into raw.delivered_columns values (?, ?, ?, ?)", [number, name, is_known, n_filled]
        )


def orders_on(warehouse: Warehouse, counts: dict[date, int]) -> None:
    """Deliver so many orders placed on each day."""
    for day, n_rows in counts.items():
        warehouse.connection.execute(
            "insert into raw.orders (order_id, ordered_at) select $day || '-' || i, $day::timestamp + interval 9 hour "
            "from range($rows) as r (i)",
            {"day": day.isoformat(), "rows": n_rows},
        )


def test_all_are_warnings_and_nothing_is_broken_in_the_good_warehouse(warehouse: Warehouse) -> None:
    for name, kind in raw_tables().items():
        checks = list(delivered_checks(kind))
        assert {check.severity for check in checks} == {Severity.WARNING}
        assert breaches(warehouse, name) == {}


@pytest.mark.parametrize("table", raw_tables())
def test_a_moment_after_the_day_behind_the_delivery_is_in_the_future(warehouse: Warehouse, table: str) -> None:
    emptied(warehouse)
    deliver(warehouse, 1, table, 2)
    dated = [column.name for column in raw_tables()[table].table.columns if column.kind in (Kind.TIMESTAMP, Kind.DAY)]
    for name in dated:
        warehouse.connection.execute(f"delete from raw.{table}")  # noqa: S608 - test data
        warehouse.connection.execute(
            f"insert into raw.{table} ({name}) values ('2026-02-01 23:59:59'), ('2026-02-02 00:00:00'), (null)"  # noqa: S608
        )
        assert breaches(warehouse, table) == {f"{name}_not_future": 1}


@pytest.mark.parametrize("table", raw_tables())
def test_moments_in_an_impossible_order_are_found(warehouse: Warehouse, table: str) -> None:
    names = {column.name for column in raw_tables()[table].table.columns}
    emptied(warehouse)
    for first, second in ORDERINGS:
        if {first, second} <= names:
            warehouse.connection.execute(f"delete from raw.{table}")  # noqa: S608 - test data
            warehouse.connection.execute(
                f"insert into raw.{table} ({first}, {second}) values ('2026-01-03', '2026-01-02 23:00'), "  # noqa: S608
                "('2026-01-02 09:00', '2026-01-02'), ('2026-01-01', '2026-01-02'), (null, '2026-01-01')"
            )
            assert breaches(warehouse, table)[f"{first}_before_{second}"] == 1


MONEY = [
    (name, column.name, next((one.name for one in kind.table.columns if one.kind is Kind.CURRENCY), None))
    for name, kind in raw_tables().items()
    for column in kind.table.columns
    if column.kind in (Kind.MONEY, Kind.AMOUNT)
]


@pytest.mark.parametrize(("table", "amount", "currency"), MONEY)
def test_an_amount_far_above_the_median_of_its_currency_is_found(
    warehouse: Warehouse, table: str, amount: str, currency: str | None
) -> None:
    emptied(warehouse)
    named, given = (f"{amount}, {currency}", ", 'EUR'") if currency else (amount, "")
    warehouse.connection.execute(
        f"insert into raw.{table} ({named}) select 10{given} from range({ENOUGH - 2}) "  # noqa: S608 - test data
        f"union all select 10000{given} union all select 10000.01{given} union all select 0{given}"
    )
    assert breaches(warehouse, table) == {f"{amount}_usual": 1}
    warehouse.connection.execute(f"delete from raw.{table} where {amount} = 10000")  # noqa: S608 - test data
    assert breaches(warehouse, table) == {}, "fewer than a thousand amounts are too few to be usual"


def test_a_few_large_amounts_are_tolerated() -> None:
    check = next(check for check in SUITES["raw.order_lines"].checks if check.name == "unit_price_usual")
    assert (check.limit(3999), check.limit(4000)) == (3, 4)
    assert check.value(3, 4000) == 0.00075
    assert (Check("x", "x", "have x").limit(4000), Check("x", "x", "have x").value(3, 4000)) == (0, 3)


@pytest.mark.parametrize(
    ("table", "currency"),
    [(name, c.name) for name, kind in raw_tables().items() for c in kind.table.columns if c.kind is Kind.CURRENCY],
)
def test_a_currency_that_hardly_any_row_has_is_found(warehouse: Warehouse, table: str, currency: str) -> None:
    emptied(warehouse)
    run = warehouse.connection.execute
    run(f"insert into raw.{table} ({currency}) select 'EUR' from range(1998) union all select 'USD'")  # noqa: S608
    assert breaches(warehouse, table) == {f"{currency}_usual": 1}
    assert said(warehouse, table, f"{currency}_usual").endswith("that hardly any other row has, e.g. (USD)")
    run(f"insert into raw.{table} ({currency}) select 'USD'")
    assert breaches(warehouse, table) == {}, "two of two thousand are not less than one in a thousand"


def test_new_columns_of_the_last_run_are_told(warehouse: Warehouse) -> None:
    deliver(emptied(warehouse), 1, "orders", 5, loaded_at=LOADED_AT - timedelta(1))
    columns(warehouse, 1, is_known=False, older=5)
    deliver(warehouse, 2, "orders", 5)
    columns(warehouse, 2, is_known=False, gift=2, wrap=0)
    assert breaches(warehouse, "orders") == {"columns_known": 2}
    assert said(warehouse, "orders", "columns_known") == "raw.orders: 2 columns are new, e.g. (gift), (wrap)"


def test_a_column_is_lost_when_earlier_files_filled_it_and_the_last_lacks_it(warehouse: Warehouse) -> None:
    deliver(emptied(warehouse), 1, "orders", 5)
    columns(warehouse, 1, order_id=5, email=3, phone=0)
    deliver(warehouse, 2, "orders", 5)
    columns(warehouse, 2, order_id=5)
    deliver(warehouse, 3, "returns", 5)
    columns(warehouse, 3, rma_id=5)
    deliver(warehouse, 4, "orders", 0)
    assert breaches(warehouse, "orders") == {"columns_kept": 1}
    assert said(warehouse, "orders", "columns_kept").endswith("the last one lacks them, e.g. (email)")
    deliver(warehouse, 5, "orders", 5)
    columns(warehouse, 5, order_id=5, email=0)
    assert breaches(warehouse, "orders") == {}


@pytest.mark.parametrize(
    ("rows", "filled", "is_told"), [(100, 24, True), (100, 25, False), (99, 0, False), (100, 0, True)]
)
def test_a_column_that_is_filled_half_as_often_is_told(
    warehouse: Warehouse, rows: int, filled: int, is_told: bool
) -> None:
    for number, n_filled in ((1, 40), (2, 60)):
        deliver(emptied(warehouse) if number == 1 else warehouse, number, "orders", 100)
        columns(warehouse, number, order_id=100, email=n_filled, phone=9)
    deliver(warehouse, 3, "orders", rows)
    columns(warehouse, 3, order_id=rows, email=filled, phone=0)
    assert breaches(warehouse, "orders") == ({"columns_filled": 1} if is_told else {})
    if filled == 24:
        assert said(warehouse, "orders", "columns_filled").endswith("e.g. (email, 24.0 % filled, 50.0 % before)")


def test_shares_of_refused_and_repeated_rows_are_told_of_the_last_run(warehouse: Warehouse) -> None:
    before = {"rows_loaded": 0, "loaded_at": LOADED_AT - timedelta(1)}
    deliver(emptied(warehouse), 1, "orders", 100, rows_quarantined=100, **before)
    deliver(warehouse, 2, "orders", 200, rows_loaded=198, rows_quarantined=2)
    assert breaches(warehouse, "orders") == {}
    deliver(warehouse, 3, "orders", 200, rows_loaded=197, rows_quarantined=3)
    deliver(warehouse, 4, "orders", 200, rows_loaded=100, rows_duplicate=100)
    deliver(warehouse, 5, "orders", 200, rows_loaded=99, rows_duplicate=101)
    deliver(warehouse, 6, "orders", 200, rows_loaded=0, rows_duplicate=200, status="duplicate")
    assert breaches(warehouse, "orders") == {"rows_accepted": 1, "rows_new": 1}
    assert said(warehouse, "orders", "rows_accepted").endswith("in quarantine, e.g. (orders_3.csv, 3 of 200 rows)")
    assert said(warehouse, "orders", "rows_new").endswith("e.g. (orders_5.csv, 101 of 200 rows)")


def test_a_column_that_cannot_be_read_any_more_is_told(warehouse: Warehouse) -> None:
    deliver(emptied(warehouse), 1, "returns", 100, rows_loaded=97, rows_quarantined=3)
    errors = ["refund_amount is not a readable money; status is not one of requested, closed"]
    errors += ["refund_amount is not a readable money", "sku is missing"]
    for number, error in enumerate(errors):
        warehouse.connection.execute(
            "insert into raw.quarantine (path, row_number, error_code, error, delivery_id) values ('r', ?, ?, ?, 1)",
            [number, "missing_value" if "missing" in error else "unreadable_value", error],
        )
    assert breaches(warehouse, "returns") == {"values_readable": 1, "rows_accepted": 1}
    assert said(warehouse, "returns", "values_readable").endswith("(refund_amount, returns_1.csv, 2 of 100 rows)")


FRIDAY = date(2026, 1, 30)
"""The last day that was over at the small warehouse's ``as_of``, 2026-01-31 00:00."""


def fridays(*counts: int) -> dict[date, int]:
    """Return the counts of the Fridays up to ``FRIDAY``, the last one last."""
    return {FRIDAY - timedelta(7 * weeks): n_rows for weeks, n_rows in enumerate(reversed(counts))}


def test_a_day_far_from_the_same_weekdays_before_is_told(warehouse: Warehouse) -> None:
    """History 2000 2100 2200 2050 2150: median 2100, MAD 50, spread 74.13, usual 2100 -+ 296.52."""
    orders_on(emptied(warehouse), fridays(2000, 2100, 2200, 2050, 2150, 120))
    assert breaches(warehouse, "orders") == {"days_usual": 1}
    assert said(warehouse, "orders", "days_usual") == (
        "raw.orders: 1 day has an unusual number of events, e.g. (Friday 2026-01-30, 120 rows, usual 1,804 to 2,396)"
    )


@pytest.mark.parametrize(("last", "is_told"), [(1803, True), (1804, False), (2396, False), (2397, True)])
def test_what_is_usual_ends_where_it_is_said_to(warehouse: Warehouse, last: int, is_told: bool) -> None:
    orders_on(emptied(warehouse), fridays(2000, 2100, 2200, 2050, 2150, last))
    assert breaches(warehouse, "orders") == ({"days_usual": 1} if is_told else {})


def test_equal_weeks_leave_room_for_chance(warehouse: Warehouse) -> None:
    """History 100 100 100 100: MAD 0, spread the root of 100, usual 60 to 140."""
    orders_on(emptied(warehouse), fridays(100, 100, 100, 100, 59))
    assert said(warehouse, "orders", "days_usual").endswith("(Friday 2026-01-30, 59 rows, usual 60 to 140)")
    warehouse.connection.execute("insert into raw.orders (order_id, ordered_at) values ('one more', '2026-01-30')")
    assert breaches(warehouse, "orders") == {}


def test_three_weeks_are_too_few_to_know_what_is_usual(warehouse: Warehouse) -> None:
    orders_on(emptied(warehouse), fridays(100, 100, 100, 0))
    assert breaches(warehouse, "orders") == {}


def test_a_day_without_rows_is_a_day_and_the_day_of_as_of_is_not_over(warehouse: Warehouse) -> None:
    daily = {FRIDAY - timedelta(day): 50 for day in range(60) if day != 3}
    orders_on(emptied(warehouse), daily | {FRIDAY + timedelta(1): 1})
    assert breaches(warehouse, "orders") == {"days_usual": 1}
    assert said(warehouse, "orders", "days_usual").endswith("(Tuesday 2026-01-27, 0 rows, usual 22 to 78)")


def test_days_of_long_ago_and_days_to_come_are_not_judged(warehouse: Warehouse) -> None:
    daily = {FRIDAY - timedelta(day): 50 for day in range(80)}
    daily |= {FRIDAY - timedelta(14): 500, date(2062, 1, 1): 3, date(1926, 1, 1): 3}
    orders_on(emptied(warehouse), daily)
    assert breaches(warehouse, "orders") == {}


def test_a_delivery_is_held_against_those_of_the_same_weekday(warehouse: Warehouse) -> None:
    """Saturdays 100 110 90 100 (median 100, MAD 5, spread 10), a Sunday of 5,000 that does not count."""
    emptied(warehouse)
    for number, (days, rows) in enumerate(((28, 100), (21, 110), (14, 90), (7, 100), (6, 5000))):
        deliver(warehouse, number, "orders", rows, loaded_at=LOADED_AT - timedelta(days))
    assert breaches(warehouse, "orders") == {}
    deliver(warehouse, 8, "orders", 41)
    deliver(warehouse, 9, "orders", 100)
    assert said(warehouse, "orders", "delivery_usual").endswith(
        "(delivered on Saturday 2026-01-31, 141 rows, usual 60 to 140)"
    )
    warehouse.connection.execute("delete from raw.ingest_ledger where delivery_id = 8")
    assert breaches(warehouse, "orders") == {}


@pytest.mark.parametrize(("silent", "is_told"), [(2, False), (3, True)])
def test_a_table_is_stale_when_it_is_silent_for_more_than_twice_its_usual_gap(
    warehouse: Warehouse, silent: int, is_told: bool
) -> None:
    """Events on nine days in a row: the usual gap is a day, and two days are always let pass."""
    last = date(2026, 1, 31) - timedelta(silent)
    orders_on(emptied(warehouse), {last - timedelta(day): 1 for day in range(9)})
    assert breaches(warehouse, "orders") == ({"events_fresh": 1} if is_told else {})
    if is_told:
        assert said(warehouse, "orders", "events_fresh") == (
            "raw.orders: 1 table is silent for longer than usual, "
            "e.g. (last on Wednesday 2026-01-28, 3 days before as_of, usual gap 1)"
        )


def test_weekly_events_are_not_stale_within_a_fortnight(warehouse: Warehouse) -> None:
    orders_on(emptied(warehouse), {date(2026, 1, 17) - timedelta(7 * week): 1 for week in range(9)})
    assert breaches(warehouse, "orders") == {}
    orders_on(emptied(warehouse), {date(2026, 1, 16) - timedelta(7 * week): 1 for week in range(9)})
    assert breaches(warehouse, "orders") == {"events_fresh": 1}


def test_eight_gaps_are_needed_to_know_the_usual_one(warehouse: Warehouse) -> None:
    orders_on(emptied(warehouse), {date(2026, 1, 1) - timedelta(day): 1 for day in range(8)})
    assert breaches(warehouse, "orders") == {}


def test_events_happen_at_the_first_moment_that_a_row_must_have() -> None:
    found = {name: event_column(kind) for name, kind in raw_tables().items()}
    assert found["orders"] == "ordered_at"
    assert found["returns"] == "requested_at"
    assert found["amazon_mfn_returns"] == "return_request_date"
    assert found["order_lines"] is found["customers"] is None

"""Dated rates: which rate holds on which day, from the settings to the converted rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.core import build_matches, store_exchange_rates
from pipelines.currency import FIRST_DAY, DatedRate, rates_by_day
from pipelines.errors import ReturnwatchError
from pipelines.settings import CurrencySettings, load_settings
from pipelines.warehouse import Warehouse
from tests.platforms import AFTER_MATCHES, BEFORE_CORE


def usd(day: str, rate: str) -> DatedRate:
    return DatedRate.model_validate({"currency": "USD", "from": day, "rate": rate})


def table(rates: dict[str, str], *dated: DatedRate) -> list[tuple[str, str, Decimal]]:
    frame = rates_by_day({name: Decimal(rate) for name, rate in rates.items()}, dated)
    return [(currency, day.isoformat(), rate) for currency, day, rate in frame.iter_rows()]


def test_without_dated_rates_there_is_one_day_that_stands_for_all() -> None:
    rates = {"EUR": "1", "USD": "0.9"}
    assert table(rates) == [("EUR", "1970-01-01", Decimal(1)), ("USD", "1970-01-01", Decimal("0.9"))]


def test_a_dated_rate_holds_until_the_next_and_the_constant_one_before() -> None:
    rates = table({"EUR": "1", "USD": "0.9"}, usd("2026-01-02", "0.8"), usd("2026-01-04", "0.7"))
    assert [row[1:] for row in rates if row[0] == "USD"] == [
        ("2026-01-01", Decimal("0.9")),
        ("2026-01-02", Decimal("0.8")),
        ("2026-01-03", Decimal("0.8")),
        ("2026-01-04", Decimal("0.7")),
    ]
    assert [row[1:] for row in rates if row[0] == "EUR"] == [(f"2026-01-0{day}", Decimal(1)) for day in range(1, 5)]


def test_before_its_first_rate_a_currency_has_none() -> None:
    assert [row[1] for row in table({"EUR": "1"}, usd("2026-01-02", "0.8")) if row[0] == "USD"] == ["2026-01-02"]


def test_the_first_day_of_all_can_be_dated() -> None:
    assert table({}, usd(FIRST_DAY.isoformat(), "0.8")) == [("USD", "1970-01-01", Decimal("0.8"))]


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 3, 1)), st.integers(1, 9), max_size=6))
def test_each_day_has_the_last_rate_given_by_it(given_rates: dict[date, int]) -> None:
    dated = [usd(day.isoformat(), str(rate)) for day, rate in given_rates.items()]
    for currency, day, rate in rates_by_day({"USD": Decimal(5)}, dated).iter_rows():
        earlier = [given_rates[one] for one in sorted(given_rates) if one <= day]
        assert (currency, rate) == ("USD", earlier[-1] if earlier else 5)


def loaded(folder: Path, text: str) -> CurrencySettings:
    place = folder / "given.toml"
    place.write_text(text, encoding="utf-8")
    return load_settings(place).currency


def test_rates_come_from_the_settings_and_from_a_file(tmp_path: Path) -> None:
    rates = tmp_path / "rates.csv"
    rates.write_text("day,currency,rate\n2026-02-01,USD,0.91\n2026-02-02,USD,0.92\n", encoding="utf-8")
    listed = '[[currency.dated]]\ncurrency = "USD"\nfrom = 2026-01-01\nrate = 0.9\n'
    got = loaded(tmp_path, f'[currency]\nreporting = "EUR"\ndated_file = "{rates}"\n{listed}')
    assert [(one.since.isoformat(), str(one.rate)) for one in got.dated] == [
        ("2026-01-01", "0.9"),
        ("2026-02-01", "0.91"),
        ("2026-02-02", "0.92"),
    ]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("day,currency\n", "has not the columns day,currency,rate"),
        ("day,currency,rate\n2026-01-01,USD,0.9\n2026-01-02,USD,none\n", "rates.csv line 3: not a day, a currency"),
        ("day,currency,rate\n2026-01-01,USD\n", "line 2: not a day"),
        ("day,currency,rate\n2026-01-01,USD,0.9\n2026-01-01,USD,0.8\n", "two rates of USD from 2026-01-01"),
        (None, "cannot read"),
    ],
)
def test_a_file_that_holds_no_rates_is_one_clear_error(tmp_path: Path, lines: str | None, told: str) -> None:
    place = tmp_path / "rates.csv"
    if lines is not None:
        place.write_text(lines, encoding="utf-8")
    with pytest.raises(ReturnwatchError, match=told) as error:
        loaded(tmp_path, f'[currency]\ndated_file = "{place}"\n')
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ('currency = "USD"\nfrom = 1969-12-31\nrate = 1', r"currency\.dated\.0\.from"),
        ('currency = "USD"\nfrom = 2026-01-01\nrate = 0', r"currency\.dated\.0\.rate"),
        ('currency = "USD"\nrate = 1', r"currency\.dated\.0\.from"),
        ('currency = "usd"\nfrom = 2026-01-01\nrate = 1', r"currency\.dated\.0\.currency"),
        ('currency = "USD"\nfrom = 2026-01-01\nrate = 1\nuntil = 2', "unknown key"),
    ],
)
def test_a_dated_rate_that_cannot_be_is_one_clear_error(tmp_path: Path, entry: str, told: str) -> None:
    with pytest.raises(ReturnwatchError, match=told):
        loaded(tmp_path, f"[[currency.dated]]\n{entry}\n")


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    """Return a warehouse with an order of 100 dollars on 1 January, returned and refunded in full in March."""
    opened = Warehouse(tmp_path, "500MB")
    run = opened.connection.execute
    run(
        "insert into raw.orders (order_id, customer_id, ordered_at, currency) "
        "values ('O1', 'C1', timestamp '2026-01-01 10:00:00', 'USD')"
    )
    run("insert into raw.order_lines (order_id, line_id, sku, quantity, unit_price) values ('O1', '1', 'A', 1, 100)")
    run(
        "insert into raw.returns (rma_id, order_id, line_id, sku, quantity, requested_at, status, refund_amount, "
        "refunded_at, label_cost, currency) values ('R1', 'O1', '1', 'A', 1, timestamp '2026-02-05', 'refunded', 100, "
        "timestamp '2026-03-05 23:59:00', 10, 'USD')"
    )
    run(
        "insert into raw.chargebacks (chargeback_id, order_id, opened_at, amount) "
        "values ('B1', 'O1', timestamp '2026-04-05', 10)"
    )
    opened.delivered_views()
    opened.connection.execute("set variable cut_at = timestamp '9999-01-01'")
    return opened


def core_after(warehouse: Warehouse, currency: CurrencySettings, *tables: str) -> list[dict[str, Any]]:
    """Build core with some rates and return the first row of some tables."""
    store_exchange_rates(warehouse, currency)
    for name in BEFORE_CORE:
        warehouse.build(f"core.{name}", f"core/build_{name}")
    build_matches(warehouse)
    for name in AFTER_MATCHES:
        warehouse.build(f"core.{name}", f"core/build_{name}")
    return [warehouse.frame(f"core.{name}").row(0, named=True) for name in tables]


MOVING = (usd("2026-01-01", "0.9"), usd("2026-02-01", "0.8"), usd("2026-03-01", "0.95"), usd("2026-04-01", "0.5"))


def test_orders_convert_at_their_day_and_refunds_at_theirs(warehouse: Warehouse) -> None:
    with warehouse:
        currency = CurrencySettings(reporting="EUR", dated=MOVING)
        order, line, disputed = core_after(warehouse, currency, "orders", "rma_lines", "chargebacks")
    assert (order["goods_amount"], order["fx_rate"]) == (Decimal(90), Decimal("0.9"))
    assert (line["paid_amount"], line["requested_amount"]) == (Decimal(90), Decimal(90))
    assert (line["refund_amount"], line["fx_rate"], line["label_cost"]) == (Decimal(95), Decimal("0.95"), Decimal(8))
    assert disputed["amount"] == Decimal(5)


def test_a_rate_of_one_on_every_day_leaves_every_row_as_without_rates(warehouse: Warehouse) -> None:
    tables = ("orders", "order_lines", "rma_lines", "rmas", "chargebacks")
    flat = tuple(usd(f"2026-0{month}-01", "1") for month in (1, 2, 3))
    with warehouse:
        alone = core_after(warehouse, CurrencySettings(), *tables)
        dated = core_after(warehouse, CurrencySettings(reporting="EUR", dated=flat), *tables)
    assert dated == alone


def test_a_refund_that_the_cut_hides_says_nothing_of_its_day(warehouse: Warehouse) -> None:
    with warehouse:
        warehouse.connection.execute("set variable cut_at = timestamp '2026-02-10'")
        (line,) = core_after(warehouse, CurrencySettings(reporting="EUR", dated=MOVING[:3]), "rma_lines")[:1]
    assert (line["refund_amount"], line["fx_rate"], line["label_cost"]) == (None, Decimal("0.8"), Decimal(8))


def test_a_currency_used_before_its_first_rate_is_named_with_the_line_to_add(warehouse: Warehouse) -> None:
    late = CurrencySettings(reporting="EUR", dated=(usd("2026-01-02", "0.9"),))
    with (
        warehouse,
        pytest.raises(ReturnwatchError, match="orders use USD on 2026-01-01, and its first"),
    ):
        store_exchange_rates(warehouse, late)


def test_the_reporting_currency_has_no_dated_rates(warehouse: Warehouse) -> None:
    with warehouse, pytest.raises(ReturnwatchError, match="USD is the reporting currency"):
        store_exchange_rates(warehouse, CurrencySettings(reporting="USD", dated=MOVING))

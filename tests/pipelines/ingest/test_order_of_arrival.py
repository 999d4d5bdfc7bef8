"""Ten deliveries end in the same core tables, whatever order they arrive in; an older record replaces no newer one."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from pipelines.core import build_matches
from pipelines.ingest.deliver import load_delivery, stage_delivery
from pipelines.ingest.discover import discover
from pipelines.ingest.stage import StagedFile
from pipelines.resources import Pipeline
from pipelines.warehouse import Warehouse
from tests.ingest_tools import KEY, LOADED_AT, MEMORY

DAYS, SEED = 10, 7
CORE = (
    "products", "customers", "order_lines", "orders", "rma_matches", "rma_lines", "rmas", "support_contacts",
    "chargebacks", "review_labels",
)  # fmt: skip

Record = dict[str, object]
Shop = dict[str, list[list[Record]]]
"""For each table what each of the ten days tells of it."""


def shop(seed: int) -> Shop:
    """Make up ten days: records that come, go on, are corrected and repeated, on random days."""
    random = Random(seed)  # noqa: S311 - a test's dice
    tables: Shop = {}
    for number in range(12):
        _tell(tables, "orders", random, _order(number))
        _tell(tables, "order_lines", random, [{"order_id": f"O{number}", "line_id": "1", "sku": f"S{number % 4}",
              "quantity": 3, "unit_price": price} for price in ("10.00", "9.50")])  # fmt: skip
        _tell(tables, "returns", random, _rma(number, random))
        _tell(tables, "customers", random, [{"customer_id": f"C{number}", "created_at": "2025-01-01", "segment": word}
              for word in ("new", "known", "loyal")])  # fmt: skip
    for number in range(4):
        _tell(tables, "products", random, [{"sku": f"S{number}", "category": "top", "list_price": price}
              for price in ("12.00", "11.00", "12.00")])  # fmt: skip
        _tell(tables, "chargebacks", random, [{"chargeback_id": f"B{number}", "order_id": f"O{number}",
              "opened_at": "2026-02-01", "amount": "10.00", "outcome": word} for word in ("", "lost")])  # fmt: skip
    return tables


def _order(number: int) -> list[Record]:
    """Return the states of an order: placed, shipped, delivered."""
    placed: Record = {
        "order_id": f"O{number}",
        "customer_id": f"C{number % 5}",
        "ordered_at": "2026-01-01",
        "currency": "EUR",
    }
    shipped = placed | {"shipped_at": "2026-01-02"}
    return [placed, shipped, shipped | {"delivered_at": "2026-01-03"}]


def _rma(number: int, random: Random) -> list[Record]:
    """Return the states of an RMA: requested, authorised, received, refunded or rejected, closed."""
    asked: Record = {"rma_id": f"R{number}", "order_id": f"O{number}", "line_id": "1", "sku": f"S{number % 4}",
             "quantity": 1, "requested_at": "2026-01-10", "status": "requested"}  # fmt: skip
    allowed = asked | {"status": "authorized", "authorized_at": "2026-01-11"}
    here = allowed | {"status": "received", "received_at": "2026-01-14"}
    paid = here | {"status": "refunded", "refunded_at": "2026-01-16", "refund_amount": "9.50"}
    settled = random.choice([paid, here | {"status": "rejected", "inspected_at": "2026-01-15"}])
    return [asked, allowed, here, settled, settled | {"status": "closed", "closed_at": "2026-01-20"}]


def _tell(tables: Shop, table: str, random: Random, states: list[Record]) -> None:
    """Tell the first states of a record on random days, in their order; now and then one of them twice."""
    told = tables.setdefault(table, [[] for _ in range(DAYS)])
    known = states[: random.randint(1, len(states))]
    days = sorted(random.sample(range(DAYS), len(known)))
    for day, state in zip(days, known, strict=True):
        told[day].append(state)
        if day + 1 < DAYS and day + 1 not in days and random.random() < 0.3:
            told[day + 1].append(state)


def text(rows: list[Record]) -> str:
    """Return rows as CSV."""
    out = io.StringIO()
    names = sorted({name for row in rows for name in row})
    writer = csv.DictWriter(out, names, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def by_day(table: str, day: int) -> str:
    return f"{table}_2026-03-{day + 1:02}.csv"


def by_number(table: str, day: int) -> str:
    return f"delivery {day + 1}/{table}.csv"


def by_nothing(table: str, day: int) -> str:
    return f"{table} {'abcdefghij'[day]}.csv"


@pytest.fixture
def staged(tmp_path: Path, request: pytest.FixtureRequest) -> list[list[StagedFile]]:
    """Return the staged files of each day; ``request.param`` names a day's file of a table, and stamps rows or not."""
    name, is_stamped = request.param
    return [_stage(tmp_path, day, name, is_stamped=is_stamped) for day in range(DAYS)]


def _stage(folder: Path, day: int, name: Callable[[str, int], str], *, is_stamped: bool) -> list[StagedFile]:
    """Deliver and stage one day."""
    landing = folder / f"landing {day}"
    (landing / "canonical").mkdir(parents=True)
    for table, days in shop(SEED).items():
        rows = [row | ({"updated_at": f"2026-03-{day + 1:02}"} if is_stamped else {}) for row in days[day]]
        place = landing / "canonical" / name(table, day)
        place.parent.mkdir(exist_ok=True)
        if rows:
            place.write_text(text(rows), encoding="utf-8")
    return stage_delivery(discover(landing), folder / "staging", KEY, MEMORY)


def core_after(home: Path, days: Iterator[list[StagedFile]]) -> dict[str, list[dict[str, Any]]]:
    """Load the deliveries one after the other into a new home and return the core tables."""
    pipeline = Pipeline(home=str(home), as_of="2026-12-31T00:00:00Z")
    for files in days:
        load_delivery(pipeline.warehouse, files, LOADED_AT)
    pipeline.refresh_views()
    build_core(pipeline.warehouse)
    tables = {name: pipeline.warehouse.frame(f"core.{name}").to_dicts() for name in CORE}
    pipeline.fail()
    pipeline.close()
    return tables


def build_core(warehouse: Warehouse) -> None:
    """Build core from raw, in euros."""
    warehouse.connection.execute(
        "create table core.exchange_rates as "
        "select 'EUR' as currency, date '1970-01-01' as rate_on, cast(1 as decimal(18, 8)) as fx_rate"
    )
    warehouse.set_variable("reporting_currency", "EUR")
    for name in CORE:
        if name == "rma_matches":
            build_matches(warehouse)
        else:
            warehouse.build(f"core.{name}", f"core/build_{name}")


def last_told(table: str, column: str) -> dict[object, object]:
    """Return what the last day that tells of a record says in a column, by the record's first column: the truth."""
    told = (row for rows in shop(SEED)[table] for row in rows)
    return {next(iter(row.values())): row.get(column) or None for row in told}


NAMINGS = pytest.mark.parametrize(
    "staged",
    [(by_day, False), (by_number, False), (by_nothing, True)],
    indirect=True,
    ids=["the name tells the day", "the name tells the number", "the rows tell when they were changed"],
)


@NAMINGS
def test_the_last_that_was_told_stands(staged: list[list[StagedFile]], tmp_path: Path) -> None:
    core = core_after(tmp_path / "backwards", reversed(staged))
    for table, raw, key, column in (
        ("rma_lines", "returns", "rma_id", "status"),
        ("customers", "customers", "customer_id", "segment"),
        ("chargebacks", "chargebacks", "chargeback_id", "outcome"),
    ):
        truth = last_told(raw, column)
        found = {row[key]: row[column] for row in core[table] if row[key] in truth}
        assert found == truth
    prices = {row["order_id"]: f"{row['unit_price']:.2f}" for row in core["order_lines"]}
    assert prices == last_told("order_lines", "unit_price")
    delivered = {row["order_id"]: row["delivered_at"] and f"{row['delivered_at']:%Y-%m-%d}" for row in core["orders"]}
    assert delivered == last_told("orders", "delivered_at")


@pytest.mark.slow
@NAMINGS
def test_ten_deliveries_end_in_the_same_core_in_fifty_orders(staged: list[list[StagedFile]], tmp_path: Path) -> None:
    random = Random(20_261_125)  # noqa: S311 - a test's dice
    expected = core_after(tmp_path / "in order", iter(staged))
    for number in range(50):
        assert core_after(tmp_path / str(number), iter(random.sample(staged, DAYS))) == expected

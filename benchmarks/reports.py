"""What each report table takes at scale: ``python -m benchmarks.reports [HOME] [--lines N] [--memory SIZE]``.

HOME is the home of a finished run, such as `make run` leaves. Its core tables are multiplied into a warehouse of their
own (``--place``, made once), as often as it takes to hold so many order lines and RMAs: each copy has its own shoppers,
orders, RMAs and parcels, a minute later than the one before. A few catalogues of goods are shared by all copies. Then
the report tables are built as a run builds them: in their order and in one transaction. ``--threads 1`` counts the work
best where others work beside it: a thread of DuckDB that waits for another one counts as busy.
"""

from __future__ import annotations

import argparse
import logging
import os
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.page import replace_section
from pipelines.reports.catalogue import REPORT_TABLES
from pipelines.reports.declare import SCHEMA, ReportTable
from pipelines.resources import Pipeline
from pipelines.sqltext import identifier, literal
from pipelines.warehouse import FILE, Warehouse

LOG = logging.getLogger("reports")
SECTION = "report tables"
MEMORY = "5GB"
CATALOGUES = 16
"""How many times the goods are there; each copy of the shop sells those of one catalogue."""
OWN = ("order_id", "customer_id", "rma_id", "contact_id", "chargeback_id", "tracking_number", "ring_id")
"""Columns of which every copy of the shop has values of its own, beside the hashes of what people are known by."""
SHARED = ("sku", "style_id")
"""Columns of which every catalogue has."""
ORDERS = {
    "core.customers": "customer_id",
    "core.orders": "order_id",
    "core.order_lines": "customer_id, ordered_at, order_id, line_id",
    "core.products": "sku",
    "core.rma_lines": "rma_id, rma_line_id",
    "core.rma_matches": "rma_id, rma_line_id, order_id, line_id",
    "core.rmas": "rma_id",
    "core.support_contacts": "contact_id",
    "core.chargebacks": "chargeback_id",
    "core.review_labels": "rma_id",
    "core.other_lines": "1",
    "raw.orders": "order_id",
    "raw.returns": "rma_id, rma_line_id",
    "raw.chargebacks": "chargeback_id",
    "score.rma_scores": "rma_id",
}
"""The tables that grow with the shop, and how their statements order them; the others are copied as they are."""
SMALL = ("core.cost_rates", "core.cost_rules", "core.exchange_rates", "score.model_health")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one table took."""

    table: str
    rows: int
    seconds: float
    cpu_seconds: float
    peak_mb: float


def multiply(home: Path, place: Path, lines: int, rmas: int, memory: str = MEMORY) -> int:
    """Fill the warehouse of ``place`` with copies of the shop of ``home``; return how many."""
    place.mkdir(parents=True, exist_ok=True)
    with Warehouse(place, memory) as warehouse:
        run = warehouse.connection.execute
        run(f"attach {literal(str(home / FILE))} as shop (read_only)")
        ((n_lines, n_rmas),) = run(
            "select (select count(*) from shop.core.order_lines), (select count(*) from shop.core.rmas)"
        ).fetchall()
        copies = max(-(-lines // max(n_lines, 1)), -(-rmas // max(n_rmas, 1)))
        for table in SMALL:
            run(f"create or replace table {identifier(table)} as from shop.{identifier(table)}")
        for table, order in ORDERS.items():
            run(f"create or replace table {identifier(table)} as {_copies(warehouse, table, copies)} order by {order}")
            LOG.info("%s: %d rows", table, warehouse.count(table))
        warehouse.commit()
    return int(copies)


def _copies(warehouse: Warehouse, table: str, copies: int) -> str:
    """Return the select of all copies of a table."""
    described = warehouse.connection.execute(f"describe shop.{identifier(table)}").fetchall()
    columns = ", ".join(f"{_value(name, kind)} as {identifier(name)}" for name, kind, *_ in described)
    n = min(CATALOGUES, copies) if table == "core.products" else copies
    return f"select {columns} from shop.{identifier(table)}, range({n}) as copies (k)"  # noqa: S608 - names checked


def _value(name: str, kind: str) -> str:
    """Return what a column is in copy ``k``."""
    column = identifier(name)
    if name in OWN or (name.endswith("_hash") and kind == "VARCHAR"):
        return f"{column} || '.' || k"
    if name in SHARED:
        return f"{column} || '.' || k % {CATALOGUES}"
    return f"{column} + to_minutes(k)" if kind == "TIMESTAMP" else column


def measure(place: Path, memory: str = MEMORY, threads: int = 2) -> list[Cost]:
    """Build every report table once and undo it; return what each took."""
    pipeline = Pipeline(home=str(place))
    try:
        warehouse = pipeline.warehouse
        warehouse.connection.execute(f"set memory_limit = {literal(memory)}; set threads = {threads}")
        return [_cost(warehouse, table) for table in REPORT_TABLES]
    finally:
        pipeline.fail()
        pipeline.close()


def _cost(warehouse: Warehouse, table: ReportTable) -> Cost:
    """Build a table; return what that takes of this process. The peak of memory is read anew for each (Linux)."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    cpu, start = _cpu_seconds(), time.perf_counter()
    rows = warehouse.build(f"{SCHEMA}.{table.name}", table.statement)
    cost = Cost(table.name, rows, time.perf_counter() - start, _cpu_seconds() - cpu, _peak_mb())
    measured = (cost.seconds, cost.cpu_seconds, cost.peak_mb)
    LOG.info("%-28s %10d rows %7.2f s %7.2f CPU s %6.0f MB", table.name, rows, *measured)
    return cost


def _cpu_seconds() -> float:
    """Return the processor time of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _peak_mb() -> float:
    """Return the peak of this process's memory since it was last read anew."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith("VmHWM"))


def page(costs: Sequence[Cost], head: str) -> str:
    """Return the costs as a table of Markdown, the dearest first, with their sum."""
    total = Cost(
        "**all**",
        sum(cost.rows for cost in costs),
        sum(cost.seconds for cost in costs),
        sum(cost.cpu_seconds for cost in costs),
        max(cost.peak_mb for cost in costs),
    )
    rows = [total, *sorted(costs, key=lambda cost: -cost.cpu_seconds)]
    body = "\n".join(
        f"| {cost.table} | {cost.rows:,} | {cost.seconds:.1f} | {cost.cpu_seconds:.1f} | {cost.peak_mb:,.0f} |"
        for cost in rows
    )
    return f"{head}\n\n| table | rows | seconds | CPU seconds | peak MB |\n|---|---:|---:|---:|---:|\n{body}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", nargs="?", type=Path, default=Path("var"))
    parser.add_argument("--lines", type=int, default=10_000_000)
    parser.add_argument("--rmas", type=int, default=1_500_000)
    parser.add_argument("--place", type=Path, default=Path("var/bench_reports"))
    parser.add_argument("--memory", default=MEMORY, help="what DuckDB may use: the setting engine.memory_limit")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--page", type=Path)
    given = parser.parse_args(arguments)
    if not (given.home / FILE).is_file():
        LOG.warning("skipped: %s holds no %s; make one with `make run`", given.home, FILE)
        return 0
    if not (given.place / FILE).is_file():
        copies = multiply(given.home, given.place, given.lines, given.rmas)
        LOG.info("%d copies of the shop in %s", copies, given.place)
    costs = measure(given.place, given.memory, given.threads)
    load = os.getloadavg()[0]
    head = f"{given.threads} threads, {given.memory} for DuckDB, {os.cpu_count()} cores with a load of {load:.1f}."
    text = page(costs, head)
    LOG.info("%s", text)
    if given.page:
        replace_section(given.page, SECTION, text)
    return 0


if __name__ == "__main__":
    sys.exit(main())

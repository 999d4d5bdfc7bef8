"""Try a case with many faults, on as many benches at once as the machine has processors."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from io import BytesIO
from itertools import product
from pathlib import Path
from queue import Queue

import polars as pl

from tests.faults.bench import Bench, Case, Outcome
from tests.faults.shim import Fault

RETURNS = "rma_id,rma_line_id,order_id,line_id,customer_id,sku,quantity,requested_at,status,refund_amount\n"
FIRST = {
    "orders.csv": "order_id,customer_id,ordered_at,currency,email\n"
    + "".join(f"O{n},C{n % 7},2026-03-{n % 28 + 1:02},EUR,c{n % 7}@example.org\n" for n in range(60)),
    "order_lines.csv": "order_id,line_id,sku,quantity,unit_price,category\n"
    + "".join(f"O{n},1,S{n % 9},1,{10 + n % 5}.50,shoes\n" for n in range(60)),
    "returns.csv": RETURNS
    + "".join(f"R{n},1,O{n},1,C{n % 7},S{n % 9},1,2026-04-{n % 28 + 1:02},received,\n" for n in range(0, 60, 2)),
}
"""The delivery of the earlier run."""


def _parquet(**row: str) -> bytes:
    """Return a Parquet file of one row."""
    file = BytesIO()
    pl.DataFrame(row).write_parquet(file)
    return file.getvalue()


SECOND: dict[str, str | bytes] = {
    # progressed, the same, new, and one that cannot be read
    "returns_later.csv": RETURNS
    + "R0,1,O0,1,C0,S0,1,2026-04-01,refunded,10.50\nR2,1,O2,1,C2,S2,1,2026-04-03,received,\n"
    "R1,1,O1,1,C1,S1,1,2026-05-02,requested,\nR3,1,O3,1,C3,S3,many,2026-05-02,requested,\n",
    # read row by row, and with a row that is no row
    "products.jsonl": '{"sku": "S1", "category": "shoes"}\n{"sku": \n{"sku": "S2", "category": "boots"}\n',
    "chargebacks.parquet": _parquet(order_id="O4", chargeback_id="B1", opened_at="2026-05-01", amount="10.50"),
    "orders_broken.parquet": "no Parquet file",
}
"""The delivery of the run that is disturbed: every way that a file can go."""


def deliver(landing: Path, *deliveries: Mapping[str, str | bytes]) -> Path:
    """Write deliveries into a landing folder and return it."""
    for delivery in deliveries:
        for name, content in delivery.items():
            place = landing / "canonical" / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.encode() if isinstance(content, str) else content)
    return landing


def cases(folder: Path) -> dict[str, Case]:
    """Return the two cases below ``folder``: a first run, and a run on a home that has a published set."""
    first, second = deliver(folder / "first", FIRST), deliver(folder / "second", FIRST, SECOND)
    return {"first run": Case(None, first), "second run": Case(folder / "before", second)}


@contextmanager
def benches(folder: Path, library: Path, found: dict[str, Case], wanted: int | None = None) -> Iterator[Queue[Bench]]:
    """Yield benches that are warm; ``found`` comes back with what undisturbed runs make of its cases."""
    with ExitStack() as stack:
        queue: Queue[Bench] = Queue()
        for number in range(wanted or max(1, min(4, len(os.sched_getaffinity(0))))):
            bench = stack.enter_context(Bench(folder / f"bench{number}", library))
            first = bench.undisturbed(found["first run"], warms=True)
            before = found["second run"].before
            assert before is not None
            if number == 0:
                shutil.copytree(bench.home, before, symlinks=True)
                found["first run"] = bench.undisturbed(first)
                bench.undisturbed(found["second run"], warms=True)
                found["second run"] = bench.undisturbed(found["second run"], trace=folder / "trace")
            else:
                bench.undisturbed(found["second run"], warms=True)
            queue.put(bench)
        yield queue


def sweep(queue: Queue[Bench], case: Case, faults: Iterable[Fault]) -> list[Outcome]:
    """Return the outcome of each fault."""

    def one(fault: Fault) -> Outcome:
        bench = queue.get()
        try:
            return bench.attempt(case, fault)
        finally:
            queue.put(bench)

    with ThreadPoolExecutor(queue.qsize()) as pool:
        return list(pool.map(one, faults))


def every(case: Case, step: int, actions: Iterable[str], start: int = 1, *, is_sticky: bool = False) -> list[Fault]:
    """Return a fault for every ``step``-th call of a case and each action."""
    return [
        Fault(target, action, is_sticky=is_sticky, is_torn=target % 2 == 0)
        for target, action in product(range(start, case.n_calls + 1, step), actions)
    ]


def described(outcomes: Iterable[Outcome]) -> list[str]:
    """Return each outcome that has problems as a line."""
    return [
        f"{one.fault.action}{' from' if one.fault.is_sticky else ''} at call {one.fault.target} ({one.call}): "
        f"{'; '.join(one.problems)} [{one.code}: {one.message[:200]}]"
        for one in outcomes
        if one.problems
    ]


def counted(outcomes: Iterable[Outcome]) -> str:
    """Return how many runs ended how, for the record."""
    codes = Counter(one.code for one in outcomes)
    return ", ".join(f"{n} ended with {code}" for code, n in sorted(codes.items()))

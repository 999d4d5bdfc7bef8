"""Try a case with many faults, on as many benches at once as the machine has processors."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from io import BytesIO
from itertools import product
from pathlib import Path
from queue import Queue

import polars as pl

from tests.faults.bench import Bench, Case, Outcome
from tests.faults.record import Record, digest_of
from tests.faults.shim import Fault

FEW = 8
"""Faults that are not worth a second bench."""
CHANGES = frozenset({"write", "pwrite", "writev", "pwritev", "copy_file_range", "sendfile", "fsync", "rename"})
"""Calls that change what is in a file, confirm it, or give it its name."""
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


class Benches:
    """Benches that are warm, and the cases that they try; more are made for a long sweep."""

    def __init__(self, folder: Path, library: Path) -> None:
        self._folder, self._library = folder, library
        self._stack = ExitStack()
        self._mended: dict[str, tuple[str, ...]] = {}
        self._idle: Queue[Bench] = Queue()
        self._n_benches = 0
        kept = os.environ.get("FAULT_RECORD")
        self._record = Record(Path(kept) if kept else None, digest_of())
        self.cases = cases(folder)
        with self.bench() as bench:
            before = self.cases["second run"].before
            assert before is not None
            shutil.copytree(bench.home, before, symlinks=True)
            self.cases["second run"] = bench.undisturbed(self.cases["second run"], trace=folder / "trace", warms=True)

    def close(self) -> None:
        """End every bench."""
        self._stack.close()

    @contextmanager
    def bench(self) -> Iterator[Bench]:
        """Lend a bench that is not in use; a new one, after a first run, where there is none yet."""
        if not self._n_benches:
            self._add()
        bench = self._idle.get()
        try:
            yield bench
        finally:
            self._idle.put(bench)

    def _add(self) -> None:
        """Make one more bench and warm it."""
        place = self._folder / f"bench{self._n_benches}"
        bench = self._stack.enter_context(Bench(place, self._library, self._mended))
        self._n_benches += 1
        self.cases["first run"] = bench.undisturbed(self.cases["first run"], warms=True)
        self._idle.put(bench)

    def sweep(self, name: str, faults: Sequence[Fault]) -> list[Outcome]:
        """Return the outcome of each fault; long sweeps use as many processors as the process may.

        What the file that ``FAULT_RECORD`` names has of this very program is not tried again.
        """
        n_new = sum(self._record.known(name, fault) is None for fault in faults)
        wanted = min(4, len(os.sched_getaffinity(0))) if n_new > FEW else 1
        while self._n_benches < wanted:
            self._add()

        def one(fault: Fault) -> Outcome:
            known = self._record.known(name, fault)
            if known is not None:
                return known
            with self.bench() as bench:
                outcome = bench.attempt(self.cases[name], fault)
            self._record.add(name, outcome)
            return outcome

        with ThreadPoolExecutor(wanted) as pool:
            return list(pool.map(one, faults))

    @property
    def n_mended(self) -> int:
        """The plain runs that were made to mend: one for each state that was left."""
        return len(self._mended)


def each(case: Case, step: int, actions: Sequence[str]) -> list[Fault]:
    """Return a fault for every ``step``-th call of a case, the actions taking turns."""
    targets = enumerate(range(1, case.n_calls + 1, step))
    return [Fault(target, actions[turn % len(actions)], is_torn=target % 2 == 0) for turn, target in targets]


def every(case: Case, step: int, actions: Iterable[str], start: int = 1, *, is_sticky: bool = False) -> list[Fault]:
    """Return a fault for every ``step``-th call of a case and each action."""
    return [
        Fault(target, action, is_sticky=is_sticky, is_torn=target % 2 == 0)
        for target, action in product(range(start, case.n_calls + 1, step), actions)
    ]


def every_change(calls: Sequence[str], step: int, actions: Sequence[str]) -> list[Fault]:
    """Return faults for every ``step``-th call: each action where it is one of CHANGES, else one, taking turns."""
    return [
        Fault(number + 1, action, is_torn=number % 2 == 1)
        for number in range(0, len(calls), step)
        for action in (actions if calls[number] in CHANGES else (actions[number % len(actions)],))
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

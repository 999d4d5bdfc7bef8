"""One competitor's work, in a process of its own: ``python -m benchmarks.speed.tasks NAME FOLDER``.

It prints its seconds and the most memory that it held, as JSON. The clock starts when its libraries are imported, but
for the two that go from exports to results: there a user waits for the imports too, and ``measure`` holds the clock.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.speed.common import ORDER_LINES, RMA_LINES


def floor(core: Path) -> Callable[[], object]:
    """Read the columns that the features need, and sort both tables by shopper and moment."""
    import polars as pl  # noqa: PLC0415 - each task loads its own library alone

    def work() -> object:
        lines = pl.read_parquet(core / "order_lines.parquet", columns=list(ORDER_LINES))
        rmas = pl.read_parquet(core / "rma_lines.parquet", columns=list(RMA_LINES))
        return lines.sort("customer_id", "ordered_at").height + rmas.sort("customer_id", "requested_at").height

    return work


def common_features(core: Path) -> Callable[[], object]:
    """Compute the common features by the product's functions."""
    import polars as pl  # noqa: PLC0415 - as above

    from benchmarks.speed import ours  # noqa: PLC0415 - as above

    def work() -> object:
        lines, rmas = (pl.read_parquet(core / f"{name}.parquet") for name in ("order_lines", "rma_lines"))
        return ours.common_features(ours.as_core("order_lines", lines), ours.as_core("rma_lines", rmas)).height

    return work


def sql_features(core: Path) -> Callable[[], object]:
    """Compute the common features by DuckDB alone."""
    import duckdb  # noqa: PLC0415 - as above

    from benchmarks.speed import sql_peer  # noqa: PLC0415 - as above

    def work() -> object:
        connection = duckdb.connect()
        for name in ("order_lines", "rma_lines"):
            connection.execute(f"create view {name} as from '{core}/{name}.parquet'")
        return sql_peer.features(connection).height

    return work


def pandas_features(core: Path) -> Callable[[], object]:
    """Compute the common features by pandas."""
    from benchmarks.speed import pandas_peer  # noqa: PLC0415 - as above

    return lambda: len(pandas_peer.features(*pandas_peer.read_core(core)))


def pandas_whole(landing: Path) -> Callable[[], object]:
    """Go from exports to scores in a Parquet file, with the common features alone, by pandas and scikit-learn."""
    from benchmarks.speed import pandas_peer  # noqa: PLC0415 - as above

    def work() -> object:
        found = pandas_peer.features(*pandas_peer.read_exports(landing / "canonical"))
        return pandas_peer.scores(found).to_parquet(landing.parent / "pandas_scores.parquet")

    return work


def all_features(home: Path) -> Callable[[], object]:
    """Compute every feature of the product from the core tables of a home that a run has filled."""
    import duckdb  # noqa: PLC0415 - as above

    from benchmarks.speed import ours  # noqa: PLC0415 - as above
    from features.contracts import CORE_FRAMES  # noqa: PLC0415 - as above

    def work() -> object:
        with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
            frames = {
                name: connection.table(f"core.{name}").select(*frame.schema).pl() for name, frame in CORE_FRAMES.items()
            }
        return ours.all_features(frames).height

    return work


TASKS = {
    task.__name__: task for task in (floor, common_features, sql_features, pandas_features, pandas_whole, all_features)
}


def peak_bytes() -> int:
    """Return the most memory that this process held at once, as the system counts it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) << 10


def main(name: str, folder: Path) -> None:
    """Run a task and print what it took."""
    work = TASKS[name](folder)
    started, used = time.monotonic(), time.process_time()
    work()
    told = {
        "seconds": time.monotonic() - started,
        "cpu_seconds": time.process_time() - used,
        "peak_bytes": peak_bytes(),
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))

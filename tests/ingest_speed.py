"""Time one ingestion of order lines against DuckDB's own reading of the same file; a process of its own measures it.

``python -m tests.ingest_speed ROWS FOLDER ROUNDS`` writes the file and prints one JSON object a round.
"""

from __future__ import annotations

import json
import resource
import shutil
import sys
import time
from itertools import pairwise
from pathlib import Path

import duckdb

from pipelines.ingest.deliver import load_delivery, plan_delivery, stage_delivery
from pipelines.ingest.discover import discover
from pipelines.ingest.isolate import Limits
from pipelines.warehouse import Warehouse
from tests.ingest_tools import KEY, LOADED_AT

TYPES = {
    "order_id": "varchar",
    "line_id": "varchar",
    "sku": "varchar",
    "quantity": "bigint",
    "unit_price": "decimal(18, 4)",
    "list_price": "decimal(18, 4)",
    "unit_cost": "decimal(18, 4)",
    "product_name": "varchar",
    "category": "varchar",
    "style_id": "varchar",
    "size": "varchar",
    "color": "varchar",
    "serial_number": "varchar",
}
LINES = """
copy (
    select
        'O' || lpad((i // 2)::varchar, 8, '0') as order_id, (i % 2 + 1)::varchar as line_id,
        'SKU-' || (hash(i) % 20000) as sku, 1 + hash(i + 1) % 3 as quantity,
        (hash(i + 2) % 20000 / 100)::decimal(10, 2) as unit_price,
        ((hash(i + 2) % 20000 + 500) / 100)::decimal(10, 2) as list_price,
        (hash(i + 3) % 9000 / 100)::decimal(10, 2) as unit_cost,
        'Product ' || (hash(i) % 20000) || ' of the line' as product_name,
        (['shoes', 'dresses', 'jeans', 'electronics'])[(1 + hash(i) % 4)::int] as category,
        'ST-' || (hash(i) % 5000) as style_id,
        (['XS', 'S', 'M', 'L', 'XL'])[(1 + hash(i + 5) % 5)::int] as size,
        (['red', 'blue', 'black'])[(1 + hash(i + 6) % 3)::int] as color,
        case when hash(i + 7) % 10 = 0 then 'SN' || (hash(i + 8) % 1000000000) end as serial_number
    from range({n_rows}) as numbers (i)
) to '{place}' (format csv, header)
"""


def reference_seconds(file: Path, database: Path) -> float:
    """Return the time that DuckDB needs to read the file into a table of a new database, with the types told."""
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in TYPES.items())
    began = time.perf_counter()
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"create table lines as select * from read_csv('{file}', columns = {{{columns}}})")  # noqa: S608
    return time.perf_counter() - began


def ingest_seconds(landing: Path, home: Path) -> dict[str, float]:
    """Return the time that each part of one ingestion takes, the commit included."""
    home.mkdir()
    marks = [time.perf_counter()]
    found = discover(landing)
    marks.append(time.perf_counter())
    with Warehouse(home, "2GB") as warehouse:
        new = plan_delivery(found, warehouse.select("raw/select_known_files")).new
        staged = stage_delivery(new, home / "staging", KEY, Limits())
        marks.append(time.perf_counter())
        rows = load_delivery(warehouse, staged, LOADED_AT)
        marks.append(time.perf_counter())
        warehouse.commit()
    marks.append(time.perf_counter())
    names = ("find", "stage", "merge", "commit")
    parts = {name: end - begin for name, (begin, end) in zip(names, pairwise(marks), strict=True)}
    return parts | {"all": marks[-1] - marks[0], "rows": float(sum(int(str(row["rows_loaded"])) for row in rows))}


def measure(n_rows: int, folder: Path, rounds: int) -> list[dict[str, float]]:
    """Return the figures of each round: reference and ingestion, one after the other."""
    landing = folder / "landing"
    file = landing / "canonical/order_lines.csv"
    file.parent.mkdir(parents=True)
    duckdb.connect().execute(LINES.format(n_rows=n_rows, place=file))
    figures = []
    for _ in range(rounds):
        reference = reference_seconds(file, folder / "reference.duckdb")
        figures.append({"reference": reference} | ingest_seconds(landing, folder / "home"))
        (folder / "reference.duckdb").unlink()
        shutil.rmtree(folder / "home")
    return figures


def main() -> None:
    """Measure and print; memory is that of both processes at their largest, though they are not so at one time."""
    figures = measure(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
    own, reader = (resource.getrusage(who).ru_maxrss << 10 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    sys.stdout.write(json.dumps({"rounds": figures, "own_bytes": own, "reader_bytes": reader}) + "\n")


if __name__ == "__main__":
    main()

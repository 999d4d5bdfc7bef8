"""One file, one writer, one transaction a run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from pipelines.errors import ReturnwatchError
from pipelines.ingest.sources import raw_tables
from pipelines.warehouse import BUILT_WITH, FILE, Warehouse
from tests.ingest_tools import MEMORY


def names(warehouse: Warehouse) -> set[str]:
    return {row[0] for row in warehouse.connection.execute("select table_name from duckdb_tables()").fetchall()}


def test_a_new_warehouse_has_every_raw_table(tmp_path: Path) -> None:
    with Warehouse(tmp_path, MEMORY) as warehouse:
        assert names(warehouse) >= {"ingest_ledger", "quarantine", *raw_tables()}
        for name, kind in raw_tables().items():
            columns = [row[0] for row in warehouse.connection.execute(f"describe raw.{name}").fetchall()]
            assert columns == [*kind.stored_columns, "delivery_id", "row_number"]


def test_what_is_not_committed_never_was(tmp_path: Path) -> None:
    with Warehouse(tmp_path, MEMORY) as warehouse:
        warehouse.store("core.x", pl.DataFrame({"a": [1]}))
        warehouse.commit()
    with Warehouse(tmp_path, MEMORY) as warehouse:
        warehouse.store("core.x", pl.DataFrame({"a": [2, 3]}))
    with Warehouse(tmp_path, MEMORY) as warehouse:
        assert warehouse.frame("core.x")["a"].to_list() == [1]


@pytest.mark.parametrize("fails", [True, False])
def test_a_new_warehouse_that_was_not_committed_leaves_no_file(tmp_path: Path, fails: bool) -> None:
    def work() -> None:
        with Warehouse(tmp_path, MEMORY):
            if fails:
                raise KeyError("work")

    if fails:
        with pytest.raises(KeyError):
            work()
    else:
        work()
    assert not (tmp_path / FILE).exists()


def test_the_settings_of_a_build_end_with_it(tmp_path: Path) -> None:
    def settings(warehouse: Warehouse) -> Sequence[object]:
        names = "select name, value from duckdb_settings() where name in (select unnest($names)) order by name"
        return warehouse.connection.execute(names, {"names": [*BUILT_WITH["report"]]}).fetchall()

    with Warehouse(tmp_path, MEMORY) as warehouse:
        before = settings(warehouse)
        assert len(before) == len(BUILT_WITH["report"])
        warehouse.build("report.report_policy_settings", "reports/list_policy_settings")
        assert settings(warehouse) == before


MEASURED = """
import sys
from pathlib import Path
import polars as pl
from pipelines.warehouse import Warehouse

def resident():
    status = Path("/proc/self/status").read_text()
    return int(status.partition("RssAnon:")[2].split()[0]) * 1024

with Warehouse(Path(sys.argv[1]), "300MB") as warehouse:
    warehouse.connection.execute("set enable_progress_bar = false")
"""
STORE = """
    before = resident()
    for number in range(20):
        warehouse.store(f"core.x{number}", pl.select(pl.int_range(4_000_000)))
    print(resident() - before)
"""
KEEP_NAMES = """
    figures = ", ".join(f"(i * {n} % 977)::double as f{n}" for n in range(1, 61))
    named = "'a name that is not short ' || i as r"
    warehouse.connection.execute(f"create table core.x as select {named}, {figures} from range(1000000) as t(i)")
    warehouse.give_back()
    assert sum(len(piece) for piece in warehouse.pieces("core.x", "r")) == 1_000_000  # what any reading needs
    before = resident()
    kept = [piece.select("r") for piece in warehouse.pieces("core.x", "r")]
    assert sum(len(names) for names in kept) == 1_000_000
    print(resident() - before)
"""


@pytest.mark.parametrize(("what", "n_bytes"), [(STORE, 20 * 4_000_000 * 8), (KEEP_NAMES, 1_000_000 * 60 * 8)])
def test_what_was_stored_or_read_is_let_go_before_the_transaction_ends(what: str, n_bytes: int, tmp_path: Path) -> None:
    run = [sys.executable, "-c", MEASURED + what, str(tmp_path)]
    grown = int(subprocess.run(run, check=True, capture_output=True, text=True).stdout)
    assert grown < n_bytes / 2


def test_tables_are_stored_counted_and_read(tmp_path: Path) -> None:
    frame = pl.DataFrame({"a": [1, 2], "b": ["x", None]})
    with Warehouse(tmp_path, MEMORY) as warehouse:
        assert warehouse.store("core.x", frame) == warehouse.count("core.x") == 2
        assert warehouse.frame("core.x").equals(frame)
        assert warehouse.frame("core.x", ["b"]).columns == ["b"]
        with pytest.raises(ValueError, match="not an identifier"):
            warehouse.count("core.x; drop table core.x")


@pytest.mark.parametrize("most", [1, 3, 2048, 10_000])
def test_a_table_is_read_in_pieces_and_no_key_is_cut(tmp_path: Path, most: int) -> None:
    keys = [key for key in range(900) for _ in range(1 + key % 7)]
    frame = pl.DataFrame({"key": [f"{key:04}" for key in keys], "place": range(len(keys))})
    with Warehouse(tmp_path, MEMORY) as warehouse:
        warehouse.store("core.x", frame)
        pieces = list(warehouse.pieces("core.x", "key", most))
        assert pl.concat(pieces).equals(frame)
        assert sum(piece["key"].n_unique() for piece in pieces) == 900
        warehouse.store("core.x", frame.clear())
        assert [piece.schema for piece in warehouse.pieces("core.x", "key")] == [frame.schema]


def test_memory_that_is_given_back_takes_nothing_of_what_is_not_committed_yet(tmp_path: Path) -> None:
    def used(warehouse: Warehouse) -> int:
        ((size,),) = warehouse.connection.execute("select sum(memory_usage_bytes) from duckdb_memory()").fetchall()
        return int(size)

    texts = "select range as a, repeat('text ', 20) || hash(range) as b from range(3_000_000)"
    with Warehouse(tmp_path, "2GB") as warehouse:
        warehouse.connection.execute(f"create table core.x as {texts}")
        (expected,) = warehouse.connection.execute("select count(*), sum(hash(b)) from core.x").fetchall()
        before = used(warehouse)
        assert before > 100_000_000
        warehouse.give_back()
        assert used(warehouse) < 0.1 * before
        assert warehouse.connection.execute("select count(*), sum(hash(b)) from core.x").fetchall() == [expected]
        warehouse.give_back()
        warehouse.commit()
    with Warehouse(tmp_path, "2GB") as warehouse:
        assert warehouse.connection.execute("select count(*), sum(hash(b)) from core.x").fetchall() == [expected]


def test_variables_reach_the_statements(tmp_path: Path) -> None:
    with Warehouse(tmp_path, MEMORY) as warehouse:
        warehouse.set_variable("as_of", datetime.fromisoformat("2026-01-01"))
        warehouse.set_variable("reporting_currency", None)
        found = warehouse.connection.execute(
            "select getvariable('as_of'), getvariable('reporting_currency')"
        ).fetchone()
    assert found == (datetime.fromisoformat("2026-01-01"), None)


def test_clear_raw_forgets_deliveries_alone(tmp_path: Path) -> None:
    with Warehouse(tmp_path, MEMORY) as warehouse:
        warehouse.store("core.x", pl.DataFrame({"a": [1]}))
        warehouse.connection.execute("insert into raw.products (sku) values ('A')")
        warehouse.connection.execute("insert into raw.quarantine (path) values ('p')")
        warehouse.clear_raw()
        assert [warehouse.count(name) for name in ("raw.products", "raw.quarantine", "core.x")] == [0, 0, 1]


def test_a_file_that_is_no_warehouse_is_an_error(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database" * 1000)
    with pytest.raises(ReturnwatchError, match="cannot be opened as a DuckDB file"):
        Warehouse(tmp_path, MEMORY)


def test_a_warehouse_that_another_program_has_open_is_no_damaged_one(tmp_path: Path) -> None:
    with Warehouse(tmp_path, MEMORY) as warehouse:
        warehouse.commit()
    code = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.readline()"
    command, pipe = [sys.executable, "-c", code, str(tmp_path / FILE)], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(ReturnwatchError, match=f"{FILE}: process {other.pid} has it open; end that, and run again"):
            Warehouse(tmp_path, MEMORY)


def test_a_warehouse_of_an_earlier_version_gains_the_column_of_unknown_cells(tmp_path: Path) -> None:
    with Warehouse(tmp_path, MEMORY) as warehouse:
        warehouse.connection.execute("insert into raw.orders (order_id) values ('1')")
        warehouse.connection.execute("alter table raw.orders drop column extra")
        warehouse.commit()
    with Warehouse(tmp_path, MEMORY) as warehouse:
        assert warehouse.frame("raw.orders", ["order_id", "extra"]).rows() == [("1", None)]


def test_half_a_file_that_a_killed_run_left_is_no_warehouse_and_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / f".{FILE}.part").write_bytes(b"\0" * 2048)
    with Warehouse(tmp_path, MEMORY) as warehouse:
        warehouse.commit()
    assert [place.name for place in tmp_path.iterdir()] == [FILE]


def test_a_warehouse_that_cannot_be_set_up_is_closed_and_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.warehouse.SCHEMAS", ("no identifier;",))
    with pytest.raises(ValueError, match="not an identifier"):
        Warehouse(tmp_path, MEMORY)
    assert list(tmp_path.iterdir()) == []

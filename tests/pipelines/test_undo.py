"""What a checkpoint writes over is kept until it is through, and put back where it is not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from pipelines.errors import ReturnwatchError
from pipelines.undo import HEADERS, Undo, place_of, put_back
from pipelines.warehouse import FILE, LOG, Warehouse, mend
from tests.ingest_tools import MEMORY

BLOCK = 262_144


def made(home: Path) -> Path:
    """Return a warehouse's file with one table, all of it in the file."""
    with Warehouse(home, MEMORY) as warehouse:
        warehouse.connection.execute("create table core.x as select range as a from range(1000)")
        warehouse.commit()
    assert not (home / LOG).exists()
    return home / FILE


def metadata_blocks(path: Path) -> list[int]:
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.execute("select block_id from pragma_metadata_info()").fetchall()
    return [block for (block,) in found]


def changed_and_killed(path: Path) -> None:
    """Commit a row, with what a checkpoint would write over kept, in a process that then dies."""
    code = (
        "import os, sys; from pathlib import Path; from pipelines.warehouse import Warehouse; "
        "warehouse = Warehouse(Path(sys.argv[1]), '1GB'); "
        "warehouse.connection.execute('insert into core.x values (-1)'); warehouse.commit(); os._exit(9)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(path.parent)], check=False, cwd=Path(__file__).parents[2], timeout=120
    )
    assert ended.returncode == 9
    assert place_of(path).exists()
    assert path.with_name(LOG).exists()


def half_written(path: Path, block: int) -> None:
    """Write half of a block over, as a disk does that fails in the midst."""
    with path.open("r+b") as file:
        file.seek(HEADERS + block * BLOCK)
        file.write(b"\xff" * (BLOCK // 2))


def rows(home: Path) -> int:
    with Warehouse(home, MEMORY) as warehouse:
        return warehouse.count("core.x")


def test_half_a_block_of_metadata_is_put_back_and_what_was_committed_is_there(tmp_path: Path) -> None:
    path = made(tmp_path)
    changed_and_killed(path)
    for block in metadata_blocks(path):
        half_written(path, block)
    with pytest.raises(duckdb.Error):
        duckdb.connect(str(path), read_only=True)
    assert rows(tmp_path) == 1001
    assert sorted(place.name for place in tmp_path.iterdir()) == [FILE]


def test_without_what_was_kept_half_a_block_is_one_line(tmp_path: Path) -> None:
    path = made(tmp_path)
    changed_and_killed(path)
    half_written(path, metadata_blocks(path)[0])
    place_of(path).unlink()
    with pytest.raises(ReturnwatchError, match=r"cannot be opened as a DuckDB file .*; restore it, or delete it"):
        Warehouse(tmp_path, MEMORY)


def test_what_was_kept_of_a_checkpoint_that_is_through_is_thrown_away(tmp_path: Path) -> None:
    path = made(tmp_path)
    changed_and_killed(path)
    duckdb.connect(str(path)).close()  # whoever else opens it takes the log in
    assert not path.with_name(LOG).exists()
    through = path.read_bytes()
    put_back(path)
    assert path.read_bytes() == through
    assert not place_of(path).exists()
    assert rows(tmp_path) == 1001


def test_what_was_kept_of_a_file_that_is_gone_or_damaged_is_in_nobodys_way(tmp_path: Path) -> None:
    path = made(tmp_path)
    place_of(path).write_bytes(b"PK no longer")
    assert rows(tmp_path) == 1000
    changed_and_killed(path)
    path.unlink()
    put_back(path)
    assert not place_of(path).exists()


@pytest.mark.parametrize("moment", ["before_header", "after_free_list_write"])
def test_a_log_that_cannot_be_taken_in_is_a_warning_and_the_next_run_takes_it_in(
    tmp_path: Path, moment: str, caplog: pytest.LogCaptureFixture
) -> None:
    made(tmp_path)
    with Warehouse(tmp_path, MEMORY) as warehouse:
        warehouse.connection.execute("insert into core.x values (-1)")
        warehouse.commit()
        warehouse.connection.execute(f"set debug_checkpoint_abort = '{moment}'")
    assert f"{tmp_path / FILE}: committed, but the log is not in the file yet" in caplog.text
    assert sorted(place.name for place in tmp_path.iterdir()) == sorted((FILE, LOG, f"{FILE}.undo"))
    assert rows(tmp_path) == 1001
    assert [place.name for place in tmp_path.iterdir()] == [FILE]


def test_what_an_ended_run_left_beside_the_file_is_taken_in_where_there_is_nothing_to_do(tmp_path: Path) -> None:
    path = made(tmp_path)
    changed_and_killed(path)
    half_written(path, metadata_blocks(path)[0])
    mend(tmp_path, MEMORY)
    assert [place.name for place in tmp_path.iterdir()] == [FILE]
    before = path.stat()
    mend(tmp_path, MEMORY)
    assert path.stat() == before
    assert rows(tmp_path) == 1001


def test_where_nothing_can_be_kept_no_checkpoint_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made(tmp_path)
    changed_and_killed(path)
    before = path.read_bytes()

    def full(_: object, __: object) -> None:
        raise OSError(28, "No space left on device", "place")

    with monkeypatch.context() as patched:
        patched.setattr(Undo, "keep", full)
        with Warehouse(tmp_path, MEMORY) as warehouse:
            assert warehouse.count("core.x") == 1001
            with pytest.raises(ReturnwatchError, match="no space left"):
                warehouse.commit()
    assert path.read_bytes() == before
    assert path.with_name(LOG).exists()
    assert rows(tmp_path) == 1001


def test_nobody_else_opens_the_file_while_it_is_kept(tmp_path: Path) -> None:
    path = made(tmp_path)
    code = "import duckdb, sys; duckdb.connect(sys.argv[1], read_only=True)"
    with Warehouse(tmp_path, MEMORY) as warehouse:
        warehouse.connection.execute("insert into core.x values (-1)")
        warehouse.commit()
        assert place_of(path).exists()
        other = subprocess.run(
            [sys.executable, "-c", code, str(path)], check=False, capture_output=True, text=True, timeout=60
        )
    assert "Could not set lock on file" in other.stderr

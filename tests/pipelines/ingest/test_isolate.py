"""What a reader is lost over costs that file alone: real processes, killed, stopped and filled for real."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pipelines.errors import ReturnwatchError
from pipelines.ingest.discover import DeliveredFile, describe
from pipelines.ingest.isolate import Limits, Reader
from pipelines.ingest.stage import StagedFile, stage_file
from tests.ingest_tools import KEY, MEMORY, ORDERS, delivered, rows_of

SMALL = ORDERS + "1,C1,2026-01-01,EUR\n2,,2026-01-02,EUR\n3\n"
LARGE = ORDERS + "".join(f"{n},C1,2026-01-01 10:00:00,EUR\n" for n in range(300_000))
PATIENCE = 60.0


@pytest.fixture(name="staging")
def _staging(tmp_path: Path) -> Path:
    folder = tmp_path / "staging"
    folder.mkdir()
    return folder


def strike(reader: Reader, staging: Path, file: DeliveredFile, signals: list[signal.Signals]) -> Callable[[], None]:
    """Send each signal to the process that reads ``file``, one a process, while it does; return what waits for it."""

    def run() -> None:
        struck: set[int] = set()
        end = time.monotonic() + PATIENCE
        for number in signals:
            while time.monotonic() < end:
                pid = reader.pid
                if pid is not None and pid not in struck and list(staging.glob(f"{file.sha256}.*")):
                    os.kill(pid, number)
                    struck.add(pid)
                    break
                time.sleep(0.002)
        assert len(struck) == len(signals), "the process was never seen reading"

    thread = threading.Thread(target=run)
    thread.start()
    return thread.join


def assert_refused(staged: StagedFile, reason: str) -> None:
    """Hold that a file is refused for that one reason, and that the ledger will not take it for known."""
    assert staged.refusal is not None
    assert reason in staged.refusal
    assert "\n" not in staged.refusal
    assert (staged.rows_read, staged.rows_quarantined, staged.place, staged.file.sha256) == (0, 0, None, "")


def assert_gone(pid: int | None) -> None:
    """Hold that no process of that number is left, not even one that nobody has waited for."""
    assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_process_reads_as_this_one_does(tmp_path: Path, staging: Path) -> None:
    file = delivered(tmp_path, "orders.csv", SMALL)
    with Reader(staging, KEY, Limits(MEMORY)) as reader:
        apart = reader.stage(file)
    rows = rows_of(apart)
    here = stage_file(file, staging, KEY, MEMORY)
    assert apart == here
    assert (apart.rows_read, apart.rows_quarantined) == (3, 2)
    assert rows == rows_of(here)


def test_one_process_reads_many_files_of_every_format_and_is_gone_then(tmp_path: Path, staging: Path) -> None:
    files = [delivered(tmp_path, f"orders_{n}.csv", SMALL.replace("C1", f"C{n}")) for n in range(3)]
    files.append(
        delivered(tmp_path, "orders.jsonl", '{"order_id":1,"customer_id":2,"ordered_at":"2026-01-01","currency":"EUR"}')
    )
    with Reader(staging, KEY, Limits(MEMORY)) as reader:
        pids = {(reader.stage(file).rows_read, reader.pid) for file in files}
        pid = reader.pid
    assert pids == {(3, pid), (1, pid)}
    assert_gone(pid)
    assert not [place for place in staging.iterdir() if place.is_symlink()]


def test_what_is_refused_by_name_needs_no_process(tmp_path: Path, staging: Path) -> None:
    with Reader(staging, KEY, Limits(MEMORY)) as reader:
        staged = reader.stage(delivered(tmp_path, "orders.xml", "x"))
        assert reader.pid is None
    assert "not a known ending" in str(staged.refusal)
    assert staged.file.sha256 != ""


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGKILL], ids=lambda number: number.name)
def test_a_file_that_its_reader_dies_of_twice_is_refused_alone(
    tmp_path: Path, staging: Path, number: signal.Signals
) -> None:
    before, guilty = delivered(tmp_path, "orders_1.csv", SMALL), delivered(tmp_path, "orders_2.csv", LARGE)
    after = delivered(tmp_path, "orders_3.csv", SMALL + "4\n")
    with Reader(staging, KEY, Limits(MEMORY)) as reader:
        first, pid = reader.stage(before), reader.pid
        wait = strike(reader, staging, guilty, [number, number])
        refused = reader.stage(guilty)
        wait()
        last = reader.stage(after)
    assert_refused(refused, f"the reader died of it ({number.name})")
    assert (first.rows_read, last.rows_read) == (3, 4)
    assert_gone(pid)
    assert sorted(staging.iterdir()) == sorted(Path(place) for place in first.places + last.places)


def test_a_file_that_its_reader_dies_over_once_is_read_again(tmp_path: Path, staging: Path) -> None:
    innocent = delivered(tmp_path, "orders.csv", LARGE)
    with Reader(staging, KEY, Limits(MEMORY)) as reader:
        wait = strike(reader, staging, innocent, [signal.SIGKILL])
        staged = reader.stage(innocent)
        wait()
    assert (staged.refusal, staged.rows_read, staged.rows_quarantined) == (None, 300_000, 0)


def test_a_reader_that_hangs_is_ended_in_time(tmp_path: Path, staging: Path) -> None:
    guilty, after = delivered(tmp_path, "orders_2.csv", LARGE), delivered(tmp_path, "orders_3.csv", SMALL)
    with Reader(staging, KEY, Limits(MEMORY, seconds=4)) as reader:
        wait = strike(reader, staging, guilty, [signal.SIGSTOP])
        began = time.monotonic()
        refused = reader.stage(guilty)
        seconds = time.monotonic() - began
        wait()
        assert reader.pid is None
        assert reader.stage(after).rows_read == 3
    assert_refused(refused, "takes longer than 4 seconds; deliver it in parts, or raise [engine] file_seconds")
    assert 4 <= seconds < 4 + PATIENCE


def test_a_reader_that_asks_for_all_memory_is_ended(tmp_path: Path, staging: Path) -> None:
    guilty = delivered(tmp_path, "orders.json", "[" + "[]," * 7_000_000 + "[]]")
    after = delivered(tmp_path, "orders.csv", SMALL)
    with Reader(staging, KEY, Limits("600MB")) as reader:
        assert_refused(reader.stage(guilty), "more memory than one file may have (600MB); deliver it in parts")
        assert reader.stage(after).rows_read == 3


def test_few_bytes_that_unpack_to_all_memory_are_refused(tmp_path: Path, staging: Path) -> None:
    place = tmp_path / "landing/canonical/orders.parquet"
    place.parent.mkdir(parents=True)
    names = dict.fromkeys(("order_id", "ordered_at", "currency"), ["x"] * 400)
    pl.DataFrame({"customer_id": ["x" * (1 << 20)] * 400, **names}).write_parquet(place, compression="zstd")
    file = describe(place, tmp_path / "landing")
    assert file is not None
    assert file.n_bytes < 1 << 22
    with Reader(staging, KEY, Limits("300MB")) as reader:
        assert_refused(reader.stage(file), "[engine] file_memory_limit")
    assert list(staging.iterdir()) == []


def test_a_limit_too_low_for_any_reader_is_told(tmp_path: Path, staging: Path) -> None:
    file = delivered(tmp_path, "orders.csv", SMALL)
    with (
        Reader(staging, KEY, Limits("20MB")) as reader,
        pytest.raises(ReturnwatchError, match=r"too low to read any file in; raise \[engine\] file_memory_limit"),
    ):
        reader.stage(file)


def test_a_file_that_is_replaced_while_it_is_read_is_refused_for_now(tmp_path: Path, staging: Path) -> None:
    file = delivered(tmp_path, "orders.csv", SMALL)
    other = file.place.with_name("other")
    other.write_text(SMALL + "4\n", encoding="utf-8")
    other.replace(file.place)
    with Reader(staging, KEY, Limits(MEMORY)) as reader:
        assert_refused(reader.stage(file), "the file changed while it was read; deliver it again")
        again = describe(file.place, file.landing)
        assert again is not None
        assert reader.stage(again).rows_read == 4


def test_a_file_that_becomes_a_link_out_of_the_folder_is_not_read(tmp_path: Path, staging: Path) -> None:
    file = delivered(tmp_path, "orders.csv", SMALL)
    secret = tmp_path / "secret.csv"
    secret.write_text(SMALL, encoding="utf-8")
    file.place.unlink()
    file.place.symlink_to(secret)
    with Reader(staging, KEY, Limits(MEMORY)) as reader:
        staged = reader.stage(file)
    assert staged.refusal == "links out of the landing folder; deliver the file itself"
    assert list(staging.iterdir()) == []


@pytest.mark.parametrize(
    ("memory", "n_bytes", "of_duckdb"),
    [("1GB", 10**9, "714418KiB"), ("512MiB", 1 << 29, "262144KiB"), ("1.5 KiB", 1536, "0KiB")],
)
def test_limits_say_how_much_a_file_may_take(memory: str, n_bytes: int, of_duckdb: str) -> None:
    limits = Limits(memory, 10)
    assert (limits.n_bytes, limits.of_duckdb) == (n_bytes, of_duckdb)
    assert [limits.seconds_for(size << 20) for size in (0, 49, 50, 120)] == [10, 10, 20, 30]

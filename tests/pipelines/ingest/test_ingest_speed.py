"""Ingestion against DuckDB's own reading of the same file, in the same process, one after the other."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines.ingest.deliver import stage_delivery
from pipelines.ingest.discover import discover
from pipelines.ingest.isolate import Limits
from tests.ingest_tools import KEY

ROOT = Path(__file__).parents[3]
ROWS = int(os.environ.get("INGEST_ROWS", "10000000"))
ROUNDS = int(os.environ.get("INGEST_ROUNDS", "3"))


@pytest.mark.slow
def test_ten_million_order_lines_take_four_times_what_duckdb_takes_at_most(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.ingest_speed", str(ROWS), str(tmp_path), str(ROUNDS)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    told = json.loads(done.stdout)
    sys.stdout.write(f"\n{done.stdout}")
    rounds = told["rounds"]
    assert [one["rows"] for one in rounds] == [ROWS] * ROUNDS
    ratios = sorted(one["all"] / one["reference"] for one in rounds)
    assert ratios[len(ratios) // 2] <= 4, told
    assert told["own_bytes"] + told["reader_bytes"] < 4 << 30, told


def test_many_small_files_take_no_process_each(tmp_path: Path) -> None:
    folder = tmp_path / "landing/canonical"
    folder.mkdir(parents=True)
    for n in range(40):
        text = "".join(f"{n}-{row},1,S,1,9.90\n" for row in range(200))
        (folder / f"order_lines_{n}.csv").write_text(f"order_id,line_id,sku,quantity,unit_price\n{text}", "utf-8")
    files = discover(tmp_path / "landing")
    began = time.process_time(), os.times().children_user + os.times().children_system
    staged = stage_delivery(files, tmp_path / "staging", KEY, Limits())
    seconds = time.process_time() - began[0] + os.times().children_user + os.times().children_system - began[1]
    assert [one.rows_read for one in staged] == [200] * 40
    # starting a process takes about half a second: one for each file would take 20 seconds of the processor
    assert seconds < 8

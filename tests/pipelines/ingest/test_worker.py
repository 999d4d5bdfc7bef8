"""What runs in the process that reads files, run here: its answers to what it is sent."""

from __future__ import annotations

import io
import json
import pickle
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.ingest.discover import DeliveredFile
from pipelines.ingest.worker import Duty, serve
from tests.ingest_tools import KEY, MEMORY, ORDERS, delivered


def answers(folder: Path, files: list[DeliveredFile], memory: str = MEMORY) -> list[Any]:
    """Send files to a reader and return its answers."""
    (folder / "staging").mkdir(exist_ok=True)
    sent, received = io.BytesIO(b"".join(map(pickle.dumps, files))), io.BytesIO()
    serve(Duty(folder / "landing", folder / "staging", KEY, memory, 10**9), sent, received)
    return [json.loads(line) for line in received.getvalue().splitlines()]


def test_it_says_that_it_is_ready_and_ends_when_nobody_asks(tmp_path: Path) -> None:
    assert answers(tmp_path, []) == [["ready", None]]


def test_it_tells_what_became_of_each_file(tmp_path: Path) -> None:
    good = delivered(tmp_path, "orders_1.csv", ORDERS.replace("\n", ",fax\n") + "1,C1,2026-01-01,EUR,1\n2,C,x,EUR,\n")
    bad = delivered(tmp_path, "orders_2.csv", "order_id\n1\n")
    vanished = delivered(tmp_path, "orders_3.csv", ORDERS)
    vanished.place.unlink()
    _, first, second, third = answers(tmp_path, [good, bad, vanished])
    assert first[0] == second[0] == third[0] == "staged"
    assert (first[1]["rows_read"], first[1]["rows_quarantined"], first[1]["unknown_columns"]) == (2, 1, ["fax"])
    assert pl.read_parquet(first[1]["place"])["order_id"].to_list() == ["1", "2"]
    assert "customer_id, ordered_at, currency is missing" in second[1]["refusal"]
    assert (second[1]["place"], second[1]["is_unread"]) == (None, False)
    assert "cannot be read" in third[1]["refusal"]
    assert third[1]["is_unread"] is True


def test_what_one_file_leaves_another_does_not_see(tmp_path: Path) -> None:
    json_file = delivered(tmp_path, "orders.jsonl", '{"order_id":"J","customer_id":2,"ordered_at":"2026-01-01"}')
    csv_file = delivered(tmp_path, "orders.csv", ORDERS + "1,C1,2026-01-01,EUR\n")
    damaged = delivered(tmp_path, "orders.parquet", b"PAR1 and nothing more PAR1")
    told = answers(tmp_path, [json_file, csv_file, damaged, json_file, csv_file])[1:]
    assert [one[1]["rows_read"] for one in told] == [0, 1, 0, 0, 1]
    assert "currency is missing" in told[0][1]["refusal"]
    assert "not a Parquet file" in told[2][1]["refusal"]


def test_too_little_memory_is_told_apart_from_what_ends_the_run(tmp_path: Path) -> None:
    rows = "".join(f"{n},{'x' * 500},2026-01-01,EUR\n" for n in range(20_000))
    large = delivered(tmp_path, "orders.csv", ORDERS + rows)
    assert [one[0] for one in answers(tmp_path, [large], "4MB")] == ["ready", "memory"]


def test_a_file_outside_the_landing_folder_is_refused(tmp_path: Path) -> None:
    file = delivered(tmp_path / "other", "orders.csv", ORDERS)
    ((_, told),) = answers(tmp_path, [file])[1:]
    assert told["refusal"] == "links out of the landing folder; deliver the file itself"

"""Crafted files: each is read or refused with one reason, in bounded time and memory, and the rest is loaded."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
import zstandard

from pipelines.ingest.deliver import stage_delivery
from pipelines.ingest.discover import discover
from pipelines.ingest.isolate import Limits
from tests.ingest_tools import KEY, ORDERS, load

if TYPE_CHECKING:
    from tests.conftest import LandingWriter

ROW = "1,C1,2026-01-01,EUR\n"
NAMES, VALUES = ORDERS.strip().split(","), ROW.strip().split(",")
BOMB = "it unpacks to more than 200 times its size; deliver it unpacked if it is real"
WIDE = "it has more than 4000 columns; deliver those that the table has"


def wide(n_columns: int) -> dict[str, str | bytes]:
    """Return orders with so many columns more, in every format but Parquet."""
    more = [f"x{n}" for n in range(n_columns)]
    text = json.dumps(dict(zip(NAMES, VALUES, strict=True)) | dict.fromkeys(more, 1))
    header = ",".join([*NAMES, *more])
    return {"orders_w.csv": f"{header}\n{ROW.strip()}{',1' * n_columns}\n", "orders_w.json": f"[{text}]"}


def outcomes(landing: Path, home: Path) -> dict[str, Any]:
    """Load a landing folder; return the reason of each file that was refused, the rows of each that was read."""
    rows = load(home, landing)
    return {str(row["path"]).split("/")[-1]: row["error"] or row["rows_read"] for row in rows}


def test_crafted_files_cost_themselves_alone(write_landing: LandingWriter, tmp_path: Path) -> None:
    zeros = bytes(1 << 29)
    landing = write_landing(
        {
            **wide(5_000),
            "orders_bomb.csv.gz": gzip.compress(zeros, 1),
            "orders_bomb.csv.zst": zstandard.compress(zeros),
            "orders_deep.json": "[" * 100_000 + "]" * 100_000,
            "orders_good.csv": ORDERS + ROW,
            "orders_noise.parquet": b"PAR1" + os.urandom(50_000) + b"PAR1",
        }
    )
    os.mkfifo(landing / "canonical/orders_pipe.csv")
    found = outcomes(landing, tmp_path / "home")
    assert found.pop("orders_deep.json").startswith("not valid JSON (maximum recursion depth")
    assert found == {
        "orders_bomb.csv.gz": BOMB,
        "orders_bomb.csv.zst": BOMB,
        "orders_good.csv": 1,
        "orders_noise.parquet": "not a Parquet file, or a damaged one; deliver it again",
        "orders_pipe.csv": "cannot be read (not a regular file); check its permissions",
        "orders_w.csv": WIDE,
        "orders_w.json": WIDE,
    }
    assert list((tmp_path / "home/staging").glob("*.csv*")) == []


@pytest.mark.slow
def test_crafted_files_of_great_size_cost_themselves_alone(write_landing: LandingWriter, tmp_path: Path) -> None:
    line = "2," + "x" * 100_000_000 + ",2026-01-01,EUR\n"
    landing = write_landing(
        {
            **wide(100_000),
            "orders_deep.jsonl": '{"order_id":' * 100_000 + "1" + "}" * 100_000,
            "orders_lists.json": "[" + "[]," * 20_000_000 + "[]]",
            "orders_line.csv": ORDERS + ROW + line + "3,C1,2026-01-01,EUR\n",
        }
    )
    more = {f"x{n}": [1] for n in range(100_000)}
    columns = {name: [value] for name, value in zip(NAMES, VALUES, strict=True)} | more
    pl.DataFrame(columns).write_parquet(landing / "canonical/orders_w.parquet")
    staging = tmp_path / "staging"
    staged = stage_delivery(discover(landing), staging, KEY, Limits("600MB"))
    found = {one.file.place.name: one.refusal or (one.rows_read, one.rows_quarantined) for one in staged}
    assert str(found.pop("orders_deep.jsonl")).startswith("required column order_id, customer_id")
    assert str(found.pop("orders_lists.json")).startswith("reading it takes more memory than one file may have (600MB)")
    assert found == {"orders_line.csv": (3, 1), "orders_w.csv": WIDE, "orders_w.json": WIDE, "orders_w.parquet": WIDE}
    assert {str(place) for place in staging.iterdir()} == {place for one in staged for place in one.places}

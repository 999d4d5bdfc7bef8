"""A person erased from a home that the program ran: warehouse, features, scores, costs, every set, page and log."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pipelines.doctor import broken_files
from pipelines.publish import current_set, tables_of
from pipelines.simulate import SimulationParams, simulate
from tests.privacy_tools import CUSTOMER, IDENTIFIERS, all_traces, csv_text, found_in, landing_files, rows_of
from tests.program import ROOT, Ended, fingerprint, returnwatch

HISTORIES = frozenset({"report_data_quality", "report_schema_drift"})
"""Tables that tell one delivery from the next: a full refresh makes one delivery of all."""
KILLS = int(os.environ.get("TEST_FORGET_KILLS", "12"))


def run(folder: Path, *more: str) -> Ended:
    places = ("--landing", folder / "landing", "--home", folder / "home")
    done = returnwatch("run", *places, "--review-capacity", "1000", "--json", *more)
    assert done.code == 0, done.err
    return done


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a landing folder and a home with two published sets, a log and data docs in it."""
    folder = tmp_path_factory.mktemp("ran")
    landing = folder / "landing"
    simulate(landing, folder / "truth.csv", SimulationParams(orders=40, seed=5, start=date(2025, 11, 1), months=2))
    for name, text in landing_files().items():
        (landing / "canonical" / name).write_text(text, encoding="utf-8")
    run(folder)
    later = rows_of("returns")[2] | {"rma_id": "OTR-2", "sku": "SKU-C"}
    # Out of the ordinary, so that the person stands in the queue and in the report as well.
    odd = rows_of("returns")[0] | {"rma_id": "PLR-93", "quantity": "400"}
    (landing / "canonical" / "returns_later.csv").write_text(csv_text([later, odd]), encoding="utf-8")
    run(folder)
    assert (folder / "home" / "data_docs").is_symlink(), "the pages lie in a folder of their own behind a link"
    for name in ("logs/run.log", "data_docs/index.html"):
        place = folder / "home" / name
        place.parent.mkdir(exist_ok=True)
        before = place.read_text(encoding="utf-8") if place.exists() else ""
        place.write_text(f"{before}<p>PLO-81 of {CUSTOMER}</p>", encoding="utf-8")
    return folder


@pytest.fixture
def copied(ran: Path, tmp_path: Path) -> Path:
    shutil.copytree(ran / "home", tmp_path / "home", symlinks=True)
    return tmp_path / "home"


def published(home: Path, name: str) -> pl.DataFrame:
    return pl.read_parquet(home / "published" / "current" / f"{name}.parquet")


def test_nothing_is_left_anywhere_and_the_figures_stand(ran: Path, copied: Path) -> None:
    traces = all_traces(copied)
    before = found_in(copied, traces)
    assert set(before) == traces
    pages = (copied / "data_docs").readlink().as_posix()
    index = (copied / "data_docs" / "index.html").stat()
    places = {place for held in before.values() for place in held}
    assert places >= {
        "warehouse.duckdb", "logs/run.log", f"{pages}/index.html", "published/SET/report.html",
        *(f"published/SET/{name}.parquet" for name in (
            "rma_scores", "flagged_queue", "rma_features", "return_costs", "quarantine",
        )),
        *(f"warehouse.duckdb:{name}" for name in (
            "raw.orders", "core.customers", "core.rma_lines", "feat.rma_features", "score.rma_scores", "raw.quarantine",
        )),
    }  # fmt: skip
    opened = {name: (current_set(copied) or copied) / f"{name}.parquet" for name in ("rma_scores", "return_costs")}
    reader = opened["return_costs"].open("rb")
    costs = published(copied, "return_costs")

    done = returnwatch("forget", CUSTOMER, "--home", copied, "--landing", ran / "landing", "--json")
    assert done.code == 0, done.err
    assert found_in(copied, traces) == {}
    anew = copied / "data_docs" / "index.html"
    assert f"{pages}/index.html" in done.json["files_rewritten"]
    assert (anew.stat().st_ino != index.st_ino, anew.parent.resolve().name) == (True, pages)
    assert "Data quality" in anew.read_text(encoding="utf-8")
    with reader:
        assert pl.read_parquet(reader).equals(costs), "a reader that opened the old set can finish"
    assert not opened["return_costs"].exists()
    _compare(copied, ran / "home")
    assert len(done.json["published"]) == 2
    still = {f"canonical/{name}" for name in (*landing_files(), "returns_later.csv")}
    assert set(done.json["delivered_files_still_naming"]) == still, "the later file mentions an order in a comment"
    assert [value for values in IDENTIFIERS.values() for value in values if value in done.out + done.err] == []


@pytest.mark.slow
def test_a_full_refresh_of_the_same_exports_brings_nobody_back(ran: Path, copied: Path) -> None:
    traces = all_traces(copied)
    assert returnwatch("forget", CUSTOMER, "--home", copied).code == 0
    run(_beside(copied, ran), "--full-refresh")
    assert found_in(copied, traces) == {}
    _compare(copied, ran / "home", without=HISTORIES)
    _same_of_others(copied, ran / "home")


def _beside(home: Path, ran: Path) -> Path:
    """Return the folder of a copied home, with the same landing folder beside it."""
    (home.parent / "landing").symlink_to(ran / "landing")
    return home.parent


def _heights(home: Path, without: frozenset[str]) -> dict[str, object]:
    """Return the rows of the tables of the current set."""
    entries = tables_of(home / "published" / "current").items()
    return {name: entry["rows"] for name, entry in entries if name not in without}


def _compare(home: Path, before: Path, without: frozenset[str] = frozenset()) -> None:
    """Hold the current set against that of the home before: whole, the same amounts, counts and features."""
    sets = [place for place in (home / "published").iterdir() if not place.is_symlink()]
    assert len(sets) >= 2
    assert [problem for folder in sets for problem in broken_files(folder)] == []
    assert _heights(home, without) == _heights(before, without)
    amounts = ["sku", "component", "amount", "incurred_on", "basis"]
    costs, old = published(home, "return_costs"), published(before, "return_costs")
    assert costs.select(amounts).sort(amounts).equals(old.select(amounts).sort(amounts))
    assert costs["amount"].sum() == old["amount"].sum()
    assert (costs["rma_id"].n_unique(), costs["order_id"].n_unique()) == (
        old["rma_id"].n_unique(),
        old["order_id"].n_unique(),
    )
    features, known = published(home, "rma_features"), published(before, "rma_features")
    if not without:
        names = features.drop("rma_id", "customer_id").columns
        assert features.select(names).sort(names).equals(known.select(names).sort(names))
    assert features["customer_id"].n_unique() == known["customer_id"].n_unique()
    assert set(costs["rma_id"]) <= set(published(home, "rma_scores")["rma_id"])


def _same_of_others(home: Path, before: Path) -> None:
    """Hold the features of others against those of before; of the person, new exports tell no identifier any more."""
    key = ["rma_id", "stage"]
    known = published(before, "rma_features").filter(pl.col("customer_id") != CUSTOMER).sort(key)
    # how usual a comment is was read from the person's comments too
    features = published(home, "rma_features").join(known.select(key), on=key, how="semi").sort(key)
    comments = [name for name in known.columns if "comment" in name]
    assert features.height == known.height > 0
    assert features.drop(comments).equals(known.drop(comments))


@pytest.mark.slow
def test_what_people_read_of_it(ran: Path, copied: Path) -> None:
    before = fingerprint(copied)
    planned = returnwatch("forget", CUSTOMER, "--home", copied, "--dry-run")
    assert (planned.code, planned.out.splitlines()[0]) == (0, "Would be erased (nothing was changed):")
    unknown = returnwatch("forget", "NOBODY", "--home", copied)
    assert (unknown.code, unknown.out, len(unknown.err.splitlines())) == (1, "", 1)
    assert fingerprint(copied) == before
    done = returnwatch("forget", CUSTOMER, "--home", copied, "--landing", ran / "landing")
    assert "  raw.orders: 2 rows" in done.out
    assert "  still names the person: canonical/orders_planted.csv" in done.out
    again = returnwatch("forget", CUSTOMER, "--home", copied)
    assert again.out.startswith("This person was already erased, on 20")
    rotated = returnwatch("rotate-key", "--home", copied)
    assert (rotated.code, rotated.out.splitlines()[-1]) == (
        0,
        "The new key lies in the home's file `key`; back it up, and destroy copies of the old one.",
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(KILLS))
def test_kill_9_at_any_moment_leaves_the_old_or_the_new_state(ran: Path, copied: Path, seed: int) -> None:
    traces, before = all_traces(copied), fingerprint(copied)
    command = [sys.executable, "-m", "pipelines", "forget", CUSTOMER, "--home", str(copied)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    # most of the time from the moment on at which the new files are being prepared
    while seed % 4 and process.poll() is None and not (copied / "switch").exists():
        time.sleep(0.002)
    time.sleep(random.Random(seed).uniform(0, 1.5))  # noqa: S311 - moments, not secrets
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert broken_files(current_set(copied) or copied) == []
    is_new = (copied / "switch" / "journal.json").exists() or (copied / "receipts").exists()
    if not is_new:
        held = {name: mark for name, mark in fingerprint(copied).items() if not name.startswith(("switch/", "spill/"))}
        assert {name for name in held if held[name] != before.get(name)} <= {"warehouse.duckdb.wal"}
    done = returnwatch("forget", CUSTOMER, "--home", copied, "--json")
    assert (done.code, done.json["status"]) == (0, "already_erased" if is_new else "erased"), done.err
    assert found_in(copied, traces) == {}
    assert len(list((copied / "receipts").iterdir())) == 1
    _compare(copied, ran / "home")

"""The whole way of the data, as a user runs it: what comes out, again and again, and what a failure leaves."""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.warehouse import Warehouse
from tests.program import ROOT, RunShop, fingerprint, returnwatch, table_hashes
from tests.small_disk import small_disk

EPOCH = {"SOURCE_DATE_EPOCH": "1760000000"}


def test_a_run_says_what_the_contract_promises(shop: RunShop) -> None:
    assert shop.result.keys() >= {
        "rows", "quarantined", "rmas_scored", "rmas_flagged",
        "files_refused", "total_return_cost", "published", "seconds",
    }  # fmt: skip
    lines = sum(pl.read_csv(file, infer_schema=False).height for file in shop.landing.rglob("returns_*.csv"))
    assert shop.result["rows"]["returns"] == lines
    assert shop.result["rows"]["orders"] == 1_500
    assert shop.result["files_refused"] == []
    assert len(shop.result["top"]) == 10
    assert all(row["reason"] for row in shop.result["top"])


def test_the_published_files_are_those_of_the_manifest(shop: RunShop) -> None:
    folder = shop.home / "published" / "current"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest.keys() >= {"tables", "as_of", "published_at", "model_version", "run_id"}
    for name, entry in manifest["tables"].items():
        place = folder / entry["file"]
        assert hashlib.sha256(place.read_bytes()).hexdigest() == entry["sha256"], name
        assert pl.read_parquet(place).height == entry["rows"], name
    assert (folder / "report.html").stat().st_size > 100_000
    told = json.loads((folder / "definitions.json").read_text(encoding="utf-8"))["tables"]
    assert list(told["report_return_lines"]["columns"]) == sorted(
        pl.read_parquet_schema(folder / "report_return_lines.parquet")
    )


def test_every_rma_is_scored_once_and_ranked_without_gaps(shop: RunShop) -> None:
    scores = pl.read_parquet(shop.home / "published/current/rma_scores.parquet")
    delivered = pl.concat(pl.read_csv(file, infer_schema=False) for file in shop.landing.rglob("returns_*.csv"))
    assert sorted(scores["rma_id"]) == sorted(delivered["rma_id"].unique())
    assert scores["risk_rank"].to_list() == list(range(1, scores.height + 1))
    assert scores["risk_score"].is_between(0, 100).all()
    assert scores["risk_score"].is_sorted(descending=True)


def test_two_percent_are_flagged_and_each_has_its_reasons(shop: RunShop) -> None:
    scores = pl.read_parquet(shop.home / "published/current/rma_scores.parquet")
    queue = pl.read_parquet(shop.home / "published/current/flagged_queue.parquet")
    flagged = scores.filter("is_flagged")
    assert flagged.height == -(-scores.height * 2 // 100) == shop.result["rmas_flagged"]
    assert flagged["reasons"].list.len().is_between(1, 5).all()
    assert sorted(queue["rma_id"]) == sorted(flagged["rma_id"])
    assert queue["queue_rank"].to_list() == list(range(1, queue.height + 1))
    assert flagged["outcome"].is_in(["REVIEW", "HOLD"]).all()
    assert scores.filter(~pl.col("is_flagged"))["outcome"].unique().to_list() == ["CLEAR"]


def test_the_ledger_of_costs_holds_every_refund_once(shop: RunShop) -> None:
    costs = pl.read_parquet(shop.home / "published/current/return_costs.parquet")
    delivered = pl.concat(pl.read_csv(file, infer_schema=False) for file in shop.landing.rglob("returns_*.csv"))
    refunds = delivered["refund_amount"].cast(pl.Decimal(18, 4)).sum()
    assert costs.filter(pl.col("component") == "refund")["amount"].sum() == refunds
    assert shop.result["total_return_cost"] == pytest.approx(float(costs["amount"].sum()), abs=0.005)


def test_every_delivered_row_is_accounted_for(shop: RunShop) -> None:
    ledger = pl.read_parquet(shop.home / "published/current/ingest_ledger.parquet")
    kinds = ("rows_loaded", "rows_updated", "rows_duplicate", "rows_quarantined")
    assert (ledger["rows_read"] == ledger.select(pl.sum_horizontal(kinds)).to_series()).all()
    assert set(ledger["path"]) == {
        file.relative_to(shop.landing).as_posix() for file in shop.landing.rglob("*") if file.is_file()
    }


def test_nothing_personal_is_stored_or_published_in_clear_text(shop: RunShop) -> None:
    customers = pl.read_csv(shop.landing / "canonical/customers.csv", infer_schema=False).head(40)
    orders = pl.read_csv(next(shop.landing.rglob("orders_*.csv")), infer_schema=False).head(40)
    secrets = [value for name in ("email", "phone") for value in customers[name].drop_nulls()]
    secrets += [value for name in ("payment_fingerprint", "ship_name") for value in orders[name].drop_nulls()]
    assert len(secrets) > 60
    stored = b"\0".join(place.read_bytes() for place in shop.home.rglob("*") if place.is_file())
    assert [secret for secret in secrets if secret.encode() in stored] == []


def test_the_same_run_again_changes_nothing(shop: RunShop) -> None:
    before = fingerprint(shop.home)
    done = returnwatch("run", "--landing", shop.landing, "--home", shop.home, "--json", variables=EPOCH)
    assert (done.code, done.json["is_unchanged"]) == (0, True)
    assert fingerprint(shop.home) == before
    varying = {"seconds", "is_unchanged", "days_changed"}
    assert done.json["days_changed"] == {}
    assert {key: value for key, value in done.json.items() if key not in varying} == {
        key: value for key, value in shop.result.items() if key not in varying
    }


def test_another_home_and_more_threads_publish_the_same_bytes(shop: RunShop, tmp_path: Path) -> None:
    variables = {"POLARS_MAX_THREADS": "4", **EPOCH}
    done = returnwatch("run", "--landing", shop.landing, "--home", tmp_path, variables=variables, is_cold=True)
    assert done.code == 0, done.err
    assert table_hashes(tmp_path) == table_hashes(shop.home)


@pytest.fixture
def copied(shop: RunShop, tmp_path: Path) -> Path:
    """Return a copy of the home that was run, to be changed."""
    home = tmp_path / "home"
    shutil.copytree(shop.home, home, symlinks=True)
    return home


def only(folder: Path, name: str, content: bytes) -> Path:
    """Return a landing folder that holds one canonical file and nothing else."""
    place = folder / "landing" / "canonical" / name
    place.parent.mkdir(parents=True)
    place.write_bytes(content)
    return folder / "landing"


BAD_FILES = {
    "a truncated gzip": ("orders.csv.gz", gzip.compress(os.urandom(4096))[:2000], "cut short or damaged"),
    "a text named Parquet": ("orders.parquet", b"order_id,customer_id\n1,2\n", "not a Parquet file"),
    "a missing column": ("orders.csv", b"order_id,customer_id,ordered_at\n1,2,2026-01-01\n", "currency is missing"),
    "an empty file": ("orders.csv", b"", "the file is empty"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_alone_changes_nothing(case: str, copied: Path, tmp_path: Path) -> None:
    name, content, reason = BAD_FILES[case]
    before = fingerprint(copied)
    done = returnwatch("run", "--landing", only(tmp_path, name, content), "--home", copied)
    assert (done.code, done.out) == (1, "")
    line = done.err.splitlines()[-1]
    assert name in line
    assert reason in line
    assert "Traceback" not in done.err
    assert fingerprint(copied) == before


def test_a_bad_file_alone_in_a_new_home_leaves_no_warehouse(tmp_path: Path) -> None:
    landing = only(tmp_path, "orders.parquet", b"no parquet")
    assert returnwatch("run", "--landing", landing, "--home", tmp_path / "home").code == 1
    assert fingerprint(tmp_path / "home") == {}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--landing", "nowhere"), 1, "nowhere: no such landing folder"),
        (("--landing", "empty"), 1, "empty: no delivered files"),
        ((), 2, "--landing"),
        (("--landing", "empty", "--config", "wrong.toml"), 1, "unknown key 'publish.kep'"),
        (("--landing", "empty", "--config", "broken.toml"), 1, "broken.toml: not valid TOML"),
        (("--landing", "empty", "--as-of", "soon"), 2, "--as-of soon"),
    ],
)
def test_what_was_asked_wrongly_is_one_clear_line(
    arguments: tuple[str, ...], code: int, words: str, copied: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "wrong.toml").write_text("[publish]\nkep = 3\n", encoding="utf-8")
    (tmp_path / "broken.toml").write_text("[publish\n", encoding="utf-8")
    before = fingerprint(copied)
    done = returnwatch("run", *arguments, "--home", copied, cwd=tmp_path)
    assert (done.code, done.out) == (code, "")
    assert words in done.err
    assert "Traceback" not in done.err
    assert fingerprint(copied) == before


def test_good_files_beside_a_bad_one_are_loaded(shop: RunShop, copied: Path, tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    shutil.copytree(shop.landing, landing)
    (landing / "canonical" / "returns_bad.parquet").write_bytes(b"no parquet")
    (landing / "canonical" / "products_new.csv").write_text("sku,category\nNEW-1,Lamps\n", encoding="utf-8")
    done = returnwatch("run", "--landing", landing, "--home", copied, "--json")
    assert done.code == 0, done.err
    (refused,) = done.json["files_refused"]
    assert refused["path"] == "canonical/returns_bad.parquet"
    assert "not a Parquet file" in refused["reason"]
    assert done.json["rows"]["products"] == shop.result["rows"]["products"] + 1
    ledger = pl.read_parquet(copied / "published/current/ingest_ledger.parquet")
    assert ledger.filter(pl.col("status") == "refused")["error"].to_list() == [refused["reason"]]
    assert len(list((copied / "published").glob("2*"))) == 2


def test_a_currency_without_a_rate_is_named(copied: Path, tmp_path: Path) -> None:
    order = b"order_id,customer_id,ordered_at,currency\nUSD-1,C1,2025-07-01,USD\n"
    before = fingerprint(copied)
    done = returnwatch("run", "--landing", only(tmp_path, "orders_usd.csv", order), "--home", copied)
    assert done.code == 1
    assert "EUR, USD" in done.err
    assert "returnwatch.toml" in done.err
    assert fingerprint(copied) == before


def test_no_space_left_leaves_all_as_it_was(shop: RunShop) -> None:
    with small_disk(24 << 20) as disk:
        done = returnwatch("run", "--landing", shop.landing, "--home", disk / "home")
        assert (done.code, done.out) == (1, "")
        assert "no space left" in done.err.splitlines()[-1]
        assert "Traceback" not in done.err
        assert fingerprint(disk / "home") == {}


@pytest.mark.slow
def test_a_disk_that_fills_up_during_the_run_leaves_all_as_it_was(shop: RunShop, copied: Path) -> None:
    size = sum(place.stat().st_size for place in copied.rglob("*") if place.is_file()) + (60 << 20)
    with small_disk(size) as disk:
        home = disk / "home"
        shutil.copytree(copied, home, symlinks=True)
        before = fingerprint(home)
        run = subprocess.Popen(
            [sys.executable, "-m", "pipelines", "run", "--landing", shop.landing, "--home", home, "--full-refresh"],
            cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        _wait_for(home / "staging", run)
        (disk / "ballast").write_bytes(b"\0" * (shutil.disk_usage(disk).free - (1 << 20)))
        _, err = run.communicate(timeout=600)
        assert run.returncode == 1
        assert "no space left" in err.splitlines()[-1]
        after = fingerprint(home)
        assert after.pop("warehouse.duckdb")
        before.pop("warehouse.duckdb")
        assert {name: after[name] for name in before} == before
        (disk / "ballast").unlink()
        with Warehouse(home, "1GB") as warehouse:
            assert warehouse.count("raw.returns") == shop.result["rows"]["returns"]
            assert warehouse.count("score.rma_scores") == shop.result["rmas_scored"]
        assert (
            returnwatch("run", "--landing", shop.landing, "--home", home, "--full-refresh", variables=EPOCH).code == 0
        )
        assert table_hashes(home) == table_hashes(shop.home)


def _wait_for(place: Path, run: subprocess.Popen[Any]) -> None:
    """Wait until a run has begun to write there, however busy the machine is."""
    while not place.exists():
        assert run.poll() is None
        time.sleep(0.02)


def test_a_second_run_at_the_same_time_ends_at_once(shop: RunShop, copied: Path) -> None:
    before = fingerprint(copied)
    with (copied / "run.lock").open("a+", encoding="ascii") as holder:
        fcntl.flock(holder, fcntl.LOCK_EX)
        for extra in ((), ("--full-refresh",)):
            done = returnwatch("run", "--landing", shop.landing, "--home", copied, *extra)
            assert (done.code, done.out) == (1, "")
            assert "another run is writing here" in done.err.splitlines()[-1]
    assert fingerprint(copied) == before


def test_a_killed_run_leaves_the_published_set_and_the_next_run_recovers(shop: RunShop, copied: Path) -> None:
    before = fingerprint(copied / "published")
    run = subprocess.Popen(
        [sys.executable, "-m", "pipelines", "run", "--landing", shop.landing, "--home", copied, "--full-refresh"],
        cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    _wait_for(copied / "staging", run)
    time.sleep(1)
    run.send_signal(signal.SIGKILL)
    assert run.wait() == -signal.SIGKILL
    assert fingerprint(copied / "published") == before
    done = returnwatch("run", "--landing", shop.landing, "--home", copied, "--full-refresh", variables=EPOCH)
    assert done.code == 0, done.err
    assert table_hashes(copied) == table_hashes(shop.home)
    assert not (copied / "staging").exists()


def test_review_capacity_is_what_was_asked(shop: RunShop, copied: Path) -> None:
    done = returnwatch("run", "--landing", shop.landing, "--home", copied, "--json", "--review-capacity", "3")
    assert (done.code, done.json["rmas_flagged"], done.json["is_unchanged"]) == (0, 3, False)


def test_places_go_to_who_was_not_decided_yet(shop: RunShop, copied: Path, tmp_path: Path) -> None:
    capacity = ("--review-capacity", "3", "--home", copied, "--json")
    assert returnwatch("run", "--landing", shop.landing, *capacity).code == 0
    first = _queue(copied)
    landing = tmp_path / "landing"
    shutil.copytree(shop.landing, landing)
    rows = [f"{rma_id},legitimate,2025-09-01T00:00:00Z,ann" for rma_id in first]
    labels = landing / "canonical/review_labels_more.csv"
    labels.write_text("\n".join(["rma_id,verdict,decided_at,decided_by", *rows]) + "\n", encoding="utf-8")
    done = returnwatch("run", "--landing", landing, *capacity)
    assert done.code == 0, done.err
    assert len(set(_queue(copied)) - set(first)) == 3
    assert not {_queue(copied).get(rma_id) for rma_id in first} & {"HOLD"}


def _queue(home: Path) -> dict[str, str]:
    """Return the outcome of each RMA of the published queue."""
    queue = pl.read_parquet(home / "published/current/flagged_queue.parquet")
    return dict(queue.select("rma_id", "outcome").iter_rows())


def test_as_of_takes_the_shop_as_it_was(shop: RunShop, tmp_path: Path) -> None:
    done = returnwatch(
        "run", "--landing", shop.landing, "--home", tmp_path, "--json", "--as-of", "2025-08-15T02:00:00+02:00"
    )
    assert done.code == 0, done.err
    assert done.json["as_of"] == "2025-08-15T00:00:00Z"
    then = pl.read_parquet(tmp_path / "published/current/rma_features.parquet")
    now = pl.read_parquet(shop.home / "published/current/rma_features.parquet")
    assert 0 < then.height < now.height
    # What had ended by then is told as it is told now; a stage that went on was told as of an earlier moment.
    ended = now.filter(pl.col("stage_at") <= pl.datetime(2025, 8, 15))
    assert ended["stage"].n_unique() == 3
    assert then.join(ended, on=["rma_id", "stage", "stage_at"], how="semi", maintain_order="left").equals(ended)


def test_another_key_than_before_is_noticed(shop: RunShop, copied: Path, tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    shutil.copytree(shop.landing, landing)
    (landing / "canonical" / "products_new.csv").write_text("sku,category\nNEW-1,Lamps\n", encoding="utf-8")
    before = fingerprint(copied)
    other = {"RETURNWATCH_KEY": "another key of enough characters"}
    done = returnwatch("run", "--landing", landing, "--home", copied, variables=other)
    assert done.code == 1
    assert "the key is not the one that earlier deliveries were hashed with" in done.err
    assert other["RETURNWATCH_KEY"] not in done.err
    assert fingerprint(copied) == before
    assert returnwatch("run", "--landing", landing, "--home", copied, "--full-refresh", variables=other).code == 0

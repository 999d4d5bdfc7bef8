"""What a shop's exports and a user's disk can hold: large money, far dates, reverted files, damaged homes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pipelines.doctor import examine
from pipelines.errors import ReturnwatchError
from pipelines.publish import current_set
from pipelines.runner import RunRequest, run
from tests.conftest import LandingWriter
from tests.program import RunShop, returnwatch

HEAD = "rma_id,sku,quantity,requested_at,status,refund_amount,refunded_at\n"


def refunds(home: Path) -> dict[str, float]:
    folder = current_set(home)
    assert folder is not None
    costs = pl.read_parquet(folder / "return_costs.parquet").filter(pl.col("component") == "refund")
    return {rma: float(amount) for rma, amount in costs.select("rma_id", "amount").iter_rows()}


def test_money_and_dates_at_the_edges_lose_nothing(tmp_path: Path, write_landing: LandingWriter) -> None:
    rows = [
        "R1,S,1,2026-01-01,refunded,1000000,2026-01-02",
        "R2,S,1,2026-01-01,refunded,9999999999.99,2026-01-02",
        "R3,S,1,2026-01-03,refunded,100,9999-12-31",
        "R4,S,1,9999-12-31T23:59:59-12:00,refunded,7,",
        "R6,S,1,2026-01-01,refunded,12345678901,2026-01-02",
        "R5,S,1,2199-12-31T23:59:59-12:00,refunded,8,",
    ]
    landing = write_landing({"returns.csv": HEAD + "\n".join(rows) + "\n"})
    summary = run(RunRequest(tmp_path / "home", landing))
    assert summary.quarantined == 2
    assert refunds(tmp_path / "home") == {"R1": 1e6, "R2": 9999999999.99, "R3": 100.0, "R5": 8.0}
    folder = current_set(tmp_path / "home")
    assert folder is not None
    refused = pl.read_parquet(folder / "quarantine.parquet")
    assert refused["error"].to_list() == [
        "requested_at is missing",
        "refund_amount is not a readable money: it has more digits than are read",
    ]


def test_a_far_date_of_a_row_does_not_hide_its_others(tmp_path: Path, write_landing: LandingWriter) -> None:
    head = "rma_id,sku,quantity,requested_at,status,closed_at\n"
    rows = "".join(f"R{day},S,1,2026-03-0{day},requested,2099-12-31\n" for day in range(1, 7))
    landing = write_landing({"returns.csv": head + rows})
    assert run(RunRequest(tmp_path / "home", landing)).as_of == "2026-03-06T00:00:00Z"


def test_a_file_that_goes_back_to_what_it_was_is_a_new_delivery(tmp_path: Path, write_landing: LandingWriter) -> None:
    home, seen = tmp_path / "home", []
    for amount in ("10", "20", "10"):
        landing = write_landing({"returns.csv": HEAD + f"R1,S,1,2026-01-01,refunded,{amount},2026-01-02\n"})
        summary = run(RunRequest(home, landing))
        assert not summary.is_unchanged
        seen.append(refunds(home)["R1"])
    assert seen == [10.0, 20.0, 10.0]
    assert run(RunRequest(home, landing)).is_unchanged


@pytest.fixture
def copied(shop: RunShop, tmp_path: Path) -> Path:
    home = tmp_path / "home"
    shutil.copytree(shop.home, home, symlinks=True)
    return home


def damage_manifest(home: Path) -> None:
    (home / "published/current/manifest.json").write_text("{broken", encoding="utf-8")


def empty_manifest(home: Path) -> None:
    (home / "published/current/manifest.json").write_text("{}", encoding="utf-8")


def lose_scores(home: Path) -> None:
    (home / "published/current/rma_scores.parquet").unlink()


@pytest.mark.parametrize(
    "damage", [damage_manifest, *(pytest.param(one, marks=pytest.mark.slow) for one in (empty_manifest, lose_scores))]
)
def test_a_damaged_set_is_said_to_be_so_and_the_next_run_mends_it(
    damage: Callable[[Path], None], shop: RunShop, copied: Path
) -> None:
    damage(copied)
    done = returnwatch("export", "rma_scores", "--format", "csv", "--out", copied / "x.csv", "--home", copied)
    assert (done.code, done.out) == (1, "")
    assert "the published set is damaged" in done.err
    assert len(done.err.splitlines()) == 1
    assert returnwatch("doctor", "--home", copied).code == 1
    assert returnwatch("run", "--landing", shop.landing, "--home", copied).code == 0
    assert returnwatch("doctor", "--home", copied).code == 0


def test_a_home_that_is_a_file_is_one_clear_line(shop: RunShop, tmp_path: Path) -> None:
    (tmp_path / "afile").write_text("x", encoding="utf-8")
    for home in (tmp_path / "afile", tmp_path / "afile" / "x"):
        done = returnwatch("run", "--landing", shop.landing, "--home", home)
        assert (done.code, done.out) == (1, "")
        assert "check the path" in done.err
        assert len(done.err.splitlines()) == 1


def test_doctor_sees_what_the_next_run_would_stumble_over(
    copied: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RETURNWATCH_KEY", raising=False)
    (copied / "key").unlink()
    (copied / "warehouse.duckdb").write_bytes(b"junk of some length")
    (copied / "published/current").unlink()
    with pytest.raises(SystemExit, match="1"):
        examine(copied, None, as_json=False)
    said = capsys.readouterr().out
    assert "the key of the stored hashes is missing" in said
    assert "not a DuckDB file" in said
    assert "there are sets, but none is current" in said


def test_a_warehouse_that_is_none_is_said_to_be_so(shop: RunShop, copied: Path) -> None:
    (copied / "warehouse.duckdb").write_bytes(b"junk of some length")
    with pytest.raises(ReturnwatchError, match="restore it, or delete it and load every export again"):
        run(RunRequest(copied, shop.landing, full_refresh=True))


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "--landing", ".", "--as-of", "yesterday"),
        ("export", "rma_scores", "--format", "xml", "--out", "x"),
        ("simulate", "--out", "x", "--truth", "y", "--orders", "0"),
    ],
)
def test_arguments_that_make_no_sense_end_with_two(arguments: tuple[str, ...], shop: RunShop, tmp_path: Path) -> None:
    assert returnwatch(*arguments, "--home", shop.home, cwd=tmp_path).code == 2


@pytest.mark.parametrize("flag", ["1.0", " True ", "yes"])
def test_usual_spellings_of_a_truth_are_read(flag: str, shop: RunShop, tmp_path: Path) -> None:
    rma = shop.result["top"][0]["rma_id"]
    truth = tmp_path / "truth.csv"
    truth.write_text(f"rma_id,is_fraud\n{rma},{flag}\n", encoding="utf-8")
    done = returnwatch("evaluate", "--truth", truth, "--home", shop.home, "--json")
    assert (done.code, done.json["average_precision"]) == (0, 1.0)


def test_the_truth_of_another_shop_is_noticed(shop: RunShop, tmp_path: Path) -> None:
    truth = tmp_path / "truth.csv"
    truth.write_text("rma_id,is_fraud\nnobody,1\n", encoding="utf-8")
    done = returnwatch("evaluate", "--truth", truth, "--home", shop.home)
    assert done.code == 1
    assert "none of its RMAs is among the published scores" in done.err

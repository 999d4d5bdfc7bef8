"""The commands beside ``run``, as a user types them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from tests.program import RunShop, returnwatch


def test_help_names_every_command() -> None:
    done = returnwatch("--help")
    assert done.code == 0
    assert all(name in done.out for name in ("run", "simulate", "evaluate", "export", "report", "doctor"))


def test_no_heavy_library_is_loaded_for_help() -> None:
    done = returnwatch("--help", variables={"PYTHONPROFILEIMPORTTIME": "1"})
    loaded = {line.split("|")[-1].strip() for line in done.err.splitlines() if "|" in line}
    assert "typer" in loaded
    assert loaded.isdisjoint({"dagster", "polars", "duckdb", "sklearn", "numpy", "plotly", "pydantic"})


def test_an_unknown_command_is_a_wrong_argument() -> None:
    assert returnwatch("juggle").code == 2


def test_simulate_writes_the_shop_and_apart_from_it_the_truth(tmp_path: Path) -> None:
    out, truth = tmp_path / "exports", tmp_path / "truth.csv"
    done = returnwatch("simulate", "--out", out, "--truth", truth, "--orders", "60", "--seed", "3", "--json")
    assert done.code == 0, done.err
    assert done.json["orders"] == 60
    assert pl.read_csv(truth).columns == ["rma_id", "is_fraud", "archetype", "lookalike"]
    assert {place.name for place in out.iterdir()} == {"canonical"}


def test_simulate_refuses_what_makes_no_sense(tmp_path: Path) -> None:
    done = returnwatch("simulate", "--out", tmp_path / "e", "--truth", tmp_path / "t.csv", "--abuse-rate", "0.9")
    assert (done.code, done.out) == (2, "")
    assert "abuse_rate" in done.err
    assert "Traceback" not in done.err


def test_evaluate_gives_every_measure_of_the_contract(shop: RunShop) -> None:
    done = returnwatch("evaluate", "--truth", shop.truth, "--home", shop.home, "--json")
    assert done.code == 0, done.err
    assert done.json.keys() >= {
        "average_precision", "precision_at_capacity", "recall_at_capacity", "value_recall_at_capacity",
        "recall_by_archetype", "flag_rate_by_lookalike", "baselines",
    }  # fmt: skip
    assert done.json["average_precision"] > done.json["baselines"]["random"]["average_precision"]


def test_evaluate_prints_measures_for_people(shop: RunShop) -> None:
    done = returnwatch("evaluate", "--truth", shop.truth, "--home", shop.home, is_cold=True)
    assert done.code == 0
    assert "average_precision: 0." in done.out


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("rma,fraud\n1,1\n", "column rma_id, is_fraud is missing"),
        ("rma_id,is_fraud\nR1,perhaps\n", "neither true nor false in 1 rows"),
        ("", "cannot be read as CSV or Parquet"),
    ],
)
def test_a_truth_file_that_is_none_is_named(content: str, words: str, shop: RunShop, tmp_path: Path) -> None:
    truth = tmp_path / "truth.csv"
    truth.write_text(content, encoding="utf-8")
    done = returnwatch("evaluate", "--truth", truth, "--home", shop.home)
    assert (done.code, done.out) == (1, "")
    assert words in done.err
    assert "Traceback" not in done.err


def test_a_table_is_exported(shop: RunShop, tmp_path: Path) -> None:
    out = tmp_path / "queue.csv"
    done = returnwatch(
        "export", "flagged_queue", "--format", "csv", "--out", out, "--home", shop.home, "--json", is_cold=True
    )
    assert done.code == 0, done.err
    assert done.json == {"table": "flagged_queue", "rows": shop.result["rmas_flagged"], "out": str(out)}
    assert pl.read_csv(out).height == shop.result["rmas_flagged"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("export", "nothing", "--format", "csv", "--out", "x.csv"), "'nothing' is not a published table; there are"),
        (("export", "rma_scores", "--format", "pdf", "--out", "x.pdf"), "--format pdf: not a format"),
        (("export", "rma_scores", "--format", "csv", "--out", "no/x.csv"), "no/x.csv: cannot be written"),
        (("report", "--out", "no/x.html"), "The folder no does not exist"),
    ],
)
def test_what_cannot_be_written_is_one_clear_line(
    arguments: tuple[str, ...], words: str, shop: RunShop, tmp_path: Path
) -> None:
    done = returnwatch(*arguments, "--home", shop.home, cwd=tmp_path)
    assert (done.code, done.out) == (2 if "not a" in words else 1, "")
    assert words in done.err
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize("command", [("report", "--out", "x"), ("evaluate", "--truth", "x")])
def test_without_a_published_set_the_next_step_is_named(command: tuple[str, ...], tmp_path: Path) -> None:
    done = returnwatch(*command, "--home", tmp_path)
    assert done.code == 1
    assert "nothing is published yet; run `returnwatch run --landing DIR` first" in done.err


def test_the_report_is_the_page_of_the_published_set(shop: RunShop, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    assert returnwatch("report", "--out", out, "--home", shop.home, is_cold=True).code == 0
    assert out.read_bytes() == (shop.home / "published/current/report.html").read_bytes()


def test_doctor_finds_nothing_wrong_with_a_good_home(shop: RunShop) -> None:
    done = returnwatch("doctor", "--home", shop.home, "--json")
    assert (done.code, done.json["problems"]) == (0, [])
    assert done.json["installed"]["duckdb"][0] in "12"
    assert done.json["published"]["tables"]["rma_scores"] == shop.result["rmas_scored"]
    assert done.json["published"]["sources"]["canonical"]["files_refused"] == 0


def test_doctor_speaks_to_people_too(shop: RunShop) -> None:
    done = returnwatch("doctor", "--home", shop.home)
    assert done.code == 0
    assert done.out.endswith("nothing is wrong\n")


def test_doctor_of_a_home_that_is_not_there_names_the_next_step(tmp_path: Path) -> None:
    done = returnwatch("doctor", "--home", tmp_path / "none", "--json")
    assert (done.code, done.json["home"]["exists"]) == (0, False)
    assert done.json["published"]["next"] == "returnwatch run --landing DIR"


def test_doctor_finds_what_is_wrong(shop: RunShop, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(shop.home, home, symlinks=True)
    (home / "key").chmod(0o644)
    (home / "published/current/quarantine.parquet").unlink()
    with (home / "published/current/rma_scores.parquet").open("ab") as file:
        file.write(b"more")
    (tmp_path / "returnwatch.toml").write_text("[publish]\nkeep = 0\n", encoding="utf-8")
    done = returnwatch("doctor", "--home", home, "--config", tmp_path / "returnwatch.toml", "--json")
    assert done.code == 1
    problems = " ".join(done.json["problems"])
    assert "chmod 600" in problems
    assert "quarantine.parquet is missing" in problems
    assert "rma_scores.parquet is not the file that was published" in problems
    assert "'publish.keep'" in problems


def test_a_run_speaks_to_people(shop: RunShop) -> None:
    done = returnwatch(
        "run", "--landing", shop.landing, "--home", shop.home, variables={"SOURCE_DATE_EPOCH": "1760000000"}
    )
    assert done.code == 0
    for words in ("Rows in:", "RMAs scored:", "Most suspicious RMAs", "What returns cost", "Nothing new", "Report:"):
        assert words in done.out
    assert "total" in done.out


def test_json_is_one_object_and_nothing_else(shop: RunShop) -> None:
    done = returnwatch(
        "run", "--landing", shop.landing, "--home", shop.home, "--json", variables={"SOURCE_DATE_EPOCH": "1760000000"}
    )
    assert json.loads(done.out)["published"].startswith(str(shop.home))
    assert len(done.out.strip().splitlines()) == 1

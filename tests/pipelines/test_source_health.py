"""What the doctor says of each source, from a set that was really published."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from pipelines.doctor import examine
from pipelines.publish import current_set
from pipelines.runner import RunRequest, run
from pipelines.source_health import source_health, told_sources

HEAD = "order_id,customer_id,ordered_at,currency"

WARNINGS = [
    "2 columns are lost: earlier files filled them and the last one lacks them, e.g. (channel), (is_gift)",
    "1 column is new, e.g. (gift wrap)",
    "1 file has more than 1 % of the rows in quarantine, e.g. (canonical/orders_2.csv, 1 of 3 rows)",
    "1 column is unreadable in more than 1 % of a file's rows, e.g. (ordered_at, canonical/orders_2.csv, 1 of 3 rows)",
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home that took two runs: the second brings a new column, lacks one and has a bad row."""
    folder = tmp_path_factory.mktemp("health")
    landing = folder / "landing" / "canonical"
    landing.mkdir(parents=True)
    rows = "".join(f"O{n},C{n},2026-01-{n + 1:02},EUR,web,{'yes' if n < 3 else ''}\n" for n in range(12))
    (landing / "orders_1.csv").write_text(f"{HEAD},channel,is_gift\n{rows}", encoding="utf-8")
    (landing / "order_lines.csv").write_text(
        "order_id,line_id,sku,quantity,unit_price\n" + "".join(f"O{n},1,A,1,9.00\n" for n in range(12)),
        encoding="utf-8",
    )
    (landing / "returns.csv").write_text(
        "rma_id,order_id,sku,quantity,requested_at,status\n"
        + "".join(f"R{n},O{n},A,1,2026-01-{n + 9:02},requested\n" for n in range(8)),
        encoding="utf-8",
    )
    run(RunRequest(folder / "home", folder / "landing"))
    new = "P1,C1,2026-01-20,EUR,red\nP2,C1,2026-01-21,EUR,\nP3,C1,never,EUR,\n"
    (landing / "orders_2.csv").write_text(f"{HEAD},Gift Wrap\n{new}", encoding="utf-8")
    summary = run(RunRequest(folder / "home", folder / "landing"))
    assert [warning.removeprefix("raw.orders: ") for warning in summary.warnings] == WARNINGS
    return folder / "home"


def test_each_source_says_what_it_delivered_and_fills(home: Path) -> None:
    folder = current_set(home)
    assert folder is not None
    canonical = source_health(folder)["canonical"]
    assert (canonical["files"], canonical["rows_read"], canonical["rows_quarantined"]) == (4, 35, 1)
    assert canonical["coverage"]["orders"]["channel"] == round(12 / 14, 4)
    assert canonical["coverage"]["orders"]["is_gift"] == round(3 / 14, 4)
    assert "order_id" not in canonical["coverage"]["orders"], "a required column is always filled"
    assert "products" not in canonical["coverage"], "nothing was delivered for it"
    changes = [(change["column"], change["kind"], change["n_rows"]) for change in canonical["drift"]]
    assert changes == [
        ("channel", "lost", 3), ("gift wrap", "new", 1), ("is_gift", "lost", 3), ("ordered_at", "type_changed", 1),
    ]  # fmt: skip


def test_doctor_prints_it_for_people_and_for_programs(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    examine(home, None, as_json=False)
    said = capsys.readouterr().out
    assert "filled in orders: status 0%, channel 86%, email 0%" in said
    assert "gift wrap of orders is new since delivery 4 (1 files, 1 rows)" in said
    assert "ordered_at of orders is type changed since delivery 4" in said
    assert "unknown_codes: none" in said
    assert said.endswith("nothing is wrong\n")
    examine(home, None, as_json=True)
    found = json.loads(capsys.readouterr().out)["published"]["sources"]["canonical"]
    assert found["coverage"]["orders"]["channel"] == round(12 / 14, 4)
    assert [change["kind"] for change in found["drift"]] == ["lost", "new", "lost", "type_changed"]


def test_unknown_codes_are_told_where_a_set_has_them_and_old_sets_say_what_they_can(home: Path, tmp_path: Path) -> None:
    folder = current_set(home)
    assert folder is not None
    pl.read_parquet(folder / "ingest_ledger.parquet").write_parquet(tmp_path / "ingest_ledger.parquet")
    (canonical,) = source_health(tmp_path).values()
    assert (canonical["coverage"], canonical["drift"], canonical["unknown_codes"]) == ({}, {}, {})
    codes = pl.DataFrame({"source": ["canonical"], "map": ["reasons"], "code": ["X9"], "n_rows": [1200]})
    codes.write_parquet(tmp_path / "report_unknown_codes.parquet")
    told = told_sources(source_health(tmp_path))["canonical"]
    assert (told["drift"], told["unknown_codes"]) == ("none", "reasons: X9 (1,200)")


def test_the_history_of_checks_is_published_for_both_runs(home: Path) -> None:
    found = pl.read_parquet(home / "published/current/report_data_quality.parquet")
    lost = found.filter(pl.col("check_name") == "columns_kept", pl.col("table") == "raw.orders").sort("delivery_id")
    assert lost["delivery_id"].to_list() == [3, 4]
    assert lost["is_ok"].to_list() == [True, False]
    assert found.filter(pl.col("severity") == "critical")["is_ok"].all()
    tables = set(found["table"])
    assert {"raw.ingest_ledger", "raw.orders", "core.orders", "core.rmas", "report.report_checks"} <= tables


def test_a_run_leaves_the_site_and_nothing_beside_it(home: Path) -> None:
    assert (home / "data_docs" / "index.html").is_file()
    assert (home / "data_docs" / "raw.orders.html").is_file()
    assert len(list(home.glob(".data_docs*"))) == 1
    assert not (home / "staging").exists()

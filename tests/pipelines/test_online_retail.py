"""Thirteen months of a real shop's exports: nothing is lost, refunds agree, the outliers are found, nothing leaks."""

from __future__ import annotations

import gzip
import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest

from pipelines.definitions import defs
from pipelines.resources import Pipeline
from pipelines.warehouse import Warehouse
from tests.program import returnwatch, table_hashes

pytestmark = pytest.mark.real
CUTS = ("2011-04-01T00:00:00", "2011-07-14T10:00:00", "2011-11-01T00:00:00")


@dataclass(frozen=True, slots=True)
class RealShop:
    landing: Path
    home: Path
    result: dict[str, Any]

    def published(self, name: str) -> pl.DataFrame:
        return pl.read_parquet(self.home / "published/current" / f"{name}.parquet")


@pytest.fixture(scope="session")
def real_shop(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> RealShop:
    """Return the real shop, run by the program."""
    home = tmp_path_factory.mktemp("real") / "home"
    done = returnwatch("run", "--landing", shared_data / "landing", "--home", home, "--json")
    assert done.code == 0, done.err
    return RealShop(shared_data / "landing", home, done.json)


@pytest.fixture(scope="session")
def source(shared_data: Path) -> pl.DataFrame:
    """Return the same shop as one typed file, which the pipeline never reads."""
    return pl.read_parquet(shared_data / "online_retail" / "online_retail.parquet")


def test_every_row_is_in_the_ledger(real_shop: RealShop) -> None:
    ledger = real_shop.published("ingest_ledger")
    assert real_shop.result["rows"] == {"online_retail_lines": 541_909}
    assert ledger["rows_read"].sum() == ledger["rows_loaded"].sum() == 541_909
    assert ledger["rows_quarantined"].sum() == 0
    assert ledger.height == 13


def test_every_line_marked_c_is_found(real_shop: RealShop, source: pl.DataFrame) -> None:
    expected = source.filter(pl.col("InvoiceNo").cast(pl.String).str.starts_with("C"))
    assert expected.height == 9_288
    with Warehouse(real_shop.home, "2GB") as warehouse:
        ((lines,),) = warehouse.connection.execute(
            "select count(*) from raw.online_retail_lines where invoice_no like 'C%'"
        ).fetchall()
    assert lines == expected.height


def test_the_refunds_are_the_goods_value_of_those_lines(real_shop: RealShop, source: pl.DataFrame) -> None:
    is_return = pl.col("InvoiceNo").cast(pl.String).str.starts_with("C")
    is_goods = pl.col("StockCode").cast(pl.String).str.contains(r"^\d{5}")
    goods = source.filter(is_return & is_goods)
    value = sum((Decimal(str(-quantity)) * Decimal(str(price)) for quantity, price in
                 goods.select("Quantity", "UnitPrice").iter_rows()), Decimal(0))  # fmt: skip
    costs = real_shop.published("return_costs")
    assert value == Decimal("478724.18")
    assert costs.filter(pl.col("component") == "refund")["amount"].sum() == value
    assert goods.height == 8_704


def test_every_row_is_a_sale_a_return_or_kept_apart(real_shop: RealShop) -> None:
    overview = real_shop.published("report_overview").row(0, named=True)
    others = real_shop.published("report_other_lines")
    assert overview["order_lines"] + 8_704 + others["lines"].sum() == 541_909
    assert {"postage", "manual", "discount", "fee", "bad_debt"} <= set(others["kind"])


@pytest.mark.parametrize("shopper", ["16446", "12346"])
def test_the_known_outliers_are_among_the_first_twenty(real_shop: RealShop, shopper: str) -> None:
    scores = real_shop.published("rma_scores").filter(pl.col("customer_id") == shopper)
    assert scores["risk_rank"].min() <= 20  # type: ignore[operator]
    assert scores.sort("risk_rank")["is_flagged"][0]


def test_shoppers_are_whole_numbers_and_anonymous_returns_stay(real_shop: RealShop) -> None:
    scores = real_shop.published("rma_scores")
    assert scores["customer_id"].drop_nulls().str.contains(r"^\d{5}$").all()
    assert scores["customer_id"].null_count() == 39


def test_the_same_command_again_changes_nothing(real_shop: RealShop) -> None:
    before = table_hashes(real_shop.home)
    done = returnwatch("run", "--landing", real_shop.landing, "--home", real_shop.home, "--json")
    assert (done.code, done.json["is_unchanged"]) == (0, True)
    assert table_hashes(real_shop.home) == before


def features_of(landing: Path, home: Path) -> pl.DataFrame:
    """Return the features of what lies in a landing folder: the graph up to them, really run."""
    pipeline = Pipeline(home=str(home), landing=str(landing))
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    wanted = dg.AssetSelection.assets(dg.AssetKey(["feat", "rma_features"])).upstream().required_multi_asset_neighbors()
    with dg.DagsterInstance.ephemeral() as instance:
        assets = [asset for asset in defs().assets or [] if isinstance(asset, dg.AssetsDefinition)]
        done = dg.materialize(
            assets, run_config=quiet, instance=instance, resources={"pipeline": pipeline}, selection=wanted
        )
    assert done.success
    with Warehouse(home, "2GB") as warehouse:
        return warehouse.frame("feat.rma_features")


@pytest.mark.parametrize("cut", [CUTS[-1], *(pytest.param(cut, marks=pytest.mark.slow) for cut in CUTS[:-1])])
def test_what_came_later_changes_no_feature(cut: str, real_shop: RealShop, tmp_path: Path) -> None:
    moment = datetime.fromisoformat(cut)
    landing = tmp_path / "landing" / "online_retail"
    landing.mkdir(parents=True)
    for file in sorted((real_shop.landing / "online_retail").iterdir()):
        with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
            frame = pl.read_csv(lines.read().encode(), infer_schema=False)
        earlier = frame.filter(pl.col("InvoiceDate") < moment.isoformat(" "))
        if earlier.height:
            earlier.write_csv(landing / file.name.removesuffix(".gz"))
    then = features_of(landing.parent, tmp_path / "home")
    whole = real_shop.published("rma_features").filter(pl.col("stage_at") < moment)
    # A stage that goes on after the cut is told as of an earlier moment by it.
    told = then.join(whole, on=["rma_id", "stage", "stage_at"], how="semi", maintain_order="left")
    assert told.height > 300
    assert told.equals(whole)


def test_the_manifest_names_the_last_event(real_shop: RealShop) -> None:
    manifest = json.loads((real_shop.home / "published/current/manifest.json").read_text(encoding="utf-8"))
    assert manifest["as_of"] == "2011-12-09T12:50:00Z"
    assert manifest["reporting_currency"] == "GBP"


@pytest.mark.slow
def test_a_new_month_is_merged_into_what_is_there(real_shop: RealShop, tmp_path: Path) -> None:
    landing = tmp_path / "landing" / "online_retail"
    shutil.copytree(real_shop.landing / "online_retail", landing)
    last = landing / "online_retail_2011-12.csv.gz"
    kept = last.read_bytes()
    last.unlink()
    home = tmp_path / "home"
    assert returnwatch("run", "--landing", landing.parent, "--home", home).code == 0
    last.write_bytes(kept)
    assert returnwatch("run", "--landing", landing.parent, "--home", home).code == 0
    ours, whole = table_hashes(home), table_hashes(real_shop.home)
    # The two that tell of the deliveries themselves.
    of_deliveries = {"ingest_ledger", "report_data_quality"}
    assert {name: value for name, value in ours.items() if name not in of_deliveries} == {
        name: value for name, value in whole.items() if name not in of_deliveries
    }

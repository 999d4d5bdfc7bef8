"""The judge itself: every kind is there, the shop is one that a run takes whole, and nothing but the facts tells."""

from __future__ import annotations

import csv
import hashlib
import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from tests.injection.baskets import Base
from tests.injection.crowds import CROWDS
from tests.injection.fashion import bads
from tests.injection.inject import KINDS, injected
from tests.injection.lookalikes import LOOKALIKES
from tests.injection.report import average_precision, by_kind, by_lookalike, joined
from tests.injection.retail import online_retail
from tests.injection.write import BARE, Manner, write
from tests.program import returnwatch

pytestmark = pytest.mark.real
ORDERS = 1_000


@dataclass(frozen=True, slots=True)
class Written:
    """A shop that was written."""

    landing: Path
    truth: Path
    rows: dict[str, int]

    def table(self, name: str) -> pl.DataFrame:
        return pl.read_csv(self.landing / "canonical" / f"{name}.csv", infer_schema_length=0)


@pytest.fixture(scope="module")
def fashion(shared_data: Path) -> Base:
    return bads(shared_data)


@pytest.fixture(scope="module")
def few(fashion: Base) -> Base:
    """Fewer shoppers, who bought fewer things: a smaller assortment is a quicker shop."""
    return replace(fashion, shoppers=dict(sorted(fashion.shoppers.items())[:1_500]))


def written(base: Base, folder: Path, seed: int, manner: Manner | None = None) -> Written:
    landing, truth = folder / "landing", folder / "truth.csv"
    return Written(landing, truth, write(injected(base, ORDERS, seed), landing, truth, manner))


@pytest.fixture(scope="module")
def shop(few: Base, tmp_path_factory: pytest.TempPathFactory) -> Written:
    return written(few, tmp_path_factory.mktemp("injected"), seed=7)


def test_every_kind_and_every_lookalike_is_there(shop: Written) -> None:
    truth = pl.read_csv(shop.truth, infer_schema_length=0)
    assert truth.columns == ["rma_id", "is_fraud", "archetype", "lookalike"]
    assert set(truth["archetype"].drop_nulls()) == {kind.name for kind in KINDS}
    assert set(truth["lookalike"].drop_nulls()) == {one.name for one in (*LOOKALIKES, *CROWDS)}
    assert len(KINDS) >= 30
    assert set(truth["rma_id"]) == set(shop.table("returns")["rma_id"])
    assert ((truth["is_fraud"] == "true") == truth["archetype"].is_not_null()).all()


def test_a_run_takes_the_shop_whole(shop: Written, tmp_path: Path) -> None:
    done = returnwatch("run", "--landing", shop.landing, "--home", tmp_path / "home", "--json")
    assert done.code == 0, done.err
    assert done.json["quarantined"] == 0
    assert done.json["files_refused"] == []
    assert {name: done.json["rows"][name] for name in shop.rows} == shop.rows
    assert done.json["rmas_scored"] == shop.table("returns")["rma_id"].n_unique()
    table = joined(tmp_path / "home", shop.truth)
    assert 0 < average_precision(table) < 1
    assert by_kind(table)["n"].sum() == table["is_fraud"].sum()


def test_a_bare_shop_has_no_more_than_bare_columns(few: Base, tmp_path: Path) -> None:
    bare = written(few, tmp_path / "bare", 8, Manner(is_bare=True))
    assert {name: tuple(bare.table(name).columns) for name in BARE} == BARE
    assert sorted(place.stem for place in (bare.landing / "canonical").iterdir()) == sorted(BARE)
    dropped = written(few, tmp_path / "dropped", 8, Manner(frozenset({"device_id", "quantity_unknown"})))
    assert "device_id" not in dropped.table("orders").columns
    assert dropped.truth.read_bytes() == bare.truth.read_bytes()


def test_the_same_seed_makes_the_same_bytes(few: Base, shop: Written, tmp_path: Path) -> None:
    again, other = written(few, tmp_path / "again", 7), written(few, tmp_path / "other", 9)

    def hashes(one: Written) -> dict[str, str]:
        places = [*sorted((one.landing / "canonical").iterdir()), one.truth]
        return {place.name: hashlib.sha256(place.read_bytes()).hexdigest() for place in places}

    assert hashes(again) == hashes(shop)
    assert all(hashes(other)[name] != sha for name, sha in hashes(shop).items())


def test_ids_and_the_order_of_rows_tell_nothing(shop: Written) -> None:
    tables = {name: shop.table(name).with_row_index(f"at_{name}") for name in ("orders", "customers")}
    rows = shop.table("returns").with_row_index("at").unique("rma_id", keep="first", maintain_order=True)
    rows = rows.join(tables["orders"].select("order_id", "at_orders"), on="order_id", how="left")
    rows = rows.join(tables["customers"].select("customer_id", "at_customers"), on="customer_id", how="left")
    rows = rows.join(pl.read_csv(shop.truth, infer_schema_length=0), on="rma_id")
    number = [
        pl.col(name).str.slice(1).cast(pl.Float64).alias(f"n_{name}") for name in ("rma_id", "order_id", "customer_id")
    ]
    values = rows.select(*number, "at", "at_orders", "at_customers").cast(pl.Float64).fill_null(-1).to_numpy()
    # whether an order or an account is known is a fact, and not what is asked here
    known = rows["order_id"].is_not_null().to_numpy() & rows["customer_id"].is_not_null().to_numpy()
    fraud, groups = (rows["is_fraud"] == "true").to_numpy()[known], rows["customer_id"].to_numpy()[known]
    scores = np.zeros(len(fraud))
    for train, test in GroupKFold(5).split(fraud, fraud, groups):
        forest = RandomForestClassifier(200, min_samples_leaf=5, random_state=1).fit(values[known][train], fraud[train])
        scores[test] = forest.predict_proba(values[known][test])[:, 1]
    assert 0.38 < roc_auc_score(fraud, scores) < 0.62


def test_moments_come_one_after_the_other(shop: Written) -> None:
    steps = ("requested_at", "authorized_at", "shipped_at", "received_at", "inspected_at")
    for row in shop.table("returns").iter_rows(named=True):
        moments = [row[step] for step in steps if row[step]]
        assert moments == sorted(moments), row["rma_id"]


def test_what_was_really_returned_is_what_honest_shoppers_return(fashion: Base, shared_data: Path) -> None:
    table = pl.read_parquet(shared_data / "bads" / "bads.parquet")
    lines = [line for own in fashion.shoppers.values() for basket in own for line in basket.lines]
    assert sum(line.quantity for line in lines) == table.height
    # an order none of whose parcels has a sound date is taken as never sent
    assert 0.97 < sum(line.returned for line in lines) / table["return"].sum() <= 1


@pytest.fixture(scope="module")
def gifts(shared_data: Path) -> Base:
    return online_retail(shared_data, up_to=12_700)


def test_a_cancelled_invoice_is_laid_on_the_purchase(gifts: Base) -> None:
    (basket,) = gifts.shoppers["12346"]
    (line,) = basket.lines
    assert basket.at.date() == date(2011, 1, 18)
    assert (line.quantity, line.returned) == (74_215, 74_215)
    assert line.lag_days == pytest.approx(16 / 1440, abs=1e-6)


def test_a_wholesale_shop_has_every_kind_too(gifts: Base, tmp_path: Path) -> None:
    shop = written(gifts, tmp_path, 5)
    assert set(pl.read_csv(shop.truth)["archetype"].drop_nulls()) == {kind.name for kind in KINDS}
    returns = shop.table("returns").filter(pl.col("order_id").is_not_null())
    sold = shop.table("order_lines").select("order_id", "line_id", "sku", pl.col("quantity").cast(pl.Int64).alias("n"))
    found = returns.join(sold, on=["order_id", "line_id", "sku"], how="left")
    assert found["n"].null_count() <= returns["line_id"].null_count()


def test_the_page_lists_every_kind() -> None:
    page = (Path(__file__).parents[2] / "docs" / "injection.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([a-z_]+)` \|", page, re.MULTILINE)
    assert listed == [kind.name for kind in (*KINDS, *LOOKALIKES)] + [crowd.name for crowd in CROWDS]


def test_the_report_says_how_far_down_a_kind_stands(tmp_path: Path) -> None:
    current = tmp_path / "published" / "current"
    current.mkdir(parents=True)
    ranks = range(1, 101)
    pl.DataFrame(
        {
            "rma_id": [f"R{rank}" for rank in ranks],
            "risk_rank": list(ranks),
            "is_flagged": [rank <= 10 for rank in ranks],
            "archetype": [None] * 100,
            "reasons": [[{"code": "late" if rank % 2 else "light"}] for rank in ranks],
        },
        schema_overrides={"archetype": pl.String},
    ).write_parquet(current / "rma_scores.parquet")
    with (tmp_path / "truth.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("rma_id", "is_fraud", "archetype", "lookalike"))
        rows.writerows([("R1", "true", "switch", ""), ("R99", "true", "switch", ""), ("R2", "false", "", "bracketing")])
    table = joined(tmp_path, tmp_path / "truth.csv")
    assert average_precision(table) == pytest.approx((1 + 2 / 99) / 2)
    assert by_kind(table).rows() == [("switch", 2, 0.5, 0.5, 50.0)]
    assert by_lookalike(table).rows() == [("bracketing", 1, 1.0, 10.89), ("(none)", 97, 0.082, 0.9)]

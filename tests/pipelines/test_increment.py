"""From when on core tells anything new, and runs that compute what is new alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from engines.base import FEATURES
from features.assemble import build_features
from features.buckets import RMAS_A_BUCKET
from features.contracts import CORE_FRAMES
from features.params import FeatureParams
from features.since import touched_rmas
from pipelines.days import DayChanges
from pipelines.increment import EVERYTHING, core_news, remember
from pipelines.runner import RunRequest, run
from pipelines.scoring import store_features
from pipelines.simulate import SimulationParams, simulate
from pipelines.warehouse import Warehouse
from tests.factories import at, frame, products
from tests.program import table_hashes
from tests.random_shop import RandomShop, random_shop

Change = Callable[[RandomShop], RandomShop]
NEVER = datetime(9999, 1, 1)  # noqa: DTZ001 - core timestamps are UTC without a zone


def store_core(warehouse: Warehouse, shop: RandomShop) -> None:
    """Store a shop as core; a shopper's first order is what the orders tell."""
    firsts = shop.orders.group_by("customer_id").agg(first_ordered_at=pl.col("ordered_at").min())
    dated = shop.customers.join(firsts.drop_nulls(), on="customer_id", how="left")
    for name in CORE_FRAMES:
        warehouse.store(f"core.{name}", dated if name == "customers" else getattr(shop, name))


@pytest.fixture
def shop() -> RandomShop:
    return random_shop(4)


@pytest.fixture
def home(tmp_path: Path, shop: RandomShop) -> Path:
    """Return a home whose features were computed from the shop."""
    with Warehouse(tmp_path, "1GB") as warehouse:
        store_core(warehouse, shop)
        remember(warehouse, core_news(warehouse))
        warehouse.commit()
    return tmp_path


@pytest.fixture
def warehouse(home: Path) -> Iterator[Warehouse]:
    with Warehouse(home, "1GB") as opened:
        yield opened


def added(name: str, **row: object) -> Change:
    """Return the change that adds a row to a frame."""
    return lambda shop: replace(shop, **{name: getattr(shop, name).vstack(frame(name, row))})


def last_rma_line(shop: RandomShop) -> pl.DataFrame:
    return shop.rma_lines.sort("requested_at").tail(1)


def last_line_gone(shop: RandomShop) -> RandomShop:
    return replace(shop, rma_lines=shop.rma_lines.join(last_rma_line(shop), on=["rma_id", "rma_line_id"], how="anti"))


def last_line_refunded(shop: RandomShop) -> RandomShop:
    """Change what came of a line long after its request."""
    is_last = pl.col("requested_at") == pl.col("requested_at").max()
    later = pl.when(is_last).then(pl.lit(at(500))).otherwise("refunded_at")
    return replace(shop, rma_lines=shop.rma_lines.with_columns(refunded_at=later.cast(pl.Datetime("us"))))


def without_sales(shop: RandomShop) -> RandomShop:
    return replace(shop, products=shop.products.with_columns(final_sale=pl.lit(None, dtype=pl.Boolean)))


def other_weight(shop: RandomShop) -> RandomShop:
    return replace(shop, products=shop.products.with_columns(weight_g=pl.col("weight_g") + 1))


@pytest.mark.parametrize(
    ("change", "first_at"),
    [
        (lambda shop: shop, None),
        (lambda shop: shop.shuffled(7), None),
        (added("orders", order_id="new", customer_id="c1", ordered_at=at(200), delivered_at=at(203)), at(200)),
        (added("order_lines", order_id="new", ordered_at=at(200), delivered_at=at(190), sku="A"), at(190)),
        (added("order_lines", order_id="new", ordered_at=None, sku="A"), None),
        (added("support_contacts", contact_id="new", contacted_at=at(7)), at(7)),
        (added("support_contacts", contact_id="new", contacted_at=None), EVERYTHING),
        (added("chargebacks", chargeback_id="new", order_id="new", opened_at=at(201)), at(201)),
        (added("customers", customer_id="new", created_at=at(9)), at(9)),
        (added("customers", customer_id="new", created_at=None), EVERYTHING),
        (lambda shop: replace(shop, products=shop.products.vstack(products({"sku": "unsold"}))), NEVER),
        (without_sales, EVERYTHING),
    ],
    ids=[
        *("same", "other order", "order", "delivered before it was ordered", "line without a moment", "contact"),
        *("contact without a moment", "chargeback", "shopper", "shopper without a moment", "product", "no sales"),
    ],
)
def test_what_is_new_counts_from_when_it_can_be_known(
    change: Change, first_at: datetime | None, shop: RandomShop, warehouse: Warehouse
) -> None:
    store_core(warehouse, change(shop))
    assert core_news(warehouse).first_at == first_at


@pytest.mark.parametrize("change", [last_line_gone, last_line_refunded])
def test_a_line_counts_from_its_request_whatever_changed(
    change: Change, shop: RandomShop, warehouse: Warehouse
) -> None:
    store_core(warehouse, change(shop))
    dated = last_rma_line(shop).select(pl.min_horizontal("requested_at", "authorized_at", "shipped_at", "received_at"))
    assert core_news(warehouse).first_at == dated.item()


def test_a_product_counts_from_its_first_line(shop: RandomShop, warehouse: Warehouse) -> None:
    store_core(warehouse, other_weight(shop))
    assert core_news(warehouse).first_at == min(_firsts(shop))


def _firsts(shop: RandomShop) -> list[datetime]:
    """Return when the shop's first order and its first RMA were."""
    return [shop.order_lines["ordered_at"].min(), shop.rma_lines["requested_at"].min()]  # type: ignore[list-item]


def test_a_run_of_core_alone_leaves_nothing_to_hold_it_against(shop: RandomShop, home: Path) -> None:
    with Warehouse(home, "1GB") as opened:
        store_core(opened, last_line_gone(shop))
        opened.commit()
    with Warehouse(home, "1GB") as opened:
        assert core_news(opened).first_at == EVERYTHING
        store_core(opened, shop)
        assert core_news(opened).first_at == EVERYTHING


def test_another_program_begins_anew_and_so_does_a_full_refresh(
    shop: RandomShop, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_core(warehouse, shop)
    with monkeypatch.context() as patch:
        patch.setattr("pipelines.increment.program_digest", lambda: "another")
        assert core_news(warehouse).first_at == EVERYTHING
    assert core_news(warehouse).first_at is None
    warehouse.clear_raw()
    assert core_news(warehouse).first_at == EVERYTHING


def test_nothing_was_remembered_yet(tmp_path: Path, shop: RandomShop) -> None:
    with Warehouse(tmp_path, "1GB") as opened:
        store_core(opened, shop)
        assert core_news(opened).first_at == EVERYTHING


@pytest.mark.parametrize("most", [RMAS_A_BUCKET, 5], ids=["one bucket", "several buckets"])
def test_what_is_new_and_touches_no_rma_leaves_every_row(
    most: int, shop: RandomShop, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engines.local.RMAS_A_BUCKET", most)
    with Warehouse(home, "1GB") as opened:
        n_rows = store_features(opened).rows
        before = opened.frame(FEATURES)
        opened.commit()
    with Warehouse(home, "1GB") as opened:
        store_core(opened, replace(shop, products=shop.products.vstack(products({"sku": "unsold"}))))
        assert store_features(opened) == DayChanges(n_rows, ())
        assert opened.frame(FEATURES).equals(before)


def test_what_is_new_and_touches_most_has_all_computed(shop: RandomShop, home: Path) -> None:
    with Warehouse(home, "1GB") as opened:
        store_features(opened)
        store_core(opened, other_weight(shop))
        assert core_news(opened).first_at == min(_firsts(shop))
        store_features(opened)
        assert_frame_equal(opened.frame(FEATURES), build_features(other_weight(shop), FeatureParams()))


@pytest.mark.parametrize("most", [RMAS_A_BUCKET, 50], ids=["one bucket", "several buckets"])
def test_days_that_follow_each_other_publish_what_one_run_publishes(
    most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1760000000")
    monkeypatch.setenv("RETURNWATCH_DETECTOR__TREES", "10")
    landing = tmp_path / "landing"
    simulate(landing, tmp_path / "truth.csv", SimulationParams(orders=400, seed=3, start=date(2025, 1, 1), months=5))
    touched: list[int] = []

    def recorded(now: pl.DataFrame, earlier: pl.DataFrame, moment: datetime) -> pl.DataFrame:
        rmas = touched_rmas(now, earlier, moment)
        touched.append(rmas.height)
        return rmas

    days = ("2025-05-30", "2025-05-31", "2025-05-29")
    with monkeypatch.context() as patch:
        patch.setattr("engines.local.touched_rmas", recorded)
        patch.setattr("engines.local.RMAS_A_BUCKET", most)
        for day in days:
            request = RunRequest(tmp_path / "home", landing, as_of=f"{day}T00:00:00Z")
            run(request)
            grown = table_hashes(request.home)
    n_rmas = pl.read_parquet(tmp_path / "home/published/current/rma_features.parquet")["rma_id"].n_unique()
    assert n_rmas > 50
    assert len(touched) == len(days) - 1
    assert all(0 < number < n_rmas / 2 for number in touched)

    fresh = replace(request, home=tmp_path / "fresh")
    run(fresh)
    names = ("rma_features", "rma_scores", "flagged_queue")
    assert {name: grown[name] for name in names} == {name: table_hashes(fresh.home)[name] for name in names}

"""One small shop, drawn and written once for all tests of the simulation, and read back as text and as values."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pipelines.simulate import SimulationParams, SimulationSummary, simulate
from pipelines.simulate.draw import Step, generator
from pipelines.simulate.exports import plan_returns
from pipelines.simulate.honest import honest_plan
from pipelines.simulate.parcels import Parcels, send_back
from pipelines.simulate.plan import Plan
from pipelines.simulate.requests import Requests, make_requests
from pipelines.simulate.settlement import Settlement, settle
from pipelines.simulate.shop import Shop, open_shop

PARAMS = SimulationParams(orders=12_000, seed=11)
SPLIT = ("orders", "order_lines", "returns")


@pytest.fixture(scope="session")
def params() -> SimulationParams:
    return PARAMS


@pytest.fixture(scope="session")
def opened() -> Shop:
    """Return the shop before anybody abused it."""
    return open_shop(PARAMS)


@pytest.fixture(scope="session")
def sold(opened: Shop) -> tuple[Shop, Plan]:
    """Return the shop with the traces that abuse leaves before anything comes back, and what comes back."""
    return plan_returns(opened)


@pytest.fixture(scope="session")
def shop(sold: tuple[Shop, Plan]) -> Shop:
    return sold[0]


@pytest.fixture(scope="session")
def plan(sold: tuple[Shop, Plan]) -> Plan:
    return sold[1]


@pytest.fixture(scope="session")
def honest(opened: Shop) -> Plan:
    return honest_plan(generator(PARAMS.seed, Step.RETURNS), opened)


@pytest.fixture(scope="session")
def rmas(shop: Shop, plan: Plan) -> Requests:
    return make_requests(generator(PARAMS.seed, Step.REQUESTS), shop, plan)


@pytest.fixture(scope="session")
def parcels(shop: Shop, rmas: Requests) -> Parcels:
    return send_back(generator(PARAMS.seed, Step.PARCELS), shop, rmas)


@pytest.fixture(scope="session")
def settlement(shop: Shop, rmas: Requests, parcels: Parcels) -> Settlement:
    return settle(generator(PARAMS.seed, Step.SETTLEMENT), shop, rmas, parcels)


@pytest.fixture(scope="session")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty folder for the one shop that is written."""
    return tmp_path_factory.mktemp("simulated")


@pytest.fixture(scope="session")
def summary(out: Path) -> SimulationSummary:
    """Write the shop and return what was said of it."""
    return simulate(out / "landing", out / "truth.csv", PARAMS)


@pytest.fixture(scope="session")
def folder(out: Path, summary: SimulationSummary) -> Path:
    """Return the folder of the written exports."""
    assert summary.files > 0
    return out / "landing" / "canonical"


@pytest.fixture(scope="session")
def tables(folder: Path) -> dict[str, pl.DataFrame]:
    """Return every written table: amounts and weights as numbers, moments as such, identifiers as text."""
    names = (*SPLIT, "products", "customers", "support_contacts", "chargebacks")
    return {name: _typed(_read(folder, name)) for name in names}


@pytest.fixture(scope="session")
def truth(out: Path, summary: SimulationSummary) -> pl.DataFrame:
    """Return the truth as it was written."""
    assert summary.rmas > 0
    return pl.read_csv(out / "truth.csv", schema_overrides={"archetype": pl.String, "lookalike": pl.String})


@pytest.fixture(scope="session")
def lines(tables: dict[str, pl.DataFrame], truth: pl.DataFrame) -> pl.DataFrame:
    """Return the RMA lines with the truth, their order, their order line and their product."""
    order = tables["orders"].select("order_id", "delivered_at", "ordered_at", "delivery_proof", "is_gift")
    line = tables["order_lines"].select(
        "order_id", "line_id", "unit_price", "serial_number", "size", bought="quantity", bought_sku="sku"
    )
    product = tables["products"].select("sku", "category", "weight_g", "return_window_days", "final_sale")
    return (
        tables["returns"]
        .join(truth, on="rma_id", how="left")
        .join(order, on="order_id", how="left")
        .join(line, on=["order_id", "line_id"], how="left")
        .join(product, on="sku", how="left")
    )


def _read(folder: Path, name: str) -> pl.DataFrame:
    """Return all rows of a table as text."""
    pattern = f"{name}_2*.csv*" if name in SPLIT else f"{name}.csv"
    return pl.concat([pl.read_csv(path, infer_schema=False) for path in sorted(folder.glob(pattern))])


def _typed(table: pl.DataFrame) -> pl.DataFrame:
    """Return the table with values in place of text where the name of a column says so."""
    moments = [name for name in table.columns if name.endswith("_at")]
    numbers = [
        name
        for name in table.columns
        if name.endswith(("_amount", "_price", "_cost", "_fee", "_g", "_days", "quantity")) or name == "amount"
    ]
    flags = [name for name in table.columns if name.startswith("is_") or name in {"final_sale", "dock_received"}]
    return table.with_columns(
        pl.col(moments).str.to_datetime("%Y-%m-%dT%H:%M:%SZ"),
        pl.col(numbers).cast(pl.Float64),
        pl.col(flags) == "true",
    )

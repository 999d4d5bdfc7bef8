from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_score

from features.canonical import CANONICAL_TABLES, UPDATED_AT, Table
from pipelines.simulate import SimulationParams, SimulationSummary, simulate
from pipelines.simulate.draw import Ints
from pipelines.simulate.vocabulary import ARCHETYPES, LOOKALIKES

SMALL = SimulationParams(orders=600, seed=5)


def hashes(folder: Path) -> dict[str, str]:
    """Return the hash of every file below the folder, by its path there."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def header(path: Path) -> list[str]:
    """Return the names in the first row of a file."""
    data = path.read_bytes()
    text = gzip.decompress(data) if path.suffix == ".gz" else data
    return text.decode().splitlines()[0].split(",")


def contract(path: Path) -> Table:
    """Return the delivered table that a file holds, by the longest table name that its name begins with."""
    names = [name for name in CANONICAL_TABLES if path.name.startswith((f"{name}.", f"{name}_2"))]
    return CANONICAL_TABLES[max(names, key=len)]


def test_every_file_is_within_the_contract(folder: Path) -> None:
    for path in folder.iterdir():
        table = contract(path)
        found = header(path)
        assert len(set(found)) == len(found)
        assert set(found) <= {column.name for column in table.columns}
        assert set(table.required) <= set(found)


def test_all_columns_of_the_contract_are_exported(folder: Path) -> None:
    found = {contract(path).name: header(path) for path in folder.iterdir()}
    assert set(found) == set(CANONICAL_TABLES) - {"review_labels"}
    for name, columns in found.items():
        assert columns == [column.name for column in CANONICAL_TABLES[name].columns if column is not UPDATED_AT]


def test_required_cells_are_full_and_closed_words_known(tables: dict[str, pl.DataFrame]) -> None:
    for name, frame in tables.items():
        for column in CANONICAL_TABLES[name].columns:
            if column.required:
                assert frame[column.name].null_count() == 0
            if column.words:
                assert set(frame[column.name].drop_nulls()) <= set(column.words)


def test_keys_are_unique(tables: dict[str, pl.DataFrame]) -> None:
    for name, frame in tables.items():
        key = [part.split("|")[0] for part in CANONICAL_TABLES[name].key]
        assert not frame.select(key).is_duplicated().any()


def test_the_summary_counts_what_was_written(
    folder: Path,
    summary: SimulationSummary,
    tables: dict[str, pl.DataFrame],
    truth: pl.DataFrame,
    params: SimulationParams,
) -> None:
    assert summary.orders == params.orders
    assert {name: frame.height for name, frame in tables.items()} == {name: getattr(summary, name) for name in tables}
    assert summary.rmas == truth.height
    assert summary.abuse_rmas == truth["is_fraud"].sum()
    assert summary.files == len(list(folder.iterdir()))


def test_months_have_a_file_each(folder: Path) -> None:
    names = {path.name for path in folder.iterdir()}
    assert len(names) == 3 * 14 + 4
    assert {"orders_2025-01.csv", "order_lines_2026-02.csv.gz", "returns_2025-11.csv", "products.csv"} <= names


def test_a_row_is_in_the_file_of_its_month(folder: Path) -> None:
    for path in folder.glob("returns_2*.csv"):
        months = pl.read_csv(path, infer_schema=False)["requested_at"].str.slice(0, 7)
        assert set(months) <= {path.name.removeprefix("returns_").removesuffix(".csv")}


def test_every_key_leads_somewhere(tables: dict[str, pl.DataFrame]) -> None:
    orders, lines, returns = tables["orders"], tables["order_lines"], tables["returns"]
    assert set(orders["customer_id"]) <= set(tables["customers"]["customer_id"])
    assert set(lines["order_id"]) == set(orders["order_id"])
    assert set(lines["sku"]) <= set(tables["products"]["sku"])
    named = returns.drop_nulls("order_id")
    assert 0.98 < named.height / returns.height < 1
    assert named.join(lines, on=["order_id", "line_id", "sku"], how="anti").height == 0
    assert named.join(orders, on=["order_id", "customer_id"], how="anti").height == 0
    assert tables["chargebacks"].join(orders, on="order_id", how="anti").height == 0


def test_nobody_gets_back_more_than_was_bought_and_few_more_than_was_paid(lines: pl.DataFrame) -> None:
    assert (lines["quantity"] <= lines["bought"]).all()
    paid = lines.drop_nulls("refund_amount").drop_nulls("unit_price")
    difference = paid["refund_amount"] + paid["restocking_fee"] - paid["quantity"] * paid["unit_price"]
    assert difference.min() > -0.005  # type: ignore[operator]
    assert 0 < (difference > 0.005).mean() < 0.01  # type: ignore[operator]


def test_moments_of_an_rma_are_in_order(lines: pl.DataFrame) -> None:
    chain = ["ordered_at", "delivered_at", "requested_at", "authorized_at", "shipped_at", "received_at", "inspected_at"]
    for k, earlier in enumerate(chain):
        for after in (*chain[k + 1 :], "closed_at"):
            assert not (lines[after] < lines[earlier]).any(), (earlier, after)
    assert not (lines["refunded_at"] < lines["authorized_at"]).any()
    assert not (lines["closed_at"] < lines["refunded_at"]).any()


def test_november_and_december_are_the_busiest(tables: dict[str, pl.DataFrame]) -> None:
    counts = dict(tables["orders"].group_by(pl.col("ordered_at").dt.strftime("%Y-%m")).len().iter_rows())
    quiet = np.mean([counts[f"2025-{month:02d}"] for month in range(2, 10)])
    assert counts["2025-11"] > 1.3 * quiet
    assert counts["2025-12"] > 1.3 * quiet


def test_the_truth_names_every_rma_and_no_other(truth: pl.DataFrame, tables: dict[str, pl.DataFrame]) -> None:
    assert truth.columns == ["rma_id", "is_fraud", "archetype", "lookalike"]
    assert truth["rma_id"].is_unique().all()
    assert set(truth["rma_id"]) == set(tables["returns"]["rma_id"])


def test_abuse_is_near_its_rate_and_lookalikes_are_honest(truth: pl.DataFrame, params: SimulationParams) -> None:
    assert truth["is_fraud"].mean() == pytest.approx(params.abuse_rate, abs=0.002)
    assert set(truth.filter("is_fraud")["archetype"]) == set(ARCHETYPES)
    honest = truth.filter(~pl.col("is_fraud"))
    assert honest["archetype"].null_count() == honest.height
    assert set(honest["lookalike"].drop_nulls()) == set(LOOKALIKES)


def test_the_truth_is_not_among_the_exports(folder: Path, truth: pl.DataFrame, tmp_path: Path) -> None:
    assert truth.height > 0
    assert not any("truth" in path.name for path in folder.iterdir())
    with pytest.raises(ValueError, match="truth must lie apart"):
        simulate(tmp_path, tmp_path / "canonical" / "truth.csv", SMALL)
    assert list(tmp_path.iterdir()) == []


def test_the_same_parameters_write_the_same_bytes(tmp_path: Path) -> None:
    first = simulate(tmp_path / "a", tmp_path / "a" / "truth.csv", SMALL)
    again = simulate(tmp_path / "b", tmp_path / "b" / "truth.csv", SMALL)
    assert first == again
    assert hashes(tmp_path / "a") == hashes(tmp_path / "b")


def test_another_seed_writes_other_bytes_under_the_same_names(tmp_path: Path) -> None:
    simulate(tmp_path / "a", tmp_path / "a" / "truth.csv", SMALL)
    simulate(tmp_path / "b", tmp_path / "b" / "truth.csv", SimulationParams(orders=600, seed=6))
    one, other = hashes(tmp_path / "a"), hashes(tmp_path / "b")
    assert one.keys() == other.keys()
    assert all(one[name] != other[name] for name in one if "chargebacks" not in name)


def test_a_smaller_shop_replaces_a_larger_one_whole(tmp_path: Path) -> None:
    tiny = SimulationParams(orders=1)
    simulate(tmp_path / "a", tmp_path / "a.csv", SMALL)
    simulate(tmp_path / "a", tmp_path / "a.csv", tiny)
    simulate(tmp_path / "b", tmp_path / "b.csv", tiny)
    assert hashes(tmp_path / "a") == hashes(tmp_path / "b")


@pytest.mark.parametrize("orders", [1, 2, 7, 40])
@pytest.mark.parametrize("abuse_rate", [0.0, 0.5])
def test_small_shops_work_too(tmp_path: Path, orders: int, abuse_rate: float) -> None:
    params = SimulationParams(orders=orders, abuse_rate=abuse_rate, months=2, seed=orders)
    summary = simulate(tmp_path, tmp_path / "truth.csv", params)
    assert summary.orders == orders
    assert summary.abuse_rmas <= summary.rmas


def test_the_rate_of_abuse_changes_no_product_and_few_orders(tmp_path: Path) -> None:
    for name, rate in (("few", 0.0), ("many", 0.4)):
        params = SimulationParams(orders=600, seed=5, abuse_rate=rate)
        simulate(tmp_path / name, tmp_path / name / "truth.csv", params)
    few, many = hashes(tmp_path / "few"), hashes(tmp_path / "many")
    changed = {name.split("/")[-1].split("_2")[0] for name in few if few[name] != many[name]}
    # Rings share addresses and devices, stolen cards pay, and who returned an article buys it again for less.
    traces = {"orders", "order_lines", "customers.csv"}
    assert changed <= {"returns", "support_contacts.csv", "chargebacks.csv", "truth.csv"} | traces
    assert "returns" in changed


def numbers(frame: pl.DataFrame, column: str) -> Ints:
    """Return the numbers of identifiers, the prefix left out."""
    return frame[column].str.replace(r"^\D+", "").cast(pl.Int64).to_numpy()


@pytest.mark.parametrize("column", ["rma_id", "order_id", "tracking_number"])
def test_identifiers_do_not_tell_abuse(lines: pl.DataFrame, column: str) -> None:
    rmas = lines.drop_nulls(column).unique("rma_id", maintain_order=True)
    label = rmas["is_fraud"].to_numpy()
    # The standard error of the area under the curve, about 1 / sqrt(12 n) for n cases among many more others.
    noise = 1 / np.sqrt(12 * label.sum())
    assert abs(roc_auc_score(label, numbers(rmas, column)) - 0.5) < 4 * noise


def test_the_row_does_not_tell_abuse(lines: pl.DataFrame) -> None:
    label = lines["is_fraud"].to_numpy()
    rmas = lines.filter("is_fraud")["rma_id"].n_unique()
    area = roc_auc_score(label, np.arange(len(label)))
    # Lines of an RMA stand together, so it is the RMAs that count as independent.
    assert abs(area - 0.5) < 4 / np.sqrt(12 * rmas)


def test_a_classifier_learns_nothing_from_the_digits_of_identifiers(lines: pl.DataFrame) -> None:
    rmas = lines.unique("rma_id", maintain_order=True)
    label = rmas["is_fraud"].to_numpy()
    digits = [numbers(rmas, column) // 10**place % 10 for column in ("rma_id", "order_id") for place in range(9)]
    whole = [numbers(rmas, "rma_id"), numbers(rmas, "order_id")]
    forest = RandomForestClassifier(60, min_samples_leaf=5, random_state=0)
    areas = cross_val_score(forest, np.column_stack([*digits, *whole]), label, cv=4, scoring="roc_auc")
    assert abs(areas.mean() - 0.5) < 4 / np.sqrt(12 * label.sum())

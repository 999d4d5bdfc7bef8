from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from pipelines.simulate.draw import NEVER
from pipelines.simulate.parcels import Parcels
from pipelines.simulate.requests import Requests
from pipelines.simulate.returns_table import COLUMNS, STATUSES, returns_table, truth_table
from pipelines.simulate.settlement import Settlement
from pipelines.simulate.shop import Shop

REACHED = {
    "requested_at": {"requested"},
    "authorized_at": {"authorized"},
    "shipped_at": {"in_transit"},
    "received_at": {"received"},
    "inspected_at": {"inspected"},
}
"""The status of a line for which this moment is the last that is known, as long as nothing was paid."""


@pytest.fixture(scope="module")
def table(shop: Shop, rmas: Requests, parcels: Parcels, settlement: Settlement) -> pl.DataFrame:
    return returns_table(shop, rmas, parcels, settlement)


def share_null(frame: pl.DataFrame, column: str) -> float:
    """Return which share of the rows has no value in that column."""
    return frame[column].null_count() / max(1, frame.height)


def test_every_column_and_status_occurs(table: pl.DataFrame) -> None:
    assert tuple(table.columns) == COLUMNS
    # Who decides within minutes leaves hardly anything merely requested at the end.
    assert set(STATUSES) - {"requested"} <= set(table["status"]) <= set(STATUSES)
    assert all(table[name].drop_nulls().len() > 0 for name in COLUMNS)


def test_lines_are_numbered_from_one_in_each_rma(table: pl.DataFrame) -> None:
    numbers = table.group_by("rma_id").agg(pl.col("rma_line_id").cast(pl.Int64).sort())
    assert all(found == list(range(1, len(found) + 1)) for found in numbers["rma_line_id"].to_list())


@pytest.mark.parametrize(("column", "statuses"), list(REACHED.items()))
def test_the_status_is_the_last_that_happened(table: pl.DataFrame, column: str, statuses: set[str]) -> None:
    names = list(REACHED)
    after = names[names.index(column) + 1 :]
    settled = {"denied", "cancelled", "rejected", "closed", "exchanged", "credited", "refunded"}
    last = table.filter(pl.col(column).is_not_null(), *(pl.col(name).is_null() for name in after))
    found = set(last["status"]) - settled
    assert found == statuses or (column == "requested_at" and not found)


def test_denied_and_cancelled_lines_have_no_goods_and_no_money(table: pl.DataFrame) -> None:
    stopped = table.filter(pl.col("status").is_in(["denied", "cancelled"]))
    for column in ("shipped_at", "received_at", "refund_amount", "refunded_at", "condition_grade"):
        assert stopped[column].null_count() == stopped.height
    assert set(table.filter(pl.col("status") == "denied")["refund_method"]) == {"none"}


def test_refunds_are_dated_and_have_a_method(table: pl.DataFrame) -> None:
    paid = table.filter(pl.col("refund_amount").is_not_null())
    assert paid["refunded_at"].null_count() == 0
    assert "none" not in set(paid["refund_method"])
    assert "exchange" not in set(paid["refund_method"])
    assert paid["restocking_fee"].null_count() == 0
    assert table.filter(pl.col("refund_amount").is_null())["refunded_at"].null_count() == table.height - paid.height


def test_the_method_of_refund_tells_the_status(table: pl.DataFrame) -> None:
    methods = table.group_by("status").agg(pl.col("refund_method").unique())
    found = {status: set(values) for status, values in methods.iter_rows()}
    assert found["credited"] == {"store_credit", "gift_card"}
    assert found["exchanged"] == {"exchange"}
    assert found["refunded"] <= {"original", "cash", "other_card"}


def test_money_goes_to_the_card_of_the_order_or_to_another(
    table: pl.DataFrame, tables: dict[str, pl.DataFrame]
) -> None:
    orders = tables["orders"].select("order_id", "payment_fingerprint")
    known = table.join(orders, on="order_id").drop_nulls("refund_payment_fingerprint")
    same = pl.col("refund_payment_fingerprint") == pl.col("payment_fingerprint")
    assert known.filter(pl.col("refund_method") == "original").select(same.all()).item()
    assert not known.filter(pl.col("refund_method") == "other_card").select(same.any()).item()
    assert set(known["refund_method"]) == {"original", "other_card"}


def test_findings_wait_for_the_inspection(table: pl.DataFrame) -> None:
    for column in ("condition_grade", "is_opened", "restocked", "received_quantity"):
        assert (table[column].is_null() == table["inspected_at"].is_null()).all()


def test_the_dock_says_what_has_come_of_what_is_sent(table: pl.DataFrame) -> None:
    on_the_way = table.filter(pl.col("shipped_at").is_not_null() & pl.col("received_at").is_null())
    assert set(on_the_way["dock_received"]) == {False}
    brought = table.filter(pl.col("received_at").is_not_null())
    assert set(brought.filter(pl.col("inspected_at").is_not_null())["dock_received"]) == {True}
    # Now and then the carrier says to have brought what nobody has seen.
    assert 0.98 < brought["dock_received"].mean() < 1  # type: ignore[operator]


def test_labels_and_weights_wait_for_the_dispatch(table: pl.DataFrame) -> None:
    unsent = table.filter(pl.col("shipped_at").is_null())
    assert unsent["scan_weight_g"].null_count() == unsent.height
    assert unsent["label_cost"].null_count() == unsent.height
    labels = table.drop_nulls("label_cost")
    assert labels["rma_id"].is_unique().all()


def test_nothing_happened_yet_is_told(
    shop: Shop, rmas: Requests, parcels: Parcels, settlement: Settlement, table: pl.DataFrame
) -> None:
    early = replace(shop, params=replace(shop.params, months=13))
    cut = returns_table(early, rmas, parcels, settlement)
    end = early.params.end
    moments = [name for name in COLUMNS if name.endswith("_at")]
    latest = cut.select(pl.max_horizontal(pl.col(moments).max())).item()
    assert latest.date() < end
    before = table["requested_at"].dt.date() < end
    assert cut.filter(before)["rma_id"].equals(table.filter(before)["rma_id"])
    assert cut.filter(before)["closed_at"].null_count() > table.filter(before)["closed_at"].null_count()


def test_the_truth_is_one_row_an_rma(rmas: Requests, table: pl.DataFrame) -> None:
    truth = truth_table(rmas)
    assert truth["rma_id"].to_list() == table["rma_id"].unique(maintain_order=True).to_list()
    assert (truth["archetype"].is_not_null() == truth["is_fraud"]).all()
    assert not truth.filter("is_fraud")["lookalike"].is_not_null().any()


@pytest.mark.parametrize(
    "column", ["customer_comment", "agent_id", "scan_weight_g", "tracking_destination_postcode", "closed_at"]
)
def test_cells_are_empty_alike_for_abuse_and_honesty(table: pl.DataFrame, rmas: Requests, column: str) -> None:
    # What came back by carrier and was paid: there the process is the same for both.
    frame = table.join(truth_table(rmas), on="rma_id").filter(
        pl.col("inspected_at").is_not_null(), pl.col("shipped_at").is_not_null(), pl.col("status") != "rejected"
    )
    abusive, honest = frame.filter("is_fraud"), frame.filter(~pl.col("is_fraud"))
    share = share_null(frame, column)
    noise = np.sqrt(share * (1 - share) / abusive.height) + 1e-9
    # Lines of one RMA share an agent and a parcel, so the noise is somewhat larger than that of single draws.
    assert abs(share_null(abusive, column) - share_null(honest, column)) < 5 * noise


def test_an_unpaid_line_stays_open_forever(settlement: Settlement, table: pl.DataFrame) -> None:
    never = settlement.closed == NEVER
    assert table.filter(pl.Series(never))["closed_at"].null_count() == never.sum()

"""Every report table holds the columns that are declared for it, in that order, of types that Parquet keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipelines.reports.catalogue import REPORT_TABLES
from pipelines.reports.declare import ReportTable

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop

TYPES = {"VARCHAR", "BIGINT", "DECIMAL(18,4)", "DOUBLE", "DATE", "TIMESTAMP", "BOOLEAN"}


@pytest.mark.parametrize("is_empty", [True, False])
@pytest.mark.parametrize("table", REPORT_TABLES, ids=lambda table: table.name)
def test_columns_are_the_declared_ones(shop: Shop, table: ReportTable, is_empty: bool) -> None:
    if not is_empty:
        shop.rma("R1", refund_amount=10)
    shop.build()
    found = shop.connection.execute(f"describe report.{table.name}").fetchall()
    assert [row[0] for row in found] == list(table.columns)
    assert {row[1] for row in found} <= TYPES
    money = {name: kind for name, kind, *_ in found if "cost" in name and not name.endswith(("rank", "sales"))}
    assert set(money.values()) <= {"DECIMAL(18,4)"}

"""Every report table holds the columns that are declared for it, in that order, of types that Parquet keeps."""

from __future__ import annotations

import pytest

from pipelines.reports.catalogue import REPORT_TABLES
from pipelines.reports.declare import ReportTable
from tests.sql.reports.conftest import Shop, open_shop

TYPES = {"VARCHAR", "BIGINT", "DECIMAL(18,4)", "DOUBLE", "DATE", "TIMESTAMP", "BOOLEAN"}


@pytest.fixture(scope="module", params=["empty", "one_return"])
def built(request: pytest.FixtureRequest) -> Shop:
    """Return a shop with nothing in it, and one with a return, with every table built."""
    shop = open_shop()
    if request.param == "one_return":
        shop.rma("R1", refund_amount=10)
    shop.build(*(table.name for table in REPORT_TABLES))
    return shop


@pytest.mark.parametrize("table", REPORT_TABLES, ids=lambda table: table.name)
def test_columns_are_the_declared_ones(built: Shop, table: ReportTable) -> None:
    found = built.connection.execute(f"describe report.{table.name}").fetchall()
    assert [row[0] for row in found] == list(table.columns)
    assert {row[1] for row in found} <= TYPES
    money = {name: kind for name, kind, *_ in found if "cost" in name and not name.endswith(("rank", "sales"))}
    assert set(money.values()) <= {"DECIMAL(18,4)"}

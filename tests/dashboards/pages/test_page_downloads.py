"""What can be taken away from a page: the rows behind each of its parts, as whoever asks may have them."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import polars as pl
import pytest
from openpyxl import load_workbook

from dashboards.pages.registry import MENU, ORDER
from tests.dashboards.pages.conftest import Visit, VisitorMaker
from tests.dashboards.visitor import Visitor, of_class, of_type, told
from tests.desk_shop import lines, page_tables


def as_csv(visitor: Visitor, address: str) -> list[dict[str, str]]:
    answer = visitor.browser.client.get(address)
    assert (answer.status_code, answer.content_type) == (200, "text/csv; charset=utf-8")
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))


def test_each_card_of_each_page_gives_its_rows_in_both_forms(visit: Visit) -> None:
    visitor = visit()
    for path, title in MENU:
        for card in of_class(visitor.go(path), "card"):
            links = [link["props"]["href"] for link in of_class(card, "tool") if link["type"] == "A"]
            if of_class(card, "notice"):
                assert links == []
                continue
            rows, sheet = (visitor.browser.client.get(link) for link in links)
            told_ = csv.reader(io.StringIO(rows.get_data(as_text=True)))
            book = load_workbook(io.BytesIO(sheet.get_data()))["data"]
            assert [cell.value for cell in book[1]] == next(told_), (title, told(card))
            assert book.max_row - 1 == len(list(told_)) > 0


def test_the_rows_are_those_of_the_filters_and_sum_up(visit: Visit) -> None:
    rows = as_csv(visit(), "/data/costs/lines.csv?channel=store&from=2026-02-01")
    kept = lines().filter(pl.col("channel") == "store", pl.col("requested_at").dt.date() >= pl.date(2026, 2, 1))
    assert sorted(row["rma_id"] for row in rows) == sorted(kept["rma_id"])
    assert sum(Decimal(row["cost"]) for row in rows) == kept["cost"].sum() == 480
    # the page shows 25 of 60, the download has all
    assert len(as_csv(visit(), "/data/costs/lines.csv")) == 60


def test_a_download_is_named_after_its_page_and_part(visit: Visit) -> None:
    answer = visit().browser.client.get("/data/overview/monthly.xlsx")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="overview-monthly.xlsx"'
    assert answer.headers["Cache-Control"] == "no-store"


def test_shoppers_leave_the_house_masked_for_an_analyst(visit: Visit) -> None:
    for name, expected in (("analyst", {"•••01", "•••02"}), ("reviewer", {"CUST-0001", "CUST-0002"})):
        assert {row["customer_id"] for row in as_csv(visit(name), "/data/shoppers/shoppers.csv")} == expected


def test_no_download_of_an_analyst_names_a_shopper(visit: Visit) -> None:
    named = []
    for page in ORDER:
        for part in page.parts:
            answer = visit("analyst").browser.client.get(f"/data/{page.key}/{part.name}.csv")
            if "CUST-" in answer.get_data(as_text=True):
                named.append((page.key, part.name))
    assert named == []


@pytest.mark.parametrize(
    "address",
    [
        "costs/lines.pdf",
        "costs/nothing.csv",
        "nothing/lines.csv",
        "queue/lines.csv",
        "case/lines.csv",
    ],
)
def test_what_is_not_there_cannot_be_taken(visit: Visit, address: str) -> None:
    assert visit().browser.client.get(f"/data/{address}").status_code == 404


def test_a_part_whose_table_is_missing_gives_nothing(other: VisitorMaker) -> None:
    visitor = other({"rma_scores": page_tables()["rma_scores"]})
    answer = visitor.browser.client.get("/data/policy/replays.csv")
    assert (answer.status_code, answer.get_data(as_text=True).strip()) == (200, "")


def test_a_cell_that_a_spreadsheet_would_run_leaves_as_text(other: VisitorMaker) -> None:
    frames = page_tables()
    hostile = frames["report_return_lines"].with_columns(pl.lit("=HYPERLINK(1)").alias("product_name"))
    visitor = other(frames | {"report_return_lines": hostile.with_columns(-pl.col("cost"))})
    rows = as_csv(visitor, "/data/costs/lines.csv")
    assert {row["product_name"] for row in rows} == {"'=HYPERLINK(1)"}
    assert {Decimal(row["cost"]) for row in rows} == {-cost for cost in frames["report_return_lines"]["cost"]}
    # on the page it is a text as any other
    visitor.go("/costs")
    assert told(of_type(of_type(visitor.page, "Tbody")[0], "Td")[3]) == "=HYPERLINK(1)"

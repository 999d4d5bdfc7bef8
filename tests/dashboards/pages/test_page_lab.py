"""The policy lab and data quality, against made-up replays, deliveries and checks."""

from __future__ import annotations

import polars as pl

from tests.dashboards.conftest import REFUSAL
from tests.dashboards.pages.conftest import Visit, VisitorMaker
from tests.dashboards.report_frames import policy
from tests.dashboards.visitor import of_class, of_type, table_rows, told
from tests.desk_shop import scores


def test_replays_are_ranked_by_what_they_save_in_the_end(visit: Visit) -> None:
    visitor = visit()
    visitor.go("/policy")
    figure = of_type(visitor.card("Saves most: Window days: 14, €500"), "Graph")[0]["props"]["figure"]
    assert figure["layout"]["yaxis"]["ticktext"] == ["Window days: 14", "Free label: no", "Window days: 60"]
    assert figure["data"][0]["x"] == [500, 300, -80]
    rows = table_rows(visitor.card("3 settings replayed; behaviour is assumed not to change"))
    assert rows[0] == ["Window days", "14", "€600.00", "10.0%", "9", "7", "-2", "€90.00"]


def test_the_reader_chooses_the_clause(visit: Visit) -> None:
    visitor = visit()
    visitor.go("/policy")
    visitor.filter("clause", "free_label")
    assert visitor.address == "/policy?clause=free_label"
    assert visitor.says("1 setting replayed; behaviour is assumed not to change")
    visitor.filter("clause", "")
    assert visitor.address == "/policy"


def test_a_set_without_replays_says_how_to_make_them(other: VisitorMaker) -> None:
    visitor = other({"rma_scores": scores()})
    visitor.go("/policy")
    assert visitor.says("Replay your own conditions with `returnwatch policy replay`.")
    assert visitor.says("The table report_policy is missing or of an older version.")


def test_replays_without_money_are_listed_and_not_drawn(other: VisitorMaker) -> None:
    visitor = other({"report_policy": policy().select("clause", "setting", "n_rmas_refused")})
    visitor.go("/policy")
    figure = of_type(visitor.card("What each setting saves"), "Graph")[0]["props"]["figure"]
    assert figure["data"][0]["x"] == []
    assert table_rows(visitor.card("3 settings replayed"))[0][:3] == ["Window days", "14", "9"]


def test_deliveries_and_what_was_refused_are_counted(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/quality")
    figures = [told(one) for one in of_class(page, "kpis")[0]["props"]["children"]]
    # three of 955 rows read lie in quarantine
    assert figures == ["Files31 refused", "Rows read955940 loaded", "In quarantine30.31%"]
    rows = table_rows(visitor.card("3 files, the last read on 20 Jun 2026 06:00"))
    assert [(row[0], row[1], row[2], row[7]) for row in rows] == [
        ("canonical/orders.csv", "Loaded", "800", "\u2013"), ("canonical/returns.csv", "Loaded", "155", "\u2013"),
        ("canonical/returns_bad.csv", "Refused", "0", REFUSAL),
    ]  # fmt: skip
    refused = table_rows(visitor.card("3 rows were refused; mend them in the delivered file and deliver it again"))
    assert refused[2] == ["canonical/returns.csv", "17", "returns", "Missing value", "sku is missing", "c"]


def test_columns_without_a_value_are_counted(visit: Visit) -> None:
    visitor = visit()
    visitor.go("/quality")
    # of the tables that came: order_id and channel have values, email has none
    figure = of_type(visitor.card("1 of 3 columns came without a value"), "Graph")[0]["props"]["figure"]
    amounts = [told["text"] for told in figure["layout"]["annotations"]]
    assert (amounts, figure["data"][0]["x"]) == (["2 / 3"], [2 / 3])
    assert figure["layout"]["yaxis"]["ticktext"] == ["canonical: orders"]


def test_checks_are_those_of_the_last_delivery_what_broke_first(visit: Visit) -> None:
    visitor = visit()
    visitor.go("/quality")
    rows = table_rows(visitor.card("1 of 2 checks held"))
    assert [(row[1], row[4], row[7]) for row in rows] == [("SKU known", "4", "no"), ("Key unique", "0", "yes")]
    books = table_rows(visitor.card("1 of 2 comparisons agrees to the last decimal"))
    assert books == [
        ["SKU units returned", "160.00", "159.00", "-1.00", "no"],
        ["Category costs", "9,000.50", "9,000.50", "0.00", "yes"],
    ]


def test_a_set_that_does_not_tell_of_deliveries_shows_the_rest(other: VisitorMaker) -> None:
    visitor = other(
        {"rma_scores": scores(), "quarantine": pl.DataFrame(schema={"path": pl.String, "row_number": pl.Int64})}
    )
    page = visitor.go("/quality")
    assert of_class(page, "kpis") == []
    assert told(visitor.card("Quarantine")).endswith("The set has no such row. That may be good news.")
    assert told(visitor.card("Deliveries")).startswith("DeliveriesNot in this published set")

"""Daily sums give what the lines give, whatever the address asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median

import polars as pl
import pytest
from dash import dcc, html

from dashboards.components.cards import MOST_PARTS, part_of
from dashboards.components.filterbar import options
from dashboards.context import AppContext
from dashboards.daily import COMPONENTS, DIMENSIONS, LINES, MEASURES, daily
from dashboards.filters import Filters
from dashboards.i18n import Speech
from dashboards.navigation import with_controls
from dashboards.pages import costs, operations
from dashboards.theme import LIGHT
from dashboards.view import Person, View
from tests import desk_shop

KEYS = ["requested_on", "channel", "category", "currency"]
FILTERS = [
    "",
    "?from=2026-02-03",
    "?to=2026-03-01",
    "?from=2026-02-01&to=2026-02-01",
    "?channel=store",
    "?channel=store&channel=web&category=shoes",
    "?currency=GBP",
    "?currency=GBP&category=dresses&from=2026-03-01",
    "?channel=nowhere",
]


def lines() -> pl.DataFrame:
    """Return the lines of the made-up shop in two currencies, at odd hours, some of them never received."""
    number = pl.int_range(pl.len())
    at = pl.col("requested_at") + pl.duration(hours=number % 12)
    received = pl.when(number % 7 > 0).then(at + pl.duration(hours=number * 5 % 97))
    return desk_shop.lines().with_columns(
        currency=pl.when(number % 3 == 0).then(pl.lit("GBP")).otherwise(pl.lit("EUR")),
        requested_at=at,
        received_at=received,
        refunded_at=received + pl.duration(hours=number * 11 % 53),
        country=pl.when(number % 5 > 0).then("country"),
    )


def cubes(rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return the daily sums of lines, as the statements of the reports make them."""
    dated = rows.with_columns(requested_on=pl.col("requested_at").dt.date())
    sums = [pl.len().cast(pl.Int64).alias("n_lines"), *[pl.col(name).sum() for name in MEASURES]]
    parts = [
        dated.with_columns(dimension=pl.lit(name), value=value).group_by("dimension", "value", *KEYS).agg(sums)
        for name, value in [
            ("all", pl.lit("(all)")),
            *((name, pl.col(name).fill_null("(not given)")) for name in DIMENSIONS),
        ]
    ]
    ledger = desk_shop.costs().join(dated.select("rma_id", *KEYS), on="rma_id")
    amounts = [pl.col("amount").sum(), pl.col("amount").sum().alias("actual_amount")]
    components = ledger.group_by("component", *KEYS).agg(*amounts, (pl.col("amount").sum() * 0).alias("rate_amount"))
    return {LINES: pl.concat(parts), COMPONENTS: components}


def view_of(home: Path, search: str = "") -> View:
    context = AppContext(home)
    return View(context, context.published(), Filters.parse(search), Speech(), LIGHT, Person("ada", "reviewer"))


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a home whose set has daily sums, and one whose set has lines alone."""
    tables = desk_shop.page_tables() | {"report_return_lines": lines()}
    both = tmp_path_factory.mktemp("sums"), tmp_path_factory.mktemp("lines")
    desk_shop.publish(both[0], tables | cubes(lines()))
    desk_shop.publish(both[1], tables)
    return both


def kept(search: str) -> pl.DataFrame:
    """Return the lines that a query leaves, chosen one by one."""
    asked = Filters.parse(search)
    return lines().filter(
        [
            (asked.first is None or at.date() >= asked.first)
            and (asked.last is None or at.date() <= asked.last)
            and all(not wanted or value in wanted for wanted, value in zip(lists, rest, strict=True))
            for at, *rest in lines().select("requested_at", "channel", "category", "currency").iter_rows()
            for lists in [(asked.channel, asked.category, asked.currency)]
        ]
    )


@pytest.mark.parametrize("search", FILTERS)
def test_sums_and_lines_tell_the_same(homes: tuple[Path, Path], search: str) -> None:
    wanted = kept(search)
    for home in homes:
        told = costs.sums(view_of(home, search)).row(0, named=True)
        assert told == {"n": wanted.height, **{name: wanted[name].sum() or Decimal(0) for name in costs.SUMS}}
        parts = dict(costs.components(view_of(home, search)).select("component", "amount").iter_rows())
        assert parts == ({"refund": wanted["cost"].sum()} if wanted.height else {})


@pytest.mark.parametrize("by", [*costs.BY, "currency"])
def test_every_split_tells_the_same_of_sums_and_of_lines(homes: tuple[Path, Path], by: str) -> None:
    wanted = kept("?from=2026-02-03").with_columns(pl.col(by).fill_null("(not given)")).group_by(by)
    expected = dict(wanted.agg(pl.col("cost").sum()).iter_rows())
    for home in homes:
        rows = daily(view_of(home, "?from=2026-02-03"), by).group_by("value").agg(pl.col("cost").sum()).collect()
        assert dict(rows.iter_rows()) == expected


def test_months_and_statuses_come_from_the_sums(homes: tuple[Path, Path]) -> None:
    for home in homes:
        months = costs.trend(view_of(home, "?channel=web"))
        assert months["lines"].sum() == kept("?channel=web").height
        assert months["month"].to_list() == sorted(months["month"].to_list())
        assert operations.statuses(view_of(home))["n_lines"].to_list() == [desk_shop.N]


def test_the_median_wait_is_that_of_the_single_lines(homes: tuple[Path, Path]) -> None:
    found = operations.waiting(view_of(homes[0])).rows_by_key("month", named=True, unique=True)
    assert len(found) == 6
    for month, row in found.items():
        own = [one for one in lines().iter_rows(named=True) if one["requested_at"].date().replace(day=1) == month]
        for name, (start, end) in operations.SPANS.items():
            spans = [one[end] - one[start] for one in own if one[end] is not None]
            hours = median(span // timedelta(hours=1) for span in spans)
            assert row[name] == pytest.approx(hours / 24)


def test_a_month_in_which_nothing_arrived_has_no_wait(tmp_path: Path) -> None:
    never = lines().with_columns(received_at=pl.lit(None, pl.Datetime("us")))
    desk_shop.publish(tmp_path, desk_shop.page_tables() | {"report_return_lines": never})
    rows = operations.waiting(view_of(tmp_path))
    assert (rows["days_to_receipt"].null_count(), rows["n_lines"].sum()) == (6, desk_shop.N)


def test_the_dearest_lines_are_those_of_the_lines_however_many_cost_the_same(homes: tuple[Path, Path]) -> None:
    view = view_of(homes[0])
    order = lines().sort("cost", "rma_id", descending=[True, False])["rma_id"].to_list()
    assert costs.dearest_rows(view)["rma_id"].to_list() == order[: costs.SHOWN + 1]
    assert costs.rows_behind(view)["rma_id"].to_list() == order
    nothing = replace(view, filters=Filters.parse("?channel=nowhere"))
    assert costs.dearest_rows(nothing).is_empty()


def test_the_rows_are_turned_over_part_by_part(homes: tuple[Path, Path]) -> None:
    order = costs.rows_behind(view_of(homes[0]))["rma_id"].to_list()
    told = [costs.dearest_rows(view_of(homes[0], f"?rows={part}"))["rma_id"].to_list() for part in (1, 2, 3, 4)]
    assert told == [order[:26], order[25:51], order[50:], []]
    for nonsense in ("0", "-2", "x", "²"):
        assert part_of(view_of(homes[0], f"?rows={nonsense}")) == 1
    assert part_of(view_of(homes[0], "?rows=999999999999")) == MOST_PARTS


def test_a_page_of_rows_leads_to_the_next_and_back_under_the_same_filters(homes: tuple[Path, Path]) -> None:
    def links(search: str) -> set[str]:
        page = html.Div(costs.PAGE.render(view_of(homes[0], search)))
        walk = page._traverse()  # type: ignore[no-untyped-call]  # noqa: SLF001 - Dash has no other walk
        found = [str(getattr(part, "href", "")) for part in walk if isinstance(part, dcc.Link)]
        return {href for href in found if href.startswith("/costs")}

    assert links("?by=reason") == {"/costs?by=reason&rows=2"}
    assert links("?by=reason&rows=2") == {"/costs?by=reason", "/costs?by=reason&rows=3"}
    assert links("?by=reason&rows=3") == {"/costs?by=reason&rows=2"}


def test_another_filter_shows_its_rows_from_the_first_on() -> None:
    assert with_controls(Filters.parse("?rows=3&by=sku"), {"channel": ["web"]}).search() == "?channel=web&by=sku"


def test_choices_are_the_values_that_lines_have(homes: tuple[Path, Path]) -> None:
    for home in homes:
        published = view_of(home).published
        assert options(published, "currency") == ("EUR", "GBP")
        assert options(published, "channel") == ("store", "web")


def test_a_day_ends_with_its_last_moment(tmp_path: Path) -> None:
    late = lines().with_columns(requested_at=pl.lit(datetime(2026, 2, 1, 23, 59, 59, 999_999)))  # noqa: DTZ001 - UTC
    desk_shop.publish(tmp_path, desk_shop.page_tables() | {"report_return_lines": late})
    days = {
        day: costs.sums(view_of(tmp_path, f"?from={day}&to={day}"))["n"].item() for day in ("2026-02-01", "2026-02-02")
    }
    assert days == {"2026-02-01": desk_shop.N, "2026-02-02": 0}

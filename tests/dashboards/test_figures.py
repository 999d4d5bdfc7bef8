from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

import plotly.graph_objects as go
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.figures import (
    DAY_MS,
    Step,
    cost_answer,
    cost_by_month,
    cost_steps,
    cost_waterfall,
    monthly_cost,
    monthly_rates,
    plain,
)
from dashboards.format import MINUS, THIN
from dashboards.theme import DARK, LIGHT, Theme

MONEY = pl.Decimal(18, 4)
Rows = Mapping[str, Sequence[object]]
COMPONENTS: Rows = {
    "component": ["label", "resale", "refund", "handling"],
    "actual_amount": [30, -40, 100, 0],
    "rate_amount": [20, -5, 0, 60],
}


def components(rows: Rows) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"component": pl.String, "actual_amount": MONEY, "rate_amount": MONEY})


def months(basis: str, rates: list[float | None], complete: list[bool]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "month": [date(2026, number, 1) for number in range(1, len(rates) + 1)],
            "basis": [basis] * len(rates),
            "value_sold": pl.Series([2000 if rate is not None else 0 for rate in rates]).cast(MONEY),
            "value_returned": pl.Series([2000 * (rate or 0) for rate in rates]).cast(MONEY),
            "value_return_rate": rates,
            "is_complete": complete,
        },
        schema_overrides={"month": pl.Date, "value_return_rate": pl.Float64, "is_complete": pl.Boolean},
    )


def trace(figure: go.Figure, name: str) -> go.Bar:
    return next(bar for bar in figure.data if bar.name == name)


def test_steps_run_from_the_refund_over_costs_and_recoveries_to_the_net_cost() -> None:
    steps = cost_steps(components(COMPONENTS))
    assert [(step.label, int(step.start), int(step.end)) for step in steps] == [
        ("Refund", 0, 100),
        ("Handling", 100, 160),
        ("Label", 160, 210),
        ("Resale", 210, 165),
        ("Net cost", 0, 165),
    ]
    assert [step.is_total for step in steps] == [False] * 4 + [True]


def test_a_null_amount_is_nothing() -> None:
    steps = cost_steps(components({"component": ["label"], "actual_amount": [None], "rate_amount": [7]}))
    assert steps == [
        Step("Label", Decimal(0), Decimal(0), Decimal(7)),
        Step("Net cost", Decimal(0), Decimal(7), Decimal(0), is_total=True),
    ]


AMOUNT = st.decimals(min_value=-(10**9), max_value=10**9, places=4)


@given(
    st.dictionaries(st.sampled_from(["refund", "label", "resale", "support", "write_off"]), st.tuples(AMOUNT, AMOUNT))
)
def test_the_net_cost_is_the_sum_to_the_last_decimal(amounts: dict[str, tuple[Decimal, Decimal]]) -> None:
    frame = components(
        {
            "component": list(amounts),
            "actual_amount": [actual for actual, _ in amounts.values()],
            "rate_amount": [rate for _, rate in amounts.values()],
        }
    )
    steps = cost_steps(frame)
    assert steps[-1].amount == sum((actual + rate for actual, rate in amounts.values()), Decimal(0))
    assert all(after.start == before.end for before, after in pairwise(steps[:-1]))


def test_the_answer_tells_refunds_other_costs_and_recoveries() -> None:
    answer = cost_answer(cost_steps(components(COMPONENTS)))
    assert answer == "Returns cost 165: 100 refunded, 110 in other costs, 45 recovered"


def test_waterfall_draws_delivered_solid_and_estimated_hatched() -> None:
    figure = cost_waterfall(components(COMPONENTS), LIGHT)
    assert [bar.name for bar in figure.data] == [
        "Cost",
        "Estimated cost",
        "Recovery",
        "Estimated recovery",
        "Net cost",
    ]
    cost, estimated = trace(figure, "Cost"), trace(figure, "Estimated cost")
    assert (list(cost.y), list(cost.base), list(cost.x)) == ([0, 2], [0.0, 160.0], [100.0, 30.0])
    assert (list(estimated.y), list(estimated.base), list(estimated.x)) == ([1, 2], [100.0, 190.0], [60.0, 20.0])
    recovery, guess = trace(figure, "Recovery"), trace(figure, "Estimated recovery")
    assert (list(recovery.base), list(recovery.x)) == ([210.0], [-40.0])
    assert (list(guess.base), list(guess.x)) == ([170.0], [-5.0])
    assert [bar.marker.pattern.shape for bar in figure.data] == [None, "/", None, "/", None]


def test_waterfall_has_an_amount_beside_every_bar() -> None:
    figure = cost_waterfall(components(COMPONENTS), LIGHT)
    assert figure.layout.title.text == "Returns cost 165: 100 refunded, 110 in other costs, 45 recovered"
    assert list(figure.layout.yaxis.ticktext) == ["Refund", "Handling", "Label", "Resale", "Net cost"]
    assert [note.text for note in figure.layout.annotations] == ["100", "60", "50", f"{MINUS}45", "<b>165</b>"]
    assert figure.layout.xaxis.rangemode == "tozero"


def test_waterfall_of_one_component_leaves_out_empty_traces() -> None:
    figure = cost_waterfall(components({"component": ["refund"], "actual_amount": [5], "rate_amount": [0]}), LIGHT)
    assert [bar.name for bar in figure.data] == ["Cost", "Net cost"]


def test_a_component_with_tags_shows_them_letter_by_letter() -> None:
    figure = cost_waterfall(
        components({"component": ["<a href='x'>"], "actual_amount": [5], "rate_amount": [0]}), LIGHT
    )
    assert figure.layout.yaxis.ticktext[0] == "&lt;a href='x'&gt;"
    assert figure.data[0].customdata[0][0] == "&lt;a href='x'&gt;"


@given(st.text())
def test_plain_text_holds_no_tag(text: str) -> None:
    assert "<" not in plain(text)
    assert ">" not in plain(text)


def test_rates_draw_open_months_apart() -> None:
    figure = monthly_rates(months("order_cohort", [0.2, 0.15, 0.05], [True, True, False]), "order_cohort", LIGHT)
    done, still_open = trace(figure, "Complete month"), trace(figure, "Still open")
    assert (list(done.x), list(done.y)) == (["2026-01-01", "2026-02-01"], [0.2, 0.15])
    assert (list(still_open.x), list(still_open.y)) == (["2026-03-01"], [0.05])
    assert done.marker.pattern.shape is None
    assert still_open.marker.pattern.shape == "/"
    assert still_open.marker.line.color == LIGHT.accent
    assert still_open.width == done.width == 20 * DAY_MS


def test_rates_start_at_zero_and_span_whole_months() -> None:
    figure = monthly_rates(months("order_cohort", [0.2, 0.15], [True, False]), "order_cohort", LIGHT)
    assert figure.layout.yaxis.rangemode == "tozero"
    assert list(figure.layout.xaxis.range) == ["2026-01-01", "2026-03-01"]


@pytest.mark.parametrize(
    ("basis", "rates", "complete", "title"),
    [
        (
            "order_cohort",
            [0.2, 0.15, 0.05],
            [True, True, False],
            f"Of the goods sold in Feb 2026, 15.0{THIN}% by value came back, down 5.0 points on Jan 2026",
        ),
        (
            "return_date",
            [0.2, 0.2, 0.05],
            [True, True, False],
            f"Returns requested in Feb 2026 were 20.0{THIN}% of its sales by value, unchanged on Jan 2026",
        ),
        (
            "return_date",
            [0.2, None, 0.05],
            [True, True, False],
            f"Returns requested in Jan 2026 were 20.0{THIN}% of its sales by value",
        ),
        ("order_cohort", [0.2], [False], "No complete month has sales yet"),
        ("order_cohort", [], [], "No complete month has sales yet"),
    ],
)
def test_rates_answer_for_the_last_complete_month(
    basis: str, rates: list[float | None], complete: list[bool], title: str
) -> None:
    assert monthly_rates(months(basis, rates, complete), basis, LIGHT).layout.title.text == title


def test_rates_are_of_one_basis_alone_whatever_the_order_of_rows() -> None:
    both = pl.concat([months("return_date", [0.9], [True]), months("order_cohort", [0.1, 0.2], [True, True])])
    figure = monthly_rates(both.reverse(), "order_cohort", LIGHT)
    assert list(figure.data[0].y) == [0.1, 0.2]


def test_hover_says_what_the_rate_is_a_share_of() -> None:
    figure = monthly_rates(months("return_date", [0.25], [True]), "return_date", LIGHT)
    assert list(figure.data[0].customdata[0]) == ["Jan 2026", f"25.0{THIN}%", "500", "2,000"]


def ledger(rows: list[tuple[date | None, int]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"incurred_on": pl.Date, "amount": MONEY}, orient="row")


def test_cost_by_month_sums_the_ledger_over_the_sales_of_the_month() -> None:
    costs = ledger([(date(2026, 1, 31), 500), (date(2026, 1, 1), -100), (date(2026, 3, 1), 50), (None, 9)])
    frame = months("return_date", [0.2, 0.2, None], [True, True, False])
    assert cost_by_month(costs, frame).rows() == [
        (date(2026, 1, 1), 2000, True, 400, 0.2),
        (date(2026, 2, 1), 2000, True, 0, 0.0),
        (date(2026, 3, 1), 0, False, 50, None),
    ]


def test_monthly_cost_says_the_share_of_sales_and_how_it_moved() -> None:
    costs = ledger([(date(2026, 1, 5), 360), (date(2026, 2, 5), 420), (date(2026, 3, 1), 20)])
    frame = cost_by_month(costs, months("return_date", [0.1, 0.1, 0.1], [True, True, False]))
    figure = monthly_cost(frame, LIGHT)
    assert figure.layout.title.text == f"Returns cost 21.0{THIN}% of sales in Feb 2026, up 3.0 points on Jan 2026"
    assert list(trace(figure, "Complete month").y) == [0.18, 0.21]
    assert list(trace(figure, "Still open").y) == [0.01]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_a_figure_takes_all_its_colours_from_the_theme(theme: Theme) -> None:
    figure = cost_waterfall(components(COMPONENTS), theme)
    assert {bar.marker.color for bar in figure.data} == {theme.accent, theme.relief, theme.muted}
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == theme.paper
    assert figure.layout.font.color == theme.ink


def test_nothing_moves_unless_the_reader_moves_it() -> None:
    figure = cost_waterfall(components(COMPONENTS), LIGHT)
    assert figure.layout.dragmode is False
    assert figure.layout.xaxis.fixedrange
    assert figure.layout.yaxis.fixedrange


def test_the_same_rows_give_the_same_figure() -> None:
    frame = components(COMPONENTS)
    assert cost_waterfall(frame, LIGHT) == cost_waterfall(frame.reverse(), LIGHT)

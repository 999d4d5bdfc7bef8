"""The policy lab's sliders, the links between accounts of a case, and the limits that a funnel is drawn with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from dash.development.base_component import Component
from plotly.io.json import to_json_plotly

from dashboards.account_links import links
from dashboards.components.sliders import chosen, moved, read_setting, settings_of
from dashboards.context import AppContext
from dashboards.filters import Filters
from dashboards.i18n import Speech
from dashboards.pages import case, policy, products
from dashboards.theme import LIGHT
from dashboards.view import Person, View
from tests import desk_shop
from tests.dashboards.visitor import texts

SETTINGS = [("window_days", "30"), ("window_days", "14"), ("window_days", "120"), ("unopened_only", "yes")]
SAVED = [700, 1500, -20, 90]
SINCE = datetime.fromisoformat("2026-01-03T00:00:00")
Tables = dict[str, pl.DataFrame]


def replayed() -> pl.DataFrame:
    """Return report_policy: four settings of two clauses."""
    return pl.DataFrame(
        {
            "clause": [clause for clause, _ in SETTINGS],
            "setting": [setting for _, setting in SETTINGS],
            "saved": [Decimal(amount) for amount in SAVED],
            "saved_share": [amount / 10_000 for amount in SAVED],
            "n_rmas_refused": [7, 15, 0, 3],
            "honest_shoppers_affected": [5, 11, 1, 2],
            "queue_change": [-1, -2, 0, 0],
            "sales_at_risk": [Decimal(10 * amount) for amount in (70, 150, 0, 9)],
        },
        schema_overrides={"saved": desk_shop.MONEY, "sales_at_risk": desk_shop.MONEY},
    )


def shared() -> pl.DataFrame:
    """Return report_account_links: the ring's two accounts by two kinds, and one of them with a stranger."""
    return pl.DataFrame(
        {
            "ring_id": ["ring-1", "ring-1", "ring-2"],
            "customer_id": ["CUST-0001", "CUST-0001", "CUST-0001"],
            "other_customer_id": ["CUST-0002", "CUST-0002", "CUST-0009"],
            "kind": ["ip", "payment", "email"],
            "n_shared": [1, 1, 1],
            "n_accounts": [2, 2, 2],
            "since_at": [SINCE, datetime.fromisoformat("2026-02-01T00:00:00"), None],
        }
    )


def view_of(folder: Path, search: str = "", name: str = "", language: str = "en", role: str = "reviewer") -> View:
    context = AppContext(folder)
    speech = Speech(language, "EUR")
    return View(context, context.published(), Filters.parse(search), speech, LIGHT, Person("ada", role), name)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    desk_shop.publish(home, desk_shop.page_tables() | {"report_policy": replayed(), "report_account_links": shared()})
    return home


def told(parts: Sequence[Component]) -> str:
    """Return the texts of a page, one after the other."""
    return "\n".join(texts(json.loads(to_json_plotly(list(parts)))))


def test_a_clause_has_its_settings_in_order_of_size(home: Path) -> None:
    assert settings_of(view_of(home)) == {"unopened_only": ["yes"], "window_days": ["14", "30", "120"]}


def test_a_slider_writes_the_setting_itself_into_the_address(home: Path) -> None:
    view = view_of(home, "?clause=window_days&unopened_only=yes")
    assert moved(view, {"window_days": 2, "unopened_only": 1}) == "?clause=window_days&unopened_only=yes&window_days=30"
    assert moved(view, {"window_days": 0, "unopened_only": 0}) == "?clause=window_days"
    assert moved(view, {"window_days": 99, "no_such_clause": 1}) == "?clause=window_days&unopened_only=yes"


def test_the_address_tells_only_settings_that_were_replayed(home: Path) -> None:
    assert chosen(view_of(home, "?window_days=30&unopened_only=no&clause=x")) == {"window_days": "30"}
    assert chosen(view_of(home)) == {}


def test_the_lab_tells_what_was_published_of_the_setting(home: Path) -> None:
    text = told(policy.lab(view_of(home, "?window_days=14")))
    for figure in ("Window days: 14", "€1,500", "15.0%", "RMAs refused", "15", "11", "-2"):
        assert figure in text, figure
    assert "returnwatch policy replay" not in text
    assert "Unopened only: yes" not in text


def test_several_settings_stand_alone_and_name_the_command_that_joins_them(home: Path) -> None:
    text = told(policy.lab(view_of(home, "?window_days=30&unopened_only=yes")))
    assert "€700" in text
    assert "€90" in text
    assert "€790" not in text
    assert "returnwatch policy replay --change unopened_only=yes --change window_days=30" in text


def test_a_slider_at_rest_asks_to_be_moved_and_a_set_without_replays_names_the_command(
    home: Path, tmp_path: Path
) -> None:
    assert "Move a slider" in told(policy.lab(view_of(home)))
    desk_shop.publish(tmp_path, desk_shop.page_tables())
    assert "returnwatch policy replay" in told(policy.lab(view_of(tmp_path)))
    assert policy.controls(view_of(tmp_path)) == []


@pytest.mark.parametrize(
    ("clause", "setting", "language", "read"),
    [
        ("restocking_fee_share", "0.05", "en", "5%"),
        ("restocking_fee_share", "0.05", "de", "5\N{NO-BREAK SPACE}%"),
        ("keep_it_below", "15", "nl", "€\N{NO-BREAK SPACE}15"),
        ("window_days", "1095", "de", "1.095"),
        ("unopened_only", "yes", "nl", "ja"),
    ],
)
def test_settings_read_as_in_the_language(clause: str, setting: str, language: str, read: str) -> None:
    assert read_setting(Speech(language, "EUR"), clause, setting) == read


def test_links_are_those_of_the_ring_with_their_kinds(home: Path) -> None:
    published = view_of(home).published
    (link,) = links(published, ["ring-1"], ["CUST-0001", "CUST-0002", "CUST-0009"])
    assert (link.one, link.other, link.kinds, link.since) == ("CUST-0001", "CUST-0002", ("payment", "ip"), SINCE)
    assert links(published, ["ring-1"], ["CUST-0001"]) == []
    assert links(published, ["ring-3"], ["CUST-0001", "CUST-0002"]) == []


def test_a_case_tells_what_two_accounts_share_and_masks_them_for_analysts(home: Path, tmp_path: Path) -> None:
    told_to = {role: told(case.body(view_of(home, name="C-ring", role=role))) for role in ("reviewer", "analyst")}
    assert "CUST-0001 · CUST-0002: Card, IP address (since 3 Jan 2026)" in told_to["reviewer"]
    assert "•••01 · •••02: Card, IP address (since 3 Jan 2026)" in told_to["analyst"]
    assert "CUST-0001 ·" not in told_to["analyst"]
    desk_shop.publish(tmp_path, desk_shop.page_tables())
    assert "CUST-0001: Card (1 other account)" in told(case.body(view_of(tmp_path, name="C-ring")))


def test_the_limits_drawn_are_those_of_the_table(tmp_path: Path) -> None:
    rows = pl.DataFrame(
        {
            "level": ["sku"] * 3 + ["style"],
            "signal": ["any_reason"] * 4,
            "subject": ["A", "B", "C", "ST"],
            "product_name": ["a", "b", "c", None],
            "category": ["x"] * 4,
            "sold_lines": [1000, 1000, 10, 2010],
            "n_lines": [100, 300, 3, 403],
            "raw_rate": [0.1, 0.3, 0.3, 0.2],
            "expected_rate": [0.1, 0.2, 0.15, 0.15],
            "limit_low": [0.05, 0.15, 0.0, 0.1],
            "limit_high": [0.14, 0.26, 0.7, 0.2],
            "is_signal": [False, True, False, True],
            "excess_cost": [0, 10, 0, 10],
        }
    )
    sku = desk_shop.lines().select("sku").head(1).with_columns(cost=pl.lit(1))
    desk_shop.publish(tmp_path, desk_shop.page_tables() | {"report_product_signals": rows, "report_by_sku": sku})
    view = view_of(tmp_path)
    upper, expected, lower = products.limit_lines(view, products.points(view))
    assert (upper[0], upper[1]) == ("Upper limit", [10, 1000])
    assert upper[2] == pytest.approx([0.7, 0.2])
    assert expected[2] == pytest.approx([0.15, 0.15])
    assert lower[2] == pytest.approx([0.0, 0.1])
    figure = products.draw_points(view, products.points(view))
    assert {trace.name for trace in figure.data} >= {"Upper limit", "Expected", "Lower limit"}
    assert figure.layout.title.text == "1 of 3 SKUs comes back more often than chance explains"

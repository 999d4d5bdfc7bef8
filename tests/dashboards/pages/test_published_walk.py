"""Every page on a set that a whole run has published: no column that the pages want is missing, no part fails."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from dashboards.app import mount
from dashboards.pages.registry import MENU, ORDER
from dashboards.server import create_server, open_doors, open_store
from dashboards.serving import ServeSettings
from tests.dashboards.leftovers import left_over
from tests.dashboards.visitor import Site, Visitor, of_class, of_type, told
from tests.program import returnwatch

pytestmark = pytest.mark.slow
"""A run of its own."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("run")
    home, landing = folder / "home", folder / "landing"
    made = returnwatch("simulate", "--out", landing, "--truth", folder / "truth.csv", "--orders", "1500", "--seed", "3")
    assert made.code == 0, made.err
    ran = returnwatch("run", "--home", home, "--landing", landing)
    assert ran.code == 0, ran.err
    doors = open_doors(home, ServeSettings(), open_store(home, ServeSettings()))
    for role in ("reviewer", "analyst"):
        doors.accounts.add(role, role, None)
    return Site(home, create_server(home, ServeSettings(), mount), doors)


def published(home: Path, name: str) -> pl.DataFrame:
    return pl.read_parquet(home / "published" / "current" / f"{name}.parquet")


def test_no_part_of_any_page_is_missing(site: Site) -> None:
    visitor = Visitor.arrive(site, "reviewer")
    for path, title in MENU:
        page = visitor.go(path)
        assert told(of_type(page, "H1")) == title
        assert [told(one) for one in of_class(page, "notice") if "older version" in told(one)] == []


def test_the_figures_are_those_of_the_tables(site: Site) -> None:
    visitor = Visitor.arrive(site, "reviewer")
    cost = published(site.home, "return_costs")["amount"].sum()
    visitor.go("/")
    assert told(of_type(of_class(visitor.page, "kpis")[0], "Dd")[0]) == f"€{cost:,.0f}"
    visitor.go("/costs")
    assert told(of_type(of_class(visitor.page, "kpis")[0], "Dd")[0]) == f"€{cost:,.0f}"
    visitor.go("/queue")
    visitor.put("queue", "getRowsRequest", {"startRow": 0, "endRow": 100, "sortModel": []})
    answer = visitor.element("queue")["props"]["getRowsResponse"]
    queue = published(site.home, "flagged_queue")
    assert answer["rowCount"] == queue["case_id"].n_unique()
    for row in answer["rowData"]:
        visitor.go(f"/case/{row['case_id']}")
        assert told(of_type(visitor.page, "H1")) == f"Case {row['case_id']}"


def test_an_analyst_takes_no_shopper_away(site: Site) -> None:
    client = Visitor.arrive(site, "analyst").browser.client
    shoppers = set(published(site.home, "rma_scores")["customer_id"].drop_nulls())
    for page in ORDER:
        for part in page.parts:
            answer = client.get(f"/data/{page.key}/{part.name}.csv")
            assert answer.status_code == 200, (page.key, part.name)
            cells = set(answer.get_data(as_text=True).replace("\n", ",").split(","))
            assert cells & shoppers == set(), (page.key, part.name)


@pytest.mark.parametrize("language", ["nl", "de"])
def test_no_english_is_left_on_any_page_but_the_shops_own_names(site: Site, language: str) -> None:
    folder = site.home / "published" / "current"
    frames = {file.stem: pl.read_parquet(file) for file in folder.glob("*.parquet")}
    cases = frames["flagged_queue"]["case_id"].unique(maintain_order=True)
    addresses = [*(path for path, _ in MENU), *(f"/case/{name}" for name in cases)]
    english, other = (Visitor.arrive(site, "reviewer", language=code) for code in ("en", language))
    assert sorted(left_over(english, other, addresses, frames)) == []

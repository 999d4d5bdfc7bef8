"""What the ledger says of files that come again, under other names, corrected, or too late."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import LandingWriter
from tests.ingest_tools import accounted, load, table

HEAD = "rma_id,sku,quantity,requested_at,status,refund_amount\n"
ASKED = "R1,A,1,2026-01-10,requested,\n"
PAID = "R1,A,1,2026-01-10,refunded,20.00\n"
MORE = "R1,A,1,2026-01-10,refunded,25.00\n"


class Shop:
    """A shop that delivers one file at a time, each loaded by a run of its own."""

    def __init__(self, folder: Path, write: LandingWriter) -> None:
        self._home, self._write = folder / "home", write

    def deliver(self, name: str, content: str) -> dict[str, Any]:
        """Deliver a file of returns and return its row of the ledger."""
        landing = self._write({f"returns{name}.csv": HEAD + content})
        return next(row for row in load(self._home, landing) if row["path"] == f"canonical/returns{name}.csv")

    @property
    def held(self) -> tuple[str, str | None]:
        """Status and refund of R1."""
        ((status, refund),) = table(self._home, "raw.returns").select("status", "refund_amount").iter_rows()
        return status, None if refund is None else f"{refund:.2f}"


@pytest.fixture
def shop(tmp_path: Path, write_landing: LandingWriter) -> Shop:
    return Shop(tmp_path, write_landing)


def test_an_older_state_of_an_rma_that_comes_late_replaces_nothing(shop: Shop) -> None:
    shop.deliver("_b", PAID)
    late = shop.deliver("_a", ASKED)
    assert (accounted(late), late["rows_stale"], late["status"]) == ((0, 0, 1, 0), 1, "loaded")
    assert shop.held == ("refunded", "20.00")


def test_a_correction_without_evidence_of_age_replaces_what_arrived_before(shop: Shop) -> None:
    shop.deliver("_b", PAID)
    assert accounted(shop.deliver("_a", MORE)) == (0, 1, 0, 0)
    assert shop.held == ("refunded", "25.00")


def test_the_day_that_a_name_tells_weighs_more_than_the_status(shop: Shop) -> None:
    shop.deliver("_2026-01-20", ASKED)
    late = shop.deliver("_2026-01-19", PAID)
    assert (accounted(late), late["rows_stale"]) == ((0, 0, 1, 0), 1)
    assert shop.held == ("requested", None)


def test_changed_content_under_the_same_name_is_the_newer_one_whatever_its_status(shop: Shop) -> None:
    shop.deliver("", PAID)
    states = []
    for content in (ASKED, PAID):
        assert accounted(shop.deliver("", content)) == (0, 1, 0, 0)
        states.append(shop.held)
    assert states == [("requested", None), ("refunded", "20.00")]


def test_the_same_content_under_another_name_is_a_duplicate(shop: Shop) -> None:
    shop.deliver("_a", PAID)
    again = shop.deliver("_b", PAID)
    assert (accounted(again), again["status"]) == ((0, 0, 1, 0), "duplicate")


def test_a_duplicate_counts_the_rows_that_its_twin_left_in_quarantine(shop: Shop) -> None:
    first = shop.deliver("_2026-01-19", PAID + "R2,A,many,2026-01-10,requested,\n")
    again = shop.deliver("_2026-01-20", PAID + "R2,A,many,2026-01-10,requested,\n")
    assert (accounted(first), accounted(again), again["status"]) == ((1, 0, 0, 1), (0, 0, 2, 0), "duplicate")


@pytest.mark.parametrize("days", ["19 20 21", "21 20 19", "20 19 21", "21 19 20"])
def test_what_a_newer_name_says_again_stands_against_what_was_said_between(shop: Shop, days: str) -> None:
    said = {"19": PAID, "20": MORE, "21": PAID}
    for day in days.split():
        shop.deliver(f"_2026-01-{day}", said[day])
    assert shop.held == ("refunded", "20.00")


def test_a_repeat_under_no_newer_name_does_not_bring_back_what_was_corrected(shop: Shop) -> None:
    shop.deliver("_a", PAID)
    shop.deliver("_b", MORE)
    assert shop.deliver("_c", PAID)["status"] == "duplicate"
    assert shop.held == ("refunded", "25.00")


def test_the_rows_own_moment_of_change_weighs_most(tmp_path: Path, write_landing: LandingWriter) -> None:
    head = HEAD.replace("\n", ",updated_at\n")
    stamped = {"_2026-01-20": PAID, "_2026-01-21": ASKED}
    for (name, row), moment in zip(stamped.items(), ("2026-01-18", "2026-01-17"), strict=True):
        landing = write_landing({f"returns{name}.csv": head + row.replace("\n", f",{moment}\n")})
        load(tmp_path / "home", landing)
    assert table(tmp_path / "home", "raw.returns")["status"].to_list() == ["refunded"]


def test_files_of_a_series_are_loaded_as_people_count(tmp_path: Path, write_landing: LandingWriter) -> None:
    landing = write_landing(
        {f"returns_{number}.csv": HEAD + PAID.replace("20.00", str(number)) for number in (2, 9, 10)}
    )
    rows = load(tmp_path / "home", landing)
    assert [row["path"] for row in rows] == [f"canonical/returns_{number}.csv" for number in (2, 9, 10)]
    assert table(tmp_path / "home", "raw.returns")["refund_amount"].to_list() == [10]

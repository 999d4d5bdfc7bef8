"""A case and an RMA as they read: signs and how rare they are, what happened, who is linked, what is like it."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from tests.dashboards.pages.conftest import Visit, VisitorMaker
from tests.dashboards.visitor import Node, Site, of_class, of_type, table_rows, told
from tests.desk_shop import features, page_tables


def block(page: Node, title: str) -> Node:
    """Return the block of a case whose heading begins so."""
    found = [one for one in of_class(page, "block") if told(of_type(one, "H2")[:1]).startswith(title)]
    assert len(found) == 1, title
    return found[0]


def test_the_head_says_who_and_how_much(visit: Visit) -> None:
    page = visit().go("/case/C-ring")
    assert told(of_class(page, "case-head")[0]).startswith(
        "Back to the queueCase C-ring3 RMAs, 2 accounts, €700.00 at stakeDue "
    )
    assert told(visit().element("holder")) == "Nobody holds it"


def test_signs_stand_with_how_rare_they_are_among_the_others(visit: Visit) -> None:
    page = visit().go("/case/C-ring")
    unusual = block(page, "What is unusual")
    # nine of sixty return five units or more, and one asks back 400 or more
    signs = [[told(part) for part in one["props"]["children"][:2]] for one in of_class(unusual, "sign")[:2]]
    assert signs == [
        ["Returns 5 units at once; a typical RMA returns 1", "1 in 7"],
        ["Returns goods worth 400; a typical RMA 30", "1 in 60"],
    ]
    assert [told(one) for one in of_type(unusual, "H3")] == ["RMA-0 · score 99.9 of 100", "RMA-1 · score 98.9 of 100"]
    assert told(of_type(unusual, "Details")[-1]) == "1 more RMARMA-2 returns 7 units at once; a typical RMA returns 1"
    figure = of_type(of_class(unusual, "sign")[0], "Graph")[0]["props"]["figure"]
    # the tallest bin of peers is that of the 51 with one unit
    assert max(figure["data"][0]["y"]) == 51
    assert [line["x0"] for line in figure["layout"]["shapes"]] == [1.0, 5.0]


def test_it_is_told_what_would_have_to_be_otherwise(visit: Visit) -> None:
    page = visit().go("/case/C-ring")
    # three quarters of the score are the units': without them it lies below the lowest flagged one, 91.9
    assert told(block(page, "Would not have been flagged if")) == (
        "Would not have been flagged ifMany units: 1 unit instead of 5 units"
    )
    clauses = block(page, "Against the return conditions")
    assert told(of_type(clauses, "Dt")) == "Window used share"
    assert told(of_type(clauses, "Dd")).startswith("0.25 · ")


def test_the_steps_stand_in_order_with_the_days_between(visit: Visit) -> None:
    page = visit().go("/case/C-4")
    steps = [told(one) for one in of_type(of_class(page, "timeline")[0], "Li")]
    # RMA-3 was requested on 7 January
    assert steps == [
        "Ordered26 Dec 2025", "Delivered30 Dec 20254 days later", "Return requested7 Jan 20268 days later",
        "Received11 Jan 20264 days later", "Refunded13 Jan 20262 days later",
    ]  # fmt: skip
    assert visit().says("25% of its window used · No support contact before the request")


def test_linked_accounts_stand_with_what_they_share(visit: Visit) -> None:
    page = visit().go("/case/C-ring")
    linked = block(page, "Linked accounts")
    assert [told(one) for one in of_type(linked, "Li")] == [
        "CUST-0001: Card (1 other account)",
        "CUST-0002: Card (1 other account)",
    ]
    figure = of_type(linked, "Graph")[0]["props"]["figure"]
    assert [trace.get("text") for trace in figure["data"]] == [
        None, None, ["CUST-0001 · 2", "CUST-0002 · 1"], ["Card"]
    ]  # fmt: skip
    assert "CUST-0001" not in told(block(visit("analyst").go("/case/C-ring"), "Linked accounts"))
    assert visit("analyst").says("•••01: Card (1 other account)")
    alone = block(visit().go("/case/C-4"), "Linked accounts")
    assert told(alone).endswith("No other account is linked to this one.")


def test_the_shoppers_returns_and_cases_like_it_are_listed(visit: Visit) -> None:
    page = visit().go("/case/C-ring")
    history = block(page, "The shopper's returns so far: 3")
    assert [row[:4] for row in table_rows(history)] == [
        ["5 Jan 2026", "RMA-2", "CUST-0002", "€100.00"], ["3 Jan 2026", "RMA-1", "CUST-0001", "€200.00"],
        ["1 Jan 2026", "RMA-0", "CUST-0001", "€400.00"],
    ]  # fmt: skip
    similar = table_rows(block(page, "Similar cases, and what we said"))
    assert [(row[0], row[1], row[3]) for row in similar] == [
        (name, stake, "not decided")
        for name, stake in (
            ("C-4", "€90.00"), ("C-two", "€90.00"), ("C-5", "€80.00"), ("C-6", "€70.00"), ("C-7", "€60.00")
        )
    ]  # fmt: skip


def test_who_sees_personal_data_is_written_down_and_who_does_not_is_not(visit: Visit, site: Site) -> None:
    visit().go("/case/C-7")
    assert told(block(visit().page, "Comments and history")).endswith("Nobody has said anything yet.Add comment")
    page = visit("analyst").go("/case/C-7")
    assert visit("analyst").says("You can read this case; reviewers decide it.")
    assert of_class(page, "decision") == []
    assert [one for one in of_type(page, "Button") if told(one) == "Add comment"] == []
    history = site.doors.store.history("C-7")
    assert {(entry.actor, entry.kind) for entry in history} == {("reviewer", "view")}


def test_an_rma_is_shown_flagged_or_not(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/rma/RMA-0")
    assert visitor.says("Case C-ring")
    assert table_rows(block(page, "What comes back"))[0] == [
        "SKU-0",
        "Wrap dress",
        "1",
        "Changed mind",
        "A",
        "Original",
        "€400.00",
        "€400.00",
        "€400.00",
    ]
    visitor.go("/rma/RMA-30")
    assert visitor.says("Nothing stands out.")
    assert not visitor.says("Case C-")


@pytest.mark.parametrize(
    ("address", "heading", "text"),
    [
        ("/rma/RMA-none", "RMA RMA-none", "The current set has no such RMA."),
        ("/case/C-none", "C-none", "The case is not among those of the current set."),
        ("/case/C%2Fslash", "C/slash", "The case is not among those of the current set."),
        ("/nothing", "Not found", "There is no page at this address. Choose one on the left."),
        ("/costs/more", "Not found", "There is no page at this address. Choose one on the left."),
    ],
)
def test_an_address_of_nothing_says_so(visit: Visit, address: str, heading: str, text: str) -> None:
    page = visit().go(address)
    assert told(of_type(page, "H1")) == heading
    assert visit().says(text)


def test_a_set_of_queue_and_scores_alone_shows_what_it_has(other: VisitorMaker) -> None:
    frames = page_tables()
    visitor = other({name: frames[name] for name in ("rma_scores", "flagged_queue")})
    page = visitor.go("/case/C-ring")
    assert of_class(page, "rare") == []
    assert visitor.says("The figures of the others were not published.")
    assert visitor.says("No features were published.")
    assert of_class(page, "timeline") != []
    assert of_type(of_class(page, "timeline")[0], "Li") == []
    assert of_type(visitor.go("/rma/RMA-0"), "H1") != []


def steps() -> pl.DataFrame:
    """Two RMAs step by step: the first late and out of order, the second with a step missing."""
    at = datetime.fromisoformat
    return pl.DataFrame(
        {
            "rma_id": ["RMA-3", "RMA-4"],
            "rma_line_id": ["1", "1"],
            "authorized_at": [at("2026-01-06T00:00:00"), at("2026-01-10T00:00:00")],
            "shipped_at": [at("2026-01-08T00:00:00"), None],
            "inspected_at": [at("2026-01-30T00:00:00"), None],
            "days_held": [12, 8],
            "return_window_days": [30, 30],
            "is_opened": [True, None],
            "is_tracked": [False, None],
        }
    )


def test_late_missing_and_disordered_steps_are_marked(other: VisitorMaker) -> None:
    visitor = other(page_tables() | {"report_return_steps": steps()})
    page = visitor.go("/case/C-4")
    parts = [one["props"]["children"] for one in of_type(of_class(page, "timeline")[0], "Li")]
    marked = {told(step): told(mark) for step, _, _, mark in parts}
    # authorized the day before it was requested; inspected 19 days after it was received, refunded before that
    assert {step: mark for step, mark in marked.items() if mark} == {
        "Authorized": "out of order", "Inspected": "late", "Refunded": "out of order"
    }  # fmt: skip
    assert visitor.says("day 12 of 30 · opened: yes · tracked: no")
    page = visitor.go("/case/C-5")
    missing = [told(one) for one in of_class(of_class(page, "timeline")[0], "missing")]
    assert missing == ["Sent back\u2013missing", "Inspected\u2013missing"]
    assert visitor.says("day 8 of 30")


def test_features_tell_of_the_window_and_of_support(other: VisitorMaker) -> None:
    late = features().with_columns(
        pl.lit(3.0).alias("days_past_window"), pl.lit(1.0).alias("had_support_contact"), pl.lit(0.0).alias("is_opened")
    )
    visitor = other(page_tables() | {"rma_features": late})
    visitor.go("/case/C-4")
    assert visitor.says("3 days after its window · Support was asked before · Not opened")
    inside = features().with_columns(pl.lit(0.0).alias("window_used_share"))
    visitor = other(page_tables() | {"rma_features": inside})
    visitor.go("/case/C-4")
    assert visitor.says("Within all conditions.")


def test_several_weak_signs_have_no_single_cause(other: VisitorMaker) -> None:
    frames = page_tables()
    weak = pl.col("reasons").list.eval(
        pl.element().struct.with_fields(pl.field("contribution") * 0, pl.lit("NO_SUCH_SIGN").alias("code"))
    )
    visitor = other(frames | {"flagged_queue": frames["flagged_queue"].with_columns(weak)})
    page = visitor.go("/case/C-4")
    assert told(block(page, "Would not have")).endswith("No sign alone explains it: several weak ones add up.")
    # a code that stands for no feature has no peers to be held against
    assert of_type(block(page, "What is unusual"), "Details") == []

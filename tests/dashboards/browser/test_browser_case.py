"""The life of a case in a real browser: taken, decided, undone, agreed on, appealed; by two people and by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.dashboards.browser.conftest import Visit

pytestmark = pytest.mark.slow
"""Minutes in a browser."""

REASON = "Weighed it again: all units are there."


def decide(page: Page, verdict: str, reason: str) -> None:
    page.get_by_label(re.compile(rf"^{verdict} \(")).check()
    page.get_by_label("Reason").fill(reason)
    page.get_by_role("button", name="Decide", exact=True).click()


def test_a_case_tells_what_is_unusual_and_what_happened(visit: Visit) -> None:
    page = visit("/case/C-ring")
    expect(page.locator("#page")).to_contain_text("3 RMAs, 2 accounts, €700.00 at stake")
    expect(page.locator(".sign").first).to_contain_text("Returns 5 units at once")
    expect(page.locator(".timeline").first.locator("li")).to_have_count(5)
    expect(page.locator("#page")).to_contain_text("25% of its window used")
    page.get_by_text("As a list").click()
    expect(page.locator("#page")).to_contain_text("CUST-0002: Card")
    # nine tenths of its score come from the units: without them it would lie below the flagged ones
    expect(page.locator(".block", has_text="Would not have been flagged if")).to_contain_text("Many units")
    expect(page.locator(".block", has_text="Similar cases")).to_contain_text("C-4")


def test_a_case_is_taken_decided_and_undone(visit: Visit) -> None:
    page = visit("/case/C-5")
    page.get_by_role("button", name="Claim").click()
    expect(page.locator("#holder")).to_have_text("Held by you")
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.locator("#toast")).to_contain_text("Choose a verdict first")
    page.get_by_label(re.compile(r"^Deny \(")).check()
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.locator("#toast")).to_contain_text("Write a reason first")
    page.get_by_text("Message to the shopper").click()
    expect(page.locator("#draft")).to_contain_text("a person will look at it again")
    decide(page, "Approve", REASON)
    expect(page.locator("#verdict-told")).to_contain_text("Approve, by ada")
    expect(page.locator("#decision")).to_contain_text(REASON)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Decide", exact=True)).to_be_visible()
    expect(page.locator(".thread")).to_contain_text("undone")


def test_an_adverse_decision_above_the_limit_needs_a_second_person_and_can_be_appealed(visit: Visit) -> None:
    first = visit("/case/C-ring")
    decide(first, "Deny", "Three accounts share one card; all parcels were empty.")
    expect(first.locator("#decision")).to_contain_text("Another person must agree before this counts.")
    expect(first.get_by_role("button", name="Agree")).to_have_count(0)
    second = visit("/case/C-ring", name="bob")
    second.get_by_role("button", name="Agree", exact=True).click()
    expect(second.get_by_role("button", name="Enter an appeal")).to_be_visible()
    second.get_by_label("What the shopper says").fill("The carrier lost the first parcel.")
    second.get_by_role("button", name="Enter an appeal").click()
    expect(second.locator("#decision")).to_contain_text("Somebody other than the one who decided settles it.")
    second.get_by_label("Reason").fill("The carrier confirms it.")
    second.get_by_role("button", name="Overturn").click()
    expect(second.locator("#verdict-told")).to_contain_text("Approve")


def test_two_people_cannot_decide_one_case(visit: Visit) -> None:
    ada, bob = visit("/case/C-4"), visit("/case/C-4", name="bob")
    ada.get_by_role("button", name="Claim").click()
    expect(ada.locator("#holder")).to_have_text("Held by you")
    decide(bob, "Approve", REASON)
    expect(bob.locator("#toast")).to_contain_text("is held by ada")
    expect(bob.get_by_label("Reason")).to_have_value(REASON)
    decide(ada, "Approve", REASON)
    expect(ada.locator("#verdict-told")).to_contain_text("Approve, by ada")


def test_a_case_is_decided_from_the_queue_by_keyboard_alone(visit: Visit) -> None:
    page = visit("/queue?q=c-6")
    expect(page.locator(".ag-center-cols-container [col-id=case_id] a")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("c")
    expect(page.locator("#toast")).to_contain_text("1 of 1 done")
    expect(page.locator(".ag-center-cols-container [col-id=who]")).to_have_text("you")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/case/C-6"))
    expect(page.locator("#page h1")).to_have_text("Case C-6")
    # a quick hand on a slow machine: what is typed last must be part of what is decided
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 8})
    page.keyboard.press("i")
    expect(page.get_by_label("Reason")).to_be_focused()
    page.keyboard.type("The box looks light: weigh it first.")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Decide", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#verdict-told")).to_contain_text("Inspect on arrival, by ada")
    expect(page.locator("#decision")).to_contain_text("The box looks light: weigh it first.")


def test_selected_cases_are_given_and_decided_together(visit: Visit) -> None:
    page = visit("/queue?q=c-7")
    page.locator(".ag-center-cols-container [row-index='0'] input[type=checkbox]").check()
    page.get_by_role("textbox", name="Person").click()
    page.get_by_role("option", name="bob").click()
    page.get_by_role("button", name="Assign").click()
    expect(page.locator(".ag-center-cols-container [col-id=who]")).to_have_text("bob")
    page.locator(".ag-center-cols-container [row-index='0'] input[type=checkbox]").check()
    page.get_by_label("Reason").fill("Known wholesale customer.")
    page.locator("#bulk-approve").click()
    expect(page.locator("#toast")).to_contain_text("1 of 1 done")
    assert visit("/case/C-7").locator("#verdict-told").inner_text().startswith("Approve, by ada")


def test_a_comment_joins_the_thread_letter_by_letter(visit: Visit) -> None:
    page = visit("/case/C-two")
    page.get_by_label("Comment").fill("<img src=x onerror=alert(1)> call back")
    page.get_by_role("button", name="Add comment").click()
    expect(page.locator(".thread")).to_contain_text("<img src=x onerror=alert(1)> call back")
    assert page.locator(".thread img").count() == 0


def test_an_analyst_reads_with_masks_and_decides_nothing(visit: Visit) -> None:
    page = visit("/case/C-two", name="eve")
    expect(page.locator("#page")).to_contain_text("You can read this case; reviewers decide it.")
    assert page.get_by_role("button", name="Decide", exact=True).count() == 0
    assert "CUST-0107" not in page.content()
    expect(page.locator("#page")).to_contain_text("•••07")
    assert visit("/queue", name="eve").locator("#bulk-claim").count() == 0

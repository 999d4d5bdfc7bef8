"""A thousand texts that are code, in every place where these pages show a text: none is live."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from html.parser import HTMLParser

import flask
import pytest
from flask.testing import FlaskClient

from dashboards.api import answers
from dashboards.case_file import rendered
from dashboards.i18n import Speech
from dashboards.reviews.rules import ReviewRules
from tests.dashboards.payloads import PAYLOADS
from tests.dashboards.serving.desk import MOMENT


@dataclass
class Outline(HTMLParser):
    """The tags of a page with their attributes, and the texts between."""

    tags: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def outline(page: str) -> Outline:
    found = Outline()
    found.feed(page)
    found.close()
    return found


def case_page(server: flask.Flask, texts: list[str], name: str) -> str:
    """Return the file of a case in which everything that is not a figure is one of these texts."""
    at: datetime = MOMENT
    standing = answers.Standing(
        version=2, state="decided", verdict="deny", decided_by=name, decided_at=at, claimed_by=None, assigned_to=None
    )
    reasons = [answers.Reason(code="ANY", text=text) for text in texts]
    score = answers.Score(
        rma_id=name, stage=name, risk_score=1.0, risk_rank=1, outcome="HOLD", is_flagged=True,
        expected_loss=None, reasons=reasons,
    )  # fmt: skip
    events = [answers.Event(at=at, actor=text, kind="comment", verdict=text, text=text) for text in texts]
    case = answers.Case(
        case_id=name,
        customer_ids=texts[:20],
        amount_at_stake=Decimal(1),
        standing=standing,
        rmas=[score],
        history=events,
    )
    with server.test_request_context("/"):
        return rendered(case, ReviewRules(), at, Speech("nl", name))


def test_none_of_a_thousand_texts_is_live_in_the_file_of_a_case(server: flask.Flask) -> None:
    assert len(set(PAYLOADS)) == 1000
    hostile = outline(case_page(server, PAYLOADS, PAYLOADS[5]))
    plain = outline(case_page(server, ["x"] * 1000, "x"))
    assert hostile.tags == plain.tags
    shown = "".join(hostile.texts)
    assert [payload for payload in PAYLOADS if payload not in shown] == []


@pytest.mark.parametrize("n", [100, pytest.param(1000, marks=pytest.mark.slow)])
def test_none_of_a_thousand_texts_is_live_on_the_log_in_page_and_in_errors(client: FlaskClient, n: int) -> None:
    html = {"Accept": "text/html"}
    log_in = outline(client.get("/login?next=/x").get_data(as_text=True)).tags
    live = []
    for payload in PAYLOADS[:: 1000 // n]:
        page = client.get("/login", query_string={"next": f"/{payload}"}).get_data(as_text=True)
        if outline(page).tags != log_in:
            live.append(("log-in", payload))
    refused = client.post("/health", headers=html).get_data(as_text=True)
    for payload in PAYLOADS[:: 1000 // n]:
        page = client.post(f"/health?{payload!r}", headers=html).get_data(as_text=True)
        if outline(page).tags != outline(refused).tags:
            live.append(("error", payload))
    assert live == []

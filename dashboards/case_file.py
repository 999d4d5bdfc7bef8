"""The file of a case as one HTML page that opens without a network: what was known, what was decided, by whom."""

from __future__ import annotations

from datetime import datetime

import flask
from flask_login import current_user

from dashboards.api import answers, reading
from dashboards.components.decision import KINDS
from dashboards.errors import NotThereError
from dashboards.i18n import Speech, language
from dashboards.published_cases import PublishedCases
from dashboards.reviews.rules import ReviewRules
from dashboards.reviews.store import EXPORT, ReviewStore
from dashboards.wording import reason


def install(server: flask.Flask, cases: PublishedCases, store: ReviewStore) -> None:
    """Give a server the address of case files."""

    def case_file(case_id: str) -> flask.Response:
        held = store.case(case_id)
        entries = store.history(case_id) if held else ()
        found = reading.case_answer(cases.current(), case_id, held, entries, is_masked=False)
        if found is None:
            raise NotThereError("there is no such case in the published set; look at the queue again")
        store.viewed(current_user.name, "case file", case_id, EXPORT)
        facts = cases.current().published
        speech = Speech(language(), facts.text("reporting_currency"))
        page = rendered(found, store.rules, facts.moment("published_at"), speech)
        name = "".join(letter if letter.isalnum() or letter == "-" else "_" for letter in case_id)
        return flask.Response(page, headers={"Content-Disposition": f'attachment; filename="case-{name}.html"'})

    server.add_url_rule("/cases/<case_id>/file", "case_file", case_file)


def rendered(case: answers.Case, rules: ReviewRules, published_at: datetime | None, speech: Speech) -> str:
    """Return the page in the language; ``published_at``: when the set was, null where it does not say."""
    return flask.render_template(
        "case_file.html.j2",
        case=case,
        rules=rules,
        published_at=published_at,
        speech=speech,
        say=speech.text,
        reason=reason,
        kinds=KINDS,
    )

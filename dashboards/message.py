"""A draft of what may be written to the shopper: what is looked at, without a figure and without a suspicion."""

from __future__ import annotations

import polars as pl

from dashboards.i18n import catalogue
from dashboards.view import View

REFUSED = (
    "We cannot accept this return under our return conditions. If you see it otherwise, answer this message: "
    "a person will look at it again."
)

BODIES = {
    "approve": "Your return is accepted. We will refund you in the way you paid.",
    "store_credit": "Your return is accepted. We will refund you as store credit.",
    "request_evidence": "To go on with your return we need something from you: a photo of the item and of its parcel.",
    "inspect": "We will go on with your return as soon as we have looked at what you sent.",
    "deny": REFUSED,
    "ban_proposal": REFUSED,
    "": "We are looking at your return and will write to you again.",
}
"""What is said for each verdict; the empty one while nothing is decided."""


LOOKED_AT = "We are taking a closer look at this return before we complete it."
"""What is said in place of a sentence that the reader's language lacks: a message in two languages helps nobody."""


def draft(view: View, rmas: pl.DataFrame, verdict: str) -> str:
    """Return the message in the reader's language; its middle is the safe wording of the RMAs' reasons."""
    ids = ", ".join(rmas["rma_id"])
    about = "This is about your returns {ids}." if rmas.height > 1 else "This is about your return {ids}."
    parts = [
        view.text("Hello,"),
        view.text(about, ids=ids),
        *([] if verdict in {"approve", "store_credit"} else _looked_at(view, rmas)),
        view.text(BODIES.get(verdict, BODIES[""])),
        view.text("Kind regards"),
    ]
    return "\n\n".join(parts)


def _looked_at(view: View, rmas: pl.DataFrame) -> list[str]:
    """Return what may be said of the RMAs' reasons: the first three sentences, each once."""
    said = [
        str(reason["customer_text"])
        for reasons in rmas["reasons"].to_list()
        for reason in reasons or ()
        if reason["customer_text"]
    ]
    known = catalogue(view.speech.language)
    is_english = view.speech.language == "en"
    told = [view.text(text if is_english or text in known else LOOKED_AT) for text in said]
    return list(dict.fromkeys(told))[:3]

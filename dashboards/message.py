"""A draft of what may be written to the shopper: what is looked at, without a figure and without a suspicion."""

from __future__ import annotations

import polars as pl

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


def draft(view: View, rmas: pl.DataFrame, verdict: str) -> str:
    """Return the message in the reader's language; its middle is the safe wording of the RMAs' reasons."""
    said = [
        str(reason["customer_text"])
        for reasons in rmas["reasons"].to_list()
        for reason in reasons or ()
        if reason["customer_text"]
    ]
    looked_at = (
        [view.text(text) for text in dict.fromkeys(said)][:3] if verdict not in {"approve", "store_credit"} else []
    )
    ids = ", ".join(rmas["rma_id"])
    parts = [
        view.text("Hello,"),
        view.text("this is about your return {ids}.", ids=ids),
        *looked_at,
        view.text(BODIES.get(verdict, BODIES[""])),
        view.text("Kind regards"),
    ]
    return "\n\n".join(parts)

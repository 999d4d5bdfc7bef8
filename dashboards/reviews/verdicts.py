"""What decisions say about RMAs, for the detector to learn from: fraud, legitimate, or nothing yet.

A case counts once it is decided for good: a denial that a second person confirmed where one was needed, and against
which no appeal is open, says fraud; an approval says legitimate, also one that an appeal brought about. Store credit
says neither: it is given to settle doubt. What was undone says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboards.reviews.chain import Entry
from dashboards.reviews.rules import ADVERSE, APPROVE, DECIDED
from dashboards.reviews.store import REOPENED, STEPS, ReviewStore, moment_of

FRAUD, LEGITIMATE = "fraud", "legitimate"
LABELS = dict.fromkeys(ADVERSE, FRAUD) | {APPROVE: LEGITIMATE}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one person's decision says of one RMA."""

    rma_id: str
    verdict: str
    decided_at: datetime
    decided_by: str


def verdicts_of(store: ReviewStore) -> list[Verdict]:
    """Return the verdicts that hold now, one an RMA, by its name; of an RMA of two cases the last word counts."""
    last: dict[str, Entry] = {}
    for entry in store.ledger.of_kinds(STEPS):
        is_only_grown = entry.kind == REOPENED and entry.facts["after"]["state"] == DECIDED
        if entry.case_id is not None and not is_only_grown:
            last[entry.case_id] = entry
    found: dict[str, Verdict] = {}
    for entry in sorted(last.values(), key=lambda one: one.seq):
        after = entry.facts["after"]
        label = LABELS.get(after["verdict"] or "")
        if after["state"] == DECIDED and label is not None:
            for rma_id in entry.private["rma_ids"]:
                found[rma_id] = Verdict(rma_id, label, moment_of(entry), entry.actor)
    return [found[rma_id] for rma_id in sorted(found)]

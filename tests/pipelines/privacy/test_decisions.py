"""Erasing a person reaches the store of decisions, and what was decided stays without them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from dashboards.reviews.database import FILE, open_database
from dashboards.reviews.rules import Submission
from dashboards.reviews.store import CaseFacts, ReviewStore
from dashboards.secrets import chain_key
from models.decide import case_name
from pipelines.privacy.forget import ForgetRequest, forget
from pipelines.reviews import examined, verdicts
from pipelines.settings import Settings
from tests.privacy_tools import CUSTOMER, IDENTIFIERS, table


def reviewed(home: Path) -> None:
    """Have a case of the person decided, and one of somebody else."""
    engine = open_database(home, None)
    store = ReviewStore(engine, chain_key(home))
    for rma_ids in (IDENTIFIERS["rma"], ("OTHER-1",)):
        case_id = case_name(rma_ids[0])
        store.open_case(CaseFacts(case_id, rma_ids, Decimal(20)), "ann")
        store.decide(Submission(case_id, "deny", f"{rma_ids[0]} came back empty", "ann", 1, rma_ids[0]))
    engine.dispose()


def test_decisions_lose_the_person_and_keep_their_pseudonym(home: Path) -> None:
    reviewed(home)
    planned = forget(ForgetRequest(home, CUSTOMER, is_dry_run=True))
    assert planned["decisions"] == 3
    held = b"".join(place.read_bytes() for place in home.glob(f"{FILE}*"))
    assert IDENTIFIERS["rma"][0].encode() in held
    receipt = forget(ForgetRequest(home, CUSTOMER))
    assert receipt["decisions"] == 3
    assert FILE not in str(receipt["files_rewritten"]) + str(receipt["files_still_naming"])
    content = b"".join(place.read_bytes() for place in home.glob(f"{FILE}*"))
    names = (*IDENTIFIERS["rma"], case_name(IDENTIFIERS["rma"][0]))
    assert [name for name in names if name.encode() in content] == []
    assert b"OTHER-1 came back empty" in content
    assert examined(home, Settings())[1] == []
    pseudonyms = set(verdicts(home, Settings())["rma_id"]) - {"OTHER-1"}
    assert len(pseudonyms) == 2
    assert pseudonyms <= set(table(home, "raw.returns")["rma_id"])


def test_who_was_never_reviewed_needs_no_store(home: Path) -> None:
    assert forget(ForgetRequest(home, CUSTOMER))["decisions"] == 0
    assert not (home / FILE).exists()

"""People's decisions come back with the next run, and are corrected by the one after."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from dashboards.reviews.database import FILE, open_database
from dashboards.reviews.rules import Submission
from dashboards.reviews.store import CaseFacts, ReviewStore
from dashboards.secrets import chain_key
from pipelines.privacy.forget import ForgetRequest, forget
from pipelines.request import request_digest
from pipelines.reviews import digest_of, load_verdicts, verdicts
from pipelines.settings import Settings
from pipelines.warehouse import Warehouse
from tests.program import RunShop, returnwatch

VARIABLES = {"SOURCE_DATE_EPOCH": "1760000000"}


def decided(home: Path, case_id: str, rma_ids: tuple[str, ...], verdict: str) -> None:
    """Have two people decide a case."""
    engine = open_database(home, None)
    store = ReviewStore(engine, chain_key(home))
    case = store.open_case(CaseFacts(case_id, rma_ids, Decimal(900)), "ann")
    case = store.decide(Submission(case_id, verdict, "seen in person", "ann", case.version, case_id))
    store.confirm(case_id, "bob", case.version)
    engine.dispose()


def appealed(home: Path, case_id: str) -> None:
    """Have an appeal be right."""
    engine = open_database(home, None)
    store = ReviewStore(engine, chain_key(home))
    case = store.appeal(case_id, "cleo", 3, "it was the courier")
    store.settle_appeal(case_id, "bob", case.version, "it was", overturn=True)
    engine.dispose()


def select(home: Path, statement: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(statement).fetchall()


LABELS = "select rma_id, verdict, decided_by from core.review_labels where decided_by like 'reviews:%' order by 1"


@pytest.fixture
def home(shop: RunShop, tmp_path: Path) -> Path:
    copy = tmp_path / "home"
    shutil.copytree(shop.home, copy, symlinks=True)
    return copy


@pytest.mark.slow
def test_a_decision_is_a_verdict_of_the_next_run(home: Path, shop: RunShop) -> None:
    ((customer, first, second),) = select(
        home,
        "select customer_id, min(rma_id), max(rma_id) from score.rma_scores where customer_id is not null "
        "group by 1 having count(*) = 2 order by 1 limit 1",
    )
    rma_ids = (str(first), str(second))
    decided(home, "C-1", rma_ids, "deny")
    done = returnwatch("run", "--landing", shop.landing, "--home", home, "--json", variables=VARIABLES)
    assert done.code == 0, done.err
    assert select(home, LABELS) == [(rma_id, "fraud", "reviews:bob") for rma_id in rma_ids]
    again = returnwatch("run", "--landing", shop.landing, "--home", home, "--json", variables=VARIABLES)
    assert again.json["published"] == done.json["published"]
    appealed(home, "C-1")
    assert {row[1] for row in verdicts(home, Settings()).rows()} == {"legitimate"}
    forget(ForgetRequest(home, str(customer)))
    content = b"".join(place.read_bytes() for place in home.glob(f"{FILE}*"))
    assert [one for one in rma_ids if one.encode() in content] == []
    held = {row[0] for row in verdicts(home, Settings()).rows()}
    assert (len(held), held & set(rma_ids)) == (2, set())
    assert {name for (name, *_) in select(home, LABELS)} == held


def labels(home: Path) -> list[tuple[object, ...]]:
    """Return the delivered verdicts of a warehouse that has read the store."""
    with Warehouse(home, "1GB") as warehouse:
        load_verdicts(warehouse, home, Settings())
        warehouse.delivered_views()
        chosen = "select rma_id, verdict, decided_by, source from delivered_review_labels order by 1"
        rows = warehouse.connection.execute(chosen).fetchall()
        warehouse.commit()
        return rows


def test_decisions_are_delivered_verdicts_and_what_was_overturned_corrects_them(tmp_path: Path) -> None:
    decided(tmp_path, "C-1", ("R1", "R2"), "deny")
    decided(tmp_path, "C-2", ("R3",), "store_credit")
    by, source = "reviews:bob", "reviews"
    assert labels(tmp_path) == [("R1", "fraud", by, source), ("R2", "fraud", by, source)]
    appealed(tmp_path, "C-1")
    assert labels(tmp_path) == [("R1", "legitimate", by, source), ("R2", "legitimate", by, source)]


def test_a_home_without_reviews_gets_no_store(tmp_path: Path) -> None:
    assert verdicts(tmp_path, Settings()).is_empty()
    assert not any(tmp_path.iterdir())


def test_verdicts_make_another_request_and_serving_does_not(tmp_path: Path) -> None:
    decided(tmp_path, "C-1", ("R1",), "approve")
    rows = verdicts(tmp_path, Settings())
    assert digest_of(rows) != digest_of(rows.clear()) == ""
    served = Settings().model_copy(update={"serve": Settings().serve.model_copy(update={"port": 9999})})
    assert request_digest(served, "") == request_digest(Settings(), "")
    assert request_digest(Settings(), "", digest_of(rows)) != request_digest(Settings(), "")

"""An example of what customers write goes with the person who wrote it."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipelines.privacy.forget import ForgetRequest, forget
from tests.privacy_tools import CUSTOMER, table

COMMENT = "lamp flickers since Monday"


def test_the_persons_example_is_erased_and_others_stay(home: Path) -> None:
    ((theirs,),) = table(home, "raw.returns").filter(customer_id=CUSTOMER)["rma_id"].head(1).to_frame().rows()
    with duckdb.connect(home / "warehouse.duckdb") as connection:
        connection.execute("create schema if not exists report")
        connection.execute(
            "create table report.report_feedback_terms (level varchar, subject varchar, term varchar, "
            "n_comments bigint, example_rma_id varchar, example_comment varchar)"
        )
        rows = [("sku", "A", "flickers", 3, theirs, COMMENT), ("sku", "B", "flickers", 4, "ANOTHER-1", COMMENT)]
        connection.executemany("insert into report.report_feedback_terms values (?, ?, ?, ?, ?, ?)", rows)
    forget(ForgetRequest(home, CUSTOMER))
    one, other = table(home, "report.report_feedback_terms").sort("subject").rows()
    assert one[:4] == ("sku", "A", "flickers", 3)
    assert one[4] not in {theirs, None}
    assert one[5] is None
    assert other == ("sku", "B", "flickers", 4, "ANOTHER-1", COMMENT)

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.errors import WrongArgumentError
from pipelines.policy.clauses import CLAUSES, TOGETHER, assumptions, policies, read_changes, read_loss

LOSS = Decimal("0.1")


def test_changes_are_read_in_the_order_of_the_clauses() -> None:
    found = read_changes(["keep_it_below=12.50", " window_days = 30 ", "free_label=no", "unopened_only=yes"])
    assert list(found.items()) == [
        ("window_days", 30), ("unopened_only", True), ("keep_it_below", Decimal("12.50")), ("free_label", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("window=30", "not a clause=setting; there are window_days, warranty_days"),
        ("window_days", "not a clause=setting"),
        ("window_days=soon", "window_days is a whole number of days"),
        ("window_days=-1", "a whole number of days, 0 or more"),
        ("window_days=40000", "a whole number of days"),
        ("restocking_fee_share=15", "a share from 0 to 1"),
        ("restocking_fee_share=0.00001", "at most four decimals"),
        ("restocking_fee_share=nan", "a share from 0 to 1"),
        ("keep_it_below=-3", "an amount of the reporting currency"),
        ("keep_it_below=Infinity", "an amount of the reporting currency"),
        ("unopened_only=no", "unopened_only is yes"),
        ("free_label=yes", "free_label is no"),
    ],
)
def test_a_wrong_change_is_one_clear_line(change: str, words: str) -> None:
    with pytest.raises(WrongArgumentError, match=f"--change {change}: ") as raised:
        read_changes([change])
    assert words in str(raised.value)


def test_a_clause_is_changed_once() -> None:
    with pytest.raises(WrongArgumentError, match="window_days is given twice"):
        read_changes(["window_days=30", "window_days=14"])


@pytest.mark.parametrize("text", ["1.5", "-0.1", "ten"])
def test_an_assumed_loss_is_a_share(text: str) -> None:
    with pytest.raises(WrongArgumentError, match="a share from 0 to 1"):
        read_loss(text)


def test_policies_are_each_change_alone_and_all_together() -> None:
    first, second, both = policies(read_changes(["window_days=30", "restocking_fee_share=0.150"]), LOSS)
    assert [row["scenario"] for row in (first, second, both)] == [
        "window_days=30", "restocking_fee_share=0.150", TOGETHER,
    ]  # fmt: skip
    assert (first["window_days"], first["restocking_fee_share"]) == (30, None)
    assert (both["window_days"], both["restocking_fee_share"]) == (30, Decimal("0.150"))
    assert (both["unopened_only"], both["free_label"], both["assumed_loss_share"]) == (False, True, LOSS)


def test_what_is_assumed_is_told_of_the_changed_clauses_alone() -> None:
    told = " ".join(assumptions(read_changes(["keep_it_below=5"]), Decimal("0.25")))
    assert "25 % of what they bought" in told
    assert [clause.name for clause in CLAUSES if clause.assumption in told] == ["keep_it_below"]

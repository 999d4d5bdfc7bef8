from __future__ import annotations

import logging
import os
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.quality.expectation import max_expectation
from pipelines.quality.judge import Judge, Verdict, expectation_suite
from pipelines.quality.model import Check, Severity, Suite

SUITE = Suite(
    "core.orders",
    ("order_id",),
    (
        Check("key_unique", "keys differ", "repeat the key", condition="false"),
        Check("late", "not late", "are late", Severity.WARNING, condition="false"),
        Check("fx_rate_above_zero", "above 0", "have none", condition="false"),
    ),
)


def test_a_count_above_zero_is_a_breach_of_the_severity_of_its_check() -> None:
    assert Judge().verdicts(SUITE, {"key_unique": 0, "late": 2, "fx_rate_above_zero": 1}) == {
        "key_unique": Verdict(Severity.CRITICAL, is_ok=True),
        "late": Verdict(Severity.WARNING, is_ok=False),
        "fx_rate_above_zero": Verdict(Severity.CRITICAL, is_ok=False),
    }


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 2**62), min_size=3, max_size=3))
def test_a_check_holds_if_and_only_if_nothing_breaks_it(counts: list[int]) -> None:
    names = [check.name for check in SUITE.checks]
    verdicts = Judge().verdicts(SUITE, dict(zip(names, counts, strict=True)))
    assert [verdicts[name].is_ok for name in names] == [n_rows == 0 for n_rows in counts]


def test_the_library_holds_the_suite_with_its_severities_and_rules() -> None:
    suite = expectation_suite(SUITE)
    assert suite.name == "core.orders"
    expected = [one.configuration for one in suite.expectations]
    held = [(one.kwargs["column"], one.severity.value, one.description) for one in expected]
    assert held == [
        ("key_unique", "critical", "keys differ"),
        ("late", "warning", "not late"),
        ("fx_rate_above_zero", "critical", "above 0"),
    ]


def test_the_library_prints_nothing_and_leaves_process_and_logging_alone(capfd: pytest.CaptureFixture[str]) -> None:
    variables, handlers = dict(os.environ), list(logging.getLogger().handlers)
    Judge().verdicts(SUITE, {"key_unique": 0, "late": 0, "fx_rate_above_zero": 0})
    assert dict(os.environ) == variables
    assert logging.getLogger().handlers == handlers
    assert capfd.readouterr() == ("", "")


def test_the_configuration_is_the_librarys_and_follows_the_fields() -> None:
    from great_expectations.expectations.core import expect_column_max_to_be_between as library  # noqa: PLC0415

    fields: dict[str, Any] = {"column": "late", "max_value": 3, "notes": "a note", "description": "a rule"}
    fields["severity"] = "warning"
    ours, theirs = max_expectation()(**fields), library.ExpectColumnMaxToBeBetween(**fields)
    assert ours.configuration.to_json_dict() == theirs.configuration.to_json_dict()
    ours.configuration.kwargs["max_value"] = 9  # what one reader changes is not another's
    assert ours.configuration.kwargs["max_value"] == 3
    ours.max_value = theirs.max_value = 4
    assert ours.configuration.to_json_dict() == theirs.configuration.to_json_dict()

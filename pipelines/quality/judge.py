"""Great Expectations' part of the work: it owns the suites, their severities and the verdicts.

DuckDB has counted the rows that break each check; the library gets the counts of a table as a frame of one
row, with a column a check, and expects each to be 0, or no more than the check tolerates. It takes seconds to
import, so that it is imported here where it is used, once in a process.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from pipelines.quality.expectation import max_expectation
from pipelines.quality.model import Severity, Suite

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuite, ExpectationSuiteValidationResult


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one check: how grave a breach is, and whether it held."""

    severity: Severity
    is_ok: bool


class Judge:
    """A Great Expectations context in memory, which sends nothing anywhere and draws no progress bars."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the library imports modules that Python is going to drop
            import great_expectations as gx  # noqa: PLC0415 - see above
            from great_expectations.data_context.types.base import (  # noqa: PLC0415
                DataContextConfig,
                InMemoryStoreBackendDefaults,
                ProgressBarsConfig,
            )
        config = DataContextConfig(
            store_backend_defaults=InMemoryStoreBackendDefaults(),
            analytics_enabled=False,
            progress_bars=ProgressBarsConfig(globally=False, metric_calculations=False),
        )
        source = gx.get_context(project_config=config, mode="ephemeral").data_sources.add_pandas("counts")
        # one for every suite: the library writes its whole configuration down anew for each that is added
        self._counts = source.add_dataframe_asset("counts").add_batch_definition_whole_dataframe("counts")

    def verdicts(self, suite: Suite, counted: Mapping[str, int], n_rows: int = 0) -> dict[str, Verdict]:
        """Return the verdict on each check of a suite by its name."""
        return verdicts_of(self.validate(suite, counted, n_rows))

    def validate(self, suite: Suite, counted: Mapping[str, int], n_rows: int) -> ExpectationSuiteValidationResult:
        """Return the library's result for a suite: each count held against what is tolerated in so many rows."""
        import pandas as pd  # noqa: PLC0415 - comes with the library, and is as slow to import

        frame = pd.DataFrame({check.name: [counted[check.name]] for check in suite.checks})
        return self._counts.get_batch({"dataframe": frame}).validate(expectation_suite(suite, n_rows))


@cache
def judge() -> Judge:
    """Return the judge of this process: making one takes the library a tenth of a second."""
    return Judge()


def verdicts_of(result: ExpectationSuiteValidationResult) -> dict[str, Verdict]:
    """Return the verdict on each check of a suite by its name."""
    return dict(_verdict(one) for one in result.results)


def expectation_suite(suite: Suite, n_rows: int = 0) -> ExpectationSuite:
    """Return the library's suite: for each check, that no more rows break it than it tolerates."""
    from great_expectations.core import ExpectationSuite  # noqa: PLC0415 - see the head of the module
    from great_expectations.expectations.metadata_types import FailureSeverity  # noqa: PLC0415

    # The maximum of one row is that row, and costs a quarter of what ExpectColumnValuesToBeBetween does.
    expectations = [
        max_expectation()(
            column=check.name,
            max_value=check.limit(n_rows),
            severity=FailureSeverity(check.severity.value),
            description=check.rule,
            notes=check.rule,
        )
        for check in suite.checks
    ]
    return ExpectationSuite(name=suite.table, expectations=expectations)


def _verdict(result: Any) -> tuple[str, Verdict]:  # noqa: ANN401 - the library's result has no useful type
    """Return a check's name and the verdict on it."""
    expected = result.expectation_config
    return str(expected.kwargs["column"]), Verdict(Severity(expected.severity.value), bool(result.success))

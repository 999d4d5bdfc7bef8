"""Failures that may pass by themselves, and how a run that nobody watches is tried again after one.

Only failures of input and output are such: a network share that is away, a disk that gave an error once. Bad
data, a wrong setting, a full disk, a path or permission that is wrong stay what they are until somebody acts.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Mapping
from dataclasses import dataclass

import dagster as dg
import duckdb

from pipelines.errors import ReturnwatchError

PASSING = frozenset(
    {
        errno.EIO, errno.EAGAIN, errno.EBUSY, errno.EINTR, errno.ESTALE, errno.ETIMEDOUT, errno.ENETDOWN,
        errno.ENETUNREACH, errno.ENETRESET, errno.ECONNABORTED, errno.ECONNRESET, errno.EHOSTDOWN, errno.EHOSTUNREACH,
        errno.ENOTCONN, errno.EREMOTEIO,
    }
)  # fmt: skip
"""System failures that may be gone a moment later."""
LASTING_TEXTS = ("No space left", "quota exceeded", "Permission denied", "Read-only file system", "No such file")
"""What DuckDB says of input and output that will fail the same way again."""
RESUMED = ("dagster/is_resume_retry", "dagster/is_asset_resume_retry")
"""Tags of a run that takes up another one where it failed."""
FIRST_BACKOFF_SECONDS = 10
LONGEST_BACKOFF_SECONDS = 300


def is_passing(error: BaseException) -> bool:
    """Whether a failure, or one that it was raised from, is of input or output and may pass by itself."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, duckdb.IOException):
            return not any(text.lower() in str(seen).lower() for text in LASTING_TEXTS)
        if isinstance(seen, OSError):
            return seen.errno in PASSING
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return False


def backoff_seconds(tries: int) -> int:
    """Return how long to wait before the next try: doubled with each, up to five minutes."""
    return min(FIRST_BACKOFF_SECONDS << (tries - 1), LONGEST_BACKOFF_SECONDS)


@dataclass(frozen=True, slots=True)
class RunInDagster:
    """A run of an instance."""

    instance: dg.DagsterInstance
    run_id: str

    def begin(self) -> None:
        """Have it run again from its first step, where it is; ReturnwatchError where it was to go on from a failure.

        Its steps share one transaction, which its failure undid: later steps alone would work on older tables.
        """
        if {self._tags().get(tag) for tag in RESUMED} & {"true", "True"}:
            raise ReturnwatchError("the steps before the failure were undone with it; re-execute all steps instead")
        self.instance.add_run_tags(self.run_id, {"dagster/retry_strategy": "ALL_STEPS"})

    def ask_for_another(self, times: int) -> None:
        """Let the daemon run it again, at most so often.

        Needs ``run_retries`` in ``dagster.yaml``; without it the run just fails. Dagster itself runs again at
        once, so the back-off is waited for here, while the run still holds its place in the queue.
        """
        tries = 1 + int(self._tags().get("dagster/retry_number", "0"))
        if tries <= times:
            time.sleep(backoff_seconds(tries))
        self.instance.add_run_tags(
            self.run_id,
            {
                "dagster/max_retries": str(times),
                "dagster/retry_on_asset_or_op_failure": "true",
            },
        )

    def _tags(self) -> Mapping[str, str]:
        """Return the run's tags."""
        run = self.instance.get_run_by_id(self.run_id)
        return run.tags if run is not None else {}

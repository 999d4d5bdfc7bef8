"""The only place that reads the clock."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from pipelines.errors import ReturnwatchError


def now() -> datetime:
    """Return the current moment in UTC, without a zone, to the second.

    ``SOURCE_DATE_EPOCH`` (seconds, the convention of reproducible builds) stands in for the clock
    where it is set, so that two runs can publish the same bytes down to their time stamps. Raises
    ReturnwatchError where it is no moment.
    """
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        moment = datetime.fromtimestamp(int(fixed), UTC) if fixed else datetime.now(UTC)
    except (ValueError, OverflowError, OSError):
        raise ReturnwatchError(
            f"SOURCE_DATE_EPOCH={fixed}: not a number of seconds since 1970; unset or mend it"
        ) from None
    return moment.replace(tzinfo=None, microsecond=0)

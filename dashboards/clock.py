"""The only place of the dashboards that reads the clock."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Return the current moment in UTC, without a zone, to the microsecond."""
    return datetime.now(UTC).replace(tzinfo=None)

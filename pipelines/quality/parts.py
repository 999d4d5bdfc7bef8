"""What several suites are put together from."""

from __future__ import annotations

import sql
from features.contracts import Column, Kind
from pipelines.quality.columns import given_check, key_check
from pipelines.quality.model import Check, Suite

SOURCE = Column("source", Kind.TEXT, required=True)
FX_RATE = (
    given_check("fx_rate"),
    Check("fx_rate_above_zero", "`fx_rate` is above 0", "have fx_rate not above 0", condition="fx_rate <= 0"),
)


def breaches(file: str) -> str:
    """Return the statement ``sql/checks/<file>.sql``, which finds the breaches of one check."""
    return sql.statement(f"checks/{file}")


def as_delivered(name: str) -> Check:
    """Return the check that a core table has a row for each delivered one."""
    return Check(
        "rows_as_delivered",
        "one row for each row that was delivered and had happened by the cut",
        "are too many or missing against raw",
        query=breaches(f"compare_{name}_to_delivered"),
    )


def keyed_suite(name: str, key: tuple[str, ...], checks: tuple[Check, ...], reads: tuple[str, ...] = ()) -> Suite:
    """Return the suite of a core table whose key is unique."""
    table = f"core.{name}"
    return Suite(table, key, (key_check(table, key), *checks), reads)

"""Tables of RMAs as Dagster sees them: in partitions, one a day of request.

A run computes the whole graph at once, and which days it touches is known only when it is done. So a run
that nobody gave days to materialises the assets as a whole and records, beside that, each day whose rows are
new or changed; a run that was given days (a backfill) records those, and what it changed beyond them.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import dagster as dg

from features.days import DayRange
from pipelines.days import DayChanges

FIRST_DAY = date(2009, 1, 1)
"""The first day that is a partition. Earlier requests are computed all the same; they belong to no partition."""
REQUEST_DAYS = dg.DailyPartitionsDefinition(FIRST_DAY.isoformat(), end_offset=1)
"""The days of request in UTC, the current one included."""
RECORDED_MAX = 400
"""Days that one run records of one table: each costs some milliseconds, on SQLite up to fifteen."""
CORE = dg.AssetKey(["core", "rma_lines"])
DAYS_CHANGED = "days_changed"
"""The name under which an observation tells the days that a run changed."""
RANGE_START, RANGE_END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"


def asset_by_day(key: Sequence[str], **named: object) -> Callable[[Callable[..., object]], dg.AssetsDefinition]:
    """Return the decorator of an asset in daily partitions, of which a range is one run."""
    given: dict[str, Any] = {"key": key, "partitions_def": REQUEST_DAYS, "pool": "warehouse", **named}
    with warnings.catch_warnings():
        # Dagster calls backfill policies beta and says so on each use; the lock holds the version that is tested.
        warnings.simplefilter("ignore", dg.BetaWarning)
        decorator: Callable[..., dg.AssetsDefinition] = dg.asset(
            backfill_policy=dg.BackfillPolicy.single_run(), **given
        )
    return decorator


def range_tags(days: DayRange) -> dict[str, str]:
    """Return the tags that give a range of days to a run."""
    return {RANGE_START: days.first.isoformat(), RANGE_END: days.last.isoformat()}


def day_range(context: dg.AssetExecutionContext) -> DayRange | None:
    """Return the days that a run was given; None where it was given none."""
    if not (context.has_partition_key or context.has_partition_key_range):
        return None
    given = context.partition_key_range
    return DayRange(date.fromisoformat(given.start), date.fromisoformat(given.end))


def is_whole(context: dg.AssetExecutionContext) -> bool:
    """Whether a run makes core anew: then every day's features may change, whichever days it was given."""
    return CORE in context.job_def.asset_layer.selected_asset_keys


def materialised(context: dg.AssetExecutionContext, changes: DayChanges) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Return the result of a step that stored a table by day, with a record of each day that it changed.

    An observation tells the days once; a materialisation of a day given to the run repeats itself for each.
    """
    told: dict[str, Any] = {DAYS_CHANGED: changes.described(), "rows": changes.rows}
    context.log_event(dg.AssetObservation(context.asset_key, metadata=told))
    for day in days_to_record(context, changes):
        context.log_event(dg.AssetMaterialization(context.asset_key, partition=day))
    rows = {} if day_range(context) else {"dagster/row_count": changes.rows}
    return dg.MaterializeResult(metadata={**rows, DAYS_CHANGED: len(changes.days)})


def days_to_record(context: dg.AssetExecutionContext, changes: DayChanges) -> list[str]:
    """Return the days to record one by one, at most ``RECORDED_MAX``: those never recorded first, then the newest.

    Nothing is recorded in an instance that ends with its process, nor what Dagster records by itself.
    """
    if context.instance.is_ephemeral or not changes.days:
        return []
    given = day_range(context)
    last = REQUEST_DAYS.get_last_partition_key() or FIRST_DAY.isoformat()
    beyond = [day for day in changes.days if given is None or not given.first <= day <= given.last]
    days = [day.isoformat() for day in beyond if FIRST_DAY.isoformat() <= day.isoformat() <= last]
    if len(days) <= RECORDED_MAX:
        return days
    recorded = context.instance.get_materialized_partitions(context.asset_key)
    return sorted(sorted(days, key=lambda day: (day not in recorded, day))[-RECORDED_MAX:])

"""The instance of a run by hand: it keeps nothing, and listeners hear everything."""

from __future__ import annotations

import dagster as dg
import pytest

from pipelines.instance import passing_instance

RUN_ID = "11111111-1111-4111-8111-111111111111"


def graph(*, holds: bool) -> dg.JobDefinition:
    """Return a job of two tables, the second made only where the check of the first holds."""

    @dg.asset
    def first() -> dg.MaterializeResult:  # type: ignore[type-arg]
        return dg.MaterializeResult(metadata={"dagster/row_count": 3})

    @dg.asset_check(asset=first, blocking=True)
    def check_first() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=holds)

    @dg.asset(deps=[first])
    def second() -> None:
        """Make nothing."""

    made = dg.Definitions(assets=[first, second], asset_checks=[check_first], jobs=[dg.define_asset_job("all")])
    return made.resolve_job_def("all")


@pytest.mark.parametrize("holds", [True, False])
def test_a_blocking_check_stops_what_depends_on_it(holds: bool) -> None:
    with passing_instance() as instance:
        done = graph(holds=holds).execute_in_process(instance=instance, raise_on_error=False)
    made = {event.asset_key.to_user_string() for event in done.get_asset_materialization_events() if event.asset_key}
    assert done.success is holds
    assert made == ({"first", "second"} if holds else {"first"})
    (found,) = done.get_asset_check_evaluations()
    assert found.passed is holds


def test_listeners_hear_each_step_and_nothing_is_kept() -> None:
    heard: list[str] = []
    with passing_instance() as instance:
        instance.add_event_listener(
            RUN_ID,
            lambda entry: heard.append(entry.dagster_event.step_key) if entry.dagster_event.is_step_success else None,
        )
        graph(holds=True).execute_in_process(instance=instance, run_id=RUN_ID)
        assert set(heard) == {"first", "first_check_first", "second"}
        assert instance.all_logs(RUN_ID) == []
        assert instance.get_asset_records([dg.AssetKey("first")]) == []
        assert instance.get_run_by_id(RUN_ID) is not None

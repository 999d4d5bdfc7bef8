"""Which failures are tried again, how, and which never: in real runs of a small graph on a real warehouse."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from pipelines import retries
from pipelines.errors import ReturnwatchError
from pipelines.resources import Pipeline
from pipelines.retries import backoff_seconds, is_passing
from pipelines.warehouse import UNPUBLISHED, Warehouse

PASSING = [OSError(errno.EIO, "i/o"), OSError(errno.ESTALE, "stale"), duckdb.IOException("IO Error: could not read")]
LASTING = [
    OSError(errno.ENOSPC, "full"),
    PermissionError(errno.EACCES, "denied"),
    FileNotFoundError(errno.ENOENT, "gone"),
    duckdb.IOException("IO Error: could not write: No space left on device"),
    duckdb.IOException('IO Error: Cannot open file "x": Permission denied'),
    duckdb.ConversionException("bad data"),
    ReturnwatchError("no rate for USD"),
    ValueError("a bug"),
]


@pytest.mark.parametrize("error", PASSING, ids=repr)
def test_failures_of_input_and_output_may_pass(error: Exception) -> None:
    assert is_passing(error)
    wrapped = ReturnwatchError("what people read")
    wrapped.__cause__ = error
    assert is_passing(wrapped)


@pytest.mark.parametrize("error", LASTING, ids=repr)
def test_bad_data_a_full_disk_and_wrong_permissions_never_pass(error: Exception) -> None:
    assert not is_passing(error)


def test_each_try_waits_twice_as_long_up_to_five_minutes() -> None:
    assert [backoff_seconds(tries) for tries in range(1, 8)] == [10, 20, 40, 80, 160, 300, 300]


@pytest.fixture
def without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "FIRST_BACKOFF_SECONDS", 0)


def run_of(
    fails: Callable[[str], Exception | None], home: Path, instance: dg.DagsterInstance
) -> tuple[bool, list[str]]:
    """Run two steps that each store a table; ``fails`` is asked in each. Return whether it succeeded, and the tries."""
    tried: list[str] = []

    def step(name: str, *deps: str) -> dg.AssetsDefinition:
        @dg.asset(name=name, deps=deps)
        def made(pipeline: Pipeline) -> None:
            tried.append(name)
            with pipeline.guarded() as warehouse:
                warehouse.connection.execute(f"create table core.{name} as select 1 as a")
                error = fails(name)
                if error is not None:
                    raise error

        return made

    done = dg.materialize(
        [step("first"), step("second", "first")],
        resources={"pipeline": Pipeline(home=str(home), io_retries=2)},
        instance=instance,
        raise_on_error=False,
    )
    return done.success, tried


def tables(home: Path) -> set[str]:
    with Warehouse(home, "1GB") as warehouse:
        return {name for name in ("first", "second") if warehouse.has_table(f"core.{name}")}


@pytest.mark.usefixtures("without_waiting")
def test_the_first_step_is_tried_again_on_a_warehouse_opened_anew(tmp_path: Path) -> None:
    left = [OSError(errno.EIO, "once"), duckdb.IOException("twice")]
    with dg.DagsterInstance.ephemeral() as instance:
        assert run_of(lambda _: left.pop() if left else None, tmp_path, instance) == (
            True,
            ["first", "first", "first", "second"],
        )
    # the table of a failed try would have been in the way of the next one
    assert tables(tmp_path) == {"first", "second"}
    assert (tmp_path / UNPUBLISHED).is_file()


@pytest.mark.usefixtures("without_waiting")
def test_a_failure_that_does_not_pass_ends_the_run_after_so_many_tries_and_leaves_nothing(tmp_path: Path) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        assert run_of(lambda _: OSError(errno.EIO, "always"), tmp_path, instance) == (False, ["first"] * 3)
    assert tables(tmp_path) == set()
    assert not (tmp_path / UNPUBLISHED).exists()


@pytest.mark.usefixtures("without_waiting")
def test_a_later_step_has_the_whole_run_tried_again_from_its_first_step(tmp_path: Path) -> None:
    enabled = {"run_retries": {"enabled": True, "retry_on_asset_or_op_failure": False}}
    with dg.DagsterInstance.local_temp(str(tmp_path), overrides=enabled) as instance:
        done = run_of(lambda name: OSError(errno.EIO, "x") if name == "second" else None, tmp_path, instance)
        (run,) = instance.get_runs()
    assert done == (False, ["first", "second"])
    asked = {name.removeprefix("dagster/"): value for name, value in run.tags.items()}
    assert asked.items() >= {
        "max_retries": "2", "retry_on_asset_or_op_failure": "true", "retry_strategy": "ALL_STEPS", "will_retry": "true"
    }.items()  # fmt: skip
    assert tables(tmp_path) == set()


@pytest.mark.parametrize("error", [ReturnwatchError("bad data"), OSError(errno.ENOSPC, "full")], ids=repr)
def test_bad_data_is_tried_once(error: Exception, tmp_path: Path) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        assert run_of(lambda _: error, tmp_path, instance) == (False, ["first"])
        (run,) = instance.get_runs()
    assert "dagster/max_retries" not in run.tags


@pytest.mark.parametrize("tag", ["dagster/is_resume_retry", "dagster/is_asset_resume_retry"])
def test_a_run_that_would_go_on_from_a_failure_is_refused(tag: str, tmp_path: Path) -> None:
    @dg.asset
    def made(pipeline: Pipeline) -> None:
        del pipeline

    with dg.DagsterInstance.ephemeral() as instance:
        done = dg.materialize(
            [made],
            resources={"pipeline": Pipeline(home=str(tmp_path))},
            instance=instance,
            tags={tag: "true"},
            raise_on_error=False,
        )
        said = [str(event.event_specific_data) for event in done.all_events]
    assert not done.success
    assert any("re-execute all steps" in text for text in said)

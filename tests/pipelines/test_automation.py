"""The sensor and the schedule as Dagster evaluates them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from pipelines.definitions import JOB, defs
from pipelines.defs.ingest.assets import delivery_tags
from pipelines.defs.ingest.automation import daily, landing_folder
from pipelines.resources import Pipeline
from tests.conftest import LandingWriter


def look(landing: Path | None, home: Path, cursor: str | None) -> tuple[dg.SkipReason | dg.SensorResult, str | None]:
    """Let the sensor look once; return what it says, and the cursor it leaves."""
    pipeline = Pipeline(home=str(home), landing=str(landing or ""))
    with (
        dg.DagsterInstance.ephemeral() as instance,
        dg.build_sensor_context(instance=instance, cursor=cursor, resources={"pipeline": pipeline}) as context,
    ):
        said = landing_folder(context)
        assert isinstance(said, dg.SkipReason | dg.SensorResult)
        return said, said.cursor if isinstance(said, dg.SensorResult) else context.cursor


def test_the_sensor_asks_once_for_a_run_of_the_main_job(
    write_landing: LandingWriter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RETURNWATCH_SENSOR__QUIET_SECONDS", "0")
    landing = write_landing({"orders.csv": "a"})
    asked, cursor = look(landing, tmp_path / "home", None)
    assert isinstance(asked, dg.SensorResult)
    (request,) = asked.run_requests or []
    assert (request.run_key or "").startswith("1-")
    assert landing_folder.job_name == JOB
    for _ in range(2):
        again, cursor = look(landing, tmp_path / "home", cursor)
        assert isinstance(again, dg.SkipReason)
        assert again.skip_message == "nothing has changed since run request 1"


def test_a_landing_folder_that_is_not_there_or_not_named_is_said_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RETURNWATCH_LANDING", raising=False)
    for landing, words in ((tmp_path / "gone", "no such landing folder"), (None, "no landing folder was named")):
        said, cursor = look(landing, tmp_path / "home", "kept")
        assert isinstance(said, dg.SkipReason)
        assert words in (said.skip_message or "")
        assert cursor == "kept"


def test_a_damaged_published_set_does_not_keep_the_sensor_from_asking(
    write_landing: LandingWriter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RETURNWATCH_SENSOR__QUIET_SECONDS", "0")
    current = tmp_path / "home/published/current"
    current.mkdir(parents=True)
    (current / "manifest.json").write_text("{}")
    asked, _ = look(write_landing({"orders.csv": "a"}), tmp_path / "home", None)
    assert isinstance(asked, dg.SensorResult)


def test_a_wrong_setting_is_said_in_words(
    write_landing: LandingWriter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RETURNWATCH_SENSOR__QUIET_SECONDS", "-1")
    said, _ = look(write_landing({"orders.csv": "a"}), tmp_path, None)
    assert isinstance(said, dg.SkipReason)
    assert "RETURNWATCH_SENSOR__QUIET_SECONDS" in (said.skip_message or "")


def test_the_schedule_asks_for_one_run_a_day() -> None:
    moment = datetime(2026, 11, 25, 5, tzinfo=UTC)
    request = daily(dg.build_schedule_context(scheduled_execution_time=moment))
    assert isinstance(request, dg.RunRequest)
    assert (request.run_key, request.tags) == ("2026-11-25", {"returnwatch/scheduled_for": "2026-11-25"})


def test_nothing_starts_by_itself_until_it_is_turned_on() -> None:
    found = defs()
    assert [sensor.default_status.value for sensor in found.sensors or ()] == ["STOPPED"]
    assert [schedule.default_status.value for schedule in found.schedules or ()] == ["STOPPED"]


def test_the_tags_of_a_run_name_its_deliveries() -> None:
    assert delivery_tags([{"delivery_id": 8}, {"delivery_id": 7}]) == {
        "returnwatch/deliveries": "7-8",
        "returnwatch/delivered": "2",
    }
    assert delivery_tags([])["returnwatch/deliveries"] == "none"

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from engines.local import LocalEngine
from engines.spark.engine import SparkEngine
from pipelines.engine import check_engine, make_engine, work_folder
from pipelines.errors import WrongArgumentError
from pipelines.request import request_digest
from pipelines.settings import Settings, SparkSettings
from tests.program import returnwatch


@pytest.mark.parametrize("name", ["", "local"])
def test_without_being_asked_for_another_a_run_computes_in_its_own_process(name: str, tmp_path: Path) -> None:
    check_engine(name, "", SparkSettings())
    assert isinstance(make_engine(name, "", SparkSettings(), tmp_path), LocalEngine)


def test_the_master_of_the_command_line_wins_over_that_of_the_settings(tmp_path: Path) -> None:
    settings = SparkSettings(master="spark://one:7077", properties={"spark.executor.memory": "4g"})
    named, default = (make_engine("spark", master, settings, tmp_path) for master in ("spark://two:7077", ""))
    assert isinstance(named, SparkEngine)
    assert isinstance(default, SparkEngine)
    assert (named.master, default.master) == ("spark://two:7077", "spark://one:7077")
    assert default.properties == {"spark.executor.memory": "4g"}


def test_an_engine_that_never_worked_can_be_closed(tmp_path: Path) -> None:
    make_engine("spark", "", SparkSettings(), tmp_path).close()
    make_engine("local", "", SparkSettings(), tmp_path).close()
    assert list(tmp_path.iterdir()) == []


def test_a_master_without_spark_makes_no_sense() -> None:
    with pytest.raises(WrongArgumentError, match="only --engine spark has a master"):
        check_engine("local", "spark://one:7077", SparkSettings())


def test_homes_share_a_work_folder_without_meeting(tmp_path: Path) -> None:
    assert work_folder(SparkSettings(), tmp_path / "a") == tmp_path / "a" / "spark"
    shared = SparkSettings(work=tmp_path / "work")
    one, again, other = (work_folder(shared, tmp_path / name) for name in ("a", "a", "b"))
    assert one == again != other
    assert one.parent == other.parent == tmp_path / "work"


def test_the_engine_is_no_reason_to_publish_anew() -> None:
    elsewhere = Settings(spark=SparkSettings(master="spark://one:7077"))
    assert request_digest(elsewhere, "") == request_digest(Settings(), "")


def test_wrong_arguments_are_told_as_such(tmp_path: Path) -> None:
    for wrong, word in ((["--engine", "flink"], "flink"), (["--master", "spark://one:7077"], "--engine spark")):
        done = returnwatch("run", "--landing", tmp_path, "--home", tmp_path / "home", *wrong)
        assert (done.code, done.out) == (2, "")
        assert word in done.err


def test_an_engine_that_is_not_to_be_had_is_one_line_before_anything_is_done(tmp_path: Path) -> None:
    with socket.socket() as held:  # bound and not listening: nobody answers
        held.bind(("127.0.0.1", 0))
        master = f"spark://127.0.0.1:{held.getsockname()[1]}"
        home = tmp_path / "home"
        done = returnwatch("run", "--landing", tmp_path, "--home", home, "--engine", "spark", "--master", master)
    assert (done.code, done.out) == (1, "")
    assert len(done.err.splitlines()) == 1
    assert "Traceback" not in done.err
    assert not home.exists()

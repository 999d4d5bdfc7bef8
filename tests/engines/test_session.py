from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from engines.errors import EngineError
from engines.spark.session import check, properties


@pytest.fixture
def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


@pytest.fixture
def with_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a java be found, and pyspark where it is not installed."""
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.touch(mode=0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    spark = tmp_path / "modules" / "pyspark"
    spark.mkdir(parents=True)
    (spark / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(spark.parent))


def test_without_pyspark_one_is_told_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(EngineError, match=r"pyspark is not installed; run pip install 'returnwatch\[spark\]'"):
        check("local[2]")


@pytest.mark.usefixtures("with_java")
def test_without_java_one_is_told_where_it_was_sought(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check("local[2]")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "nowhere"))
    with pytest.raises(EngineError, match=r"no java in JAVA_HOME \(.*nowhere\); install Java 17"):
        check("local[2]")
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineError, match="no java on the PATH"):
        check("local[2]")


@pytest.mark.usefixtures("with_java")
def test_a_master_that_does_not_answer_is_named(free_port: int) -> None:
    with pytest.raises(EngineError, match=f"spark://127.0.0.1:{free_port}: no Spark master answers there"):
        check(f"spark://127.0.0.1:{free_port}")


@pytest.mark.usefixtures("with_java")
def test_one_of_several_masters_that_answers_is_enough(free_port: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        check(f"spark://127.0.0.1:{free_port},127.0.0.1:{server.getsockname()[1]}")


@pytest.mark.usefixtures("with_java")
@pytest.mark.parametrize("master", ["spark://", "spark://:7077", "spark://host:port"])
def test_what_is_no_address_is_said_to_be_none(master: str) -> None:
    with pytest.raises(EngineError, match=r"not the address of a master; write it as spark://host:7077"):
        check(master)


def test_own_properties_win() -> None:
    own = properties("spark://host:7077", {"spark.sql.session.timeZone": "CET", "spark.executor.memory": "4g"})
    assert (own["spark.sql.session.timeZone"], own["spark.executor.memory"]) == ("CET", "4g")
    assert "spark.driver.host" not in own
    assert properties("local-cluster[2,1,2048]", {})["spark.driver.host"] == "127.0.0.1"

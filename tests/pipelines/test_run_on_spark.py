"""The whole program on a small cluster against the program on one machine."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.engines.conftest import MASTER, SMALL
from tests.program import RunShop, returnwatch, table_hashes

pytestmark = pytest.mark.slow


def test_a_run_on_spark_publishes_the_set_of_a_run_on_one_machine(shop: RunShop, tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="pyspark is not installed: pip install 'returnwatch[spark]'")
    config, home = tmp_path / "returnwatch.toml", tmp_path / "home"
    config.write_text(
        "[spark.properties]\n" + "".join(f"{json.dumps(k)} = {json.dumps(v)}\n" for k, v in SMALL.items())
    )
    home.mkdir()
    shutil.copy(shop.home / "key", home / "key")  # hashes of the same key are the same
    asked = ("run", "--landing", shop.landing, "--home", home, "--config", config, "--json")
    done = returnwatch(*asked, "--engine", "spark", "--master", MASTER, variables={"SOURCE_DATE_EPOCH": "1760000000"})
    assert done.code == 0, done.err
    assert done.json["rmas_flagged"] == shop.result["rmas_flagged"] > 0
    assert table_hashes(home) == table_hashes(shop.home)
    assert not (home / "spark").exists()
    # to the local engine there is nothing left to do
    again = returnwatch(*asked, variables={"SOURCE_DATE_EPOCH": "1760000000"})
    assert again.json["published"] == done.json["published"]

import json
from io import BytesIO
from zipfile import ZipFile

import numpy as np
import skops.io

from models.archive import reproducible


def dumped() -> bytes:
    shared = np.arange(3.0)
    return bytes(skops.io.dumps({"a": shared, "again": shared, "b": np.ones((2, 2)), "file": "text"}))


def test_two_dumps_of_the_same_objects_become_the_same_bytes() -> None:
    assert reproducible(dumped()) == reproducible(dumped())


def test_members_are_numbered_undated_and_smaller() -> None:
    with ZipFile(BytesIO(reproducible(dumped()))) as archive:
        assert archive.namelist() == ["00000.npy", "00001.npy", "schema.json"]
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert json.loads(archive.read("schema.json"))["content"]["b"]["file"] == "00001.npy"
    assert len(reproducible(dumped())) < len(dumped())


def test_the_objects_load_as_they_were_and_shared_ones_stay_shared() -> None:
    loaded = skops.io.loads(reproducible(dumped()))
    np.testing.assert_array_equal(loaded["a"], [0.0, 1.0, 2.0])
    assert loaded["again"] is loaded["a"]
    np.testing.assert_array_equal(loaded["b"], np.ones((2, 2)))
    assert loaded["file"] == "text"

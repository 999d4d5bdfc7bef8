"""How nested JSON becomes rows: through the reader, as files are delivered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.ingest.cells import Cells
from pipelines.ingest.decode import inspect_text
from pipelines.ingest.json_cells import json_cells
from pipelines.ingest.shape import PART, PLACE, Shape, build_shape

REQUIRED = {"id": True, "buyer.mail": False, "lines[].sku": True, "lines[].n": False, "fees[].amount": False}
SHAPE = build_shape(REQUIRED, ["lines", "extra.fees", "fees"], ["orders", "order"], ["note"])


def read(folder: Path, content: object, shape: Shape = SHAPE, *, is_lines: bool = False) -> Cells:
    place = folder / "file"
    place.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return json_cells(inspect_text(place, None), is_lines=is_lines, known=[], shape=shape)


def rows(found: Cells) -> list[tuple[object, ...]]:
    """Return the rows of a file; a column that the file does not have is null."""
    names = ("row_number", "id", "lines[].sku", "lines[].n", "fees[].amount", PART, PLACE)
    return [tuple(row.get(name) for name in names) for row in found.frame.to_dicts()]


def test_an_object_is_a_row_and_each_element_of_its_lists_is_one(tmp_path: Path) -> None:
    order = {
        "id": 1,
        "buyer": {"mail": "a@x"},
        "lines": [{"sku": "A", "n": 2}, {"sku": "B"}],
        "fees": [{"amount": 1.50}],
    }
    found = read(tmp_path, [order, {"id": 2, "lines": [], "fees": None}])
    assert rows(found) == [
        (1, "1", None, None, None, None, "0"), (2, "1", "A", "2", None, "lines", "1"),
        (3, "1", "B", None, None, "lines", "2"), (4, "1", None, None, "1.5", "fees", "1"),
        (5, "2", None, None, None, None, "0"),
    ]  # fmt: skip
    assert found.frame["buyer.mail"].to_list() == ["a@x"] * 4 + [None]
    assert (found.bad, found.unknown) == ((), ())


@pytest.mark.parametrize("wrapped", [{"orders": [{"id": 1}]}, {"order": {"id": 1}}, {"orders": {"order": {"id": 1}}}])
def test_objects_may_stand_in_a_wrapper(tmp_path: Path, wrapped: object) -> None:
    assert rows(read(tmp_path, wrapped)) == rows(read(tmp_path, json.dumps(wrapped), is_lines=True))
    assert [row[1] for row in rows(read(tmp_path, wrapped))] == ["1"]


def test_an_object_with_a_required_value_is_no_wrapper(tmp_path: Path) -> None:
    shape = build_shape({"id": True, "items[].sku": False}, ["items"], ["items"], [])
    found = read(tmp_path, [{"id": 1, "items": [{"sku": "A"}]}, {"items": [{"id": 2}, {"id": 3}], "total": 2}], shape)
    assert found.frame.select("id", "items[].sku").rows() == [("1", None), ("1", "A"), ("2", None), ("3", None)]


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({"id": 1, "lines": [{"n": 1}]}, "missing_value"),
        ({"id": 1, "lines": [{"sku": " \u200b"}]}, "missing_value"),
        ({"id": 1, "lines": ["A"]}, "nested_value"),
        ({"id": 1, "lines": {"sku": "A"}}, "nested_value"),
        ({"id": 1, "lines": [{"sku": ["A"]}]}, "nested_value"),
        ({"id": 1, "lines": [{"sku": "A\0"}]}, "not_text"),
    ],
)
def test_a_bad_element_costs_itself_alone(tmp_path: Path, order: object, code: str) -> None:
    found = read(tmp_path, [order, {"id": 2, "lines": [{"sku": "B"}]}])
    assert [(row[0], row[1], row[2]) for row in rows(found)] == [(1, "1", None), (3, "2", None), (4, "2", "B")]
    assert [(bad.row_number, bad.code) for bad in found.bad] == [(2, code)]


@pytest.mark.parametrize("order", [{"id": {"x": 1}}, {"id": 1, "buyer": "ann"}, 7])
def test_a_bad_object_is_one_bad_row(tmp_path: Path, order: object) -> None:
    found = read(tmp_path, [order, {"id": 2}])
    assert [bad.row_number for bad in found.bad] == [1]
    assert [row[:2] for row in rows(found)] == [(2, "2")]


def test_numbers_keep_their_digits(tmp_path: Path) -> None:
    found = read(tmp_path, '{"id": 123456789012345678, "lines": [{"sku": 900719925474099267, "n": 2.0}]}')
    assert rows(found)[1][1:4] == ("123456789012345678", "900719925474099267", "2")


def test_names_are_told_unless_they_are_known_or_passed_over(tmp_path: Path) -> None:
    assert read(tmp_path, {"id": 1, "NOTE": "x", "colour": "red", "buyer": {"age": 3}}).unknown == ("colour",)


def test_a_column_is_there_where_its_object_is(tmp_path: Path) -> None:
    assert set(read(tmp_path, {"id": 1, "lines": []}).headers) == {"id", "lines[].sku", "lines[].n", PART, PLACE}


def test_a_column_of_a_list_that_is_not_exploded_is_refused() -> None:
    with pytest.raises(ValueError, match="the list 'items' is not one of the kind's lists"):
        build_shape({"items[].sku": True}, ["lines"], [], [])


def test_what_objects_name_only_where_they_have_it_is_always_there() -> None:
    shape = build_shape({"id": True, "Return.id": False, "kind": False}, [], ["items"], [], ["Return.id"])
    assert "return.id" in shape.headers_seen({"id"})
    assert "kind" not in shape.headers_seen({"id"})

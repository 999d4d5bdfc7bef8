from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import FileRefusedError
from pipelines.ingest.cells import Cells
from pipelines.ingest.decode import inspect_text
from pipelines.ingest.json_cells import json_cells
from pipelines.ingest.split import LONGEST_LINE


def cells(folder: Path, content: str | bytes, *, is_lines: bool = True) -> Cells:
    place = folder / "file"
    place.write_bytes(content.encode() if isinstance(content, str) else content)
    return json_cells(inspect_text(place, None), is_lines=is_lines, known=["a", "b"])


def values(found: Cells) -> list[dict[str, object]]:
    return found.frame.to_dicts()


def test_one_object_a_line(tmp_path: Path) -> None:
    found = cells(tmp_path, '{"A": "x", " b ": 1, "C": 9}\n\n{"b": null, "d": []}\n')
    assert values(found) == [{"row_number": 1, "a": "x", "b": "1"}, {"row_number": 2, "a": None, "b": None}]
    assert (found.headers, found.unknown, found.bad) == (("a", "b"), ("c", "d"), ())


@pytest.mark.parametrize("is_lines", [True, False])
@pytest.mark.parametrize(
    "content",
    [
        '{"a": "x"}\n\n{"a": "y", "b": {"c": 1}}\n{"a": "z"}\n',
        '\ufeff[{"a": "x"}, {"a": "y", "b": {"c": 1}},\n {"a": "z"}]\n',
        '\n[\n{"a": "x"},\n{"a": "y", "b": {"c": 1}},\n{"a": "z"}\n]',
    ],
)
def test_lines_and_arrays_are_read_under_either_name(tmp_path: Path, content: str, *, is_lines: bool) -> None:
    found = cells(tmp_path, content, is_lines=is_lines)
    assert values(found) == [{"row_number": 1, "a": "x"}, {"row_number": 3, "a": "z"}]
    assert [(bad.row_number, bad.code) for bad in found.bad] == [(2, "nested_value")]


def test_a_line_that_is_cut_short_costs_itself_under_either_name(tmp_path: Path) -> None:
    content = '{"a": "x"}\n{"a": \n{"a": "z"}\n'
    for is_lines in (True, False):
        found = cells(tmp_path, content, is_lines=is_lines)
        assert [row["a"] for row in values(found)] == ["x", "z"]
        assert [bad.code for bad in found.bad] == ["not_json"]


def test_a_line_that_no_row_can_fill_costs_itself(tmp_path: Path) -> None:
    found = cells(tmp_path, '{"a": "x"}\n{"a": "' + "9" * LONGEST_LINE + '"}\n{"a": "z"}\n')
    assert [row["a"] for row in values(found)] == ["x", "z"]
    assert [(bad.row_number, bad.code, bad.text) for bad in found.bad] == [(2, "too_long", "")]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("123456789012345678", "123456789012345678"),
        ("17850.0", "17850"),
        ("8.991000000000001", "8.991000000000001"),
        ("1.5e3", "1.5e3"),
        ("true", "true"),
        ("NaN", None),
        ("Infinity", "Infinity"),
        ('"007"', "007"),
        ('""', ""),
        ('"\\u00e9"', "é"),
    ],
)
def test_a_value_keeps_what_was_written(tmp_path: Path, written: str, read: str | None) -> None:
    assert cells(tmp_path, f'{{"a": {written}}}').frame["a"].to_list() == [read]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("[1]", "not_json"),
        ('"x"', "not_json"),
        ('{"a": 1', "not_json"),
        ("{'a': 1}", "not_json"),
        ("[" * 100_000, "not_json"),
        ('{"a": 1, "A": 2}', "repeated_name"),
        ('{"a": [1]}', "nested_value"),
        ('{"a": {"x": 1}}', "nested_value"),
        ('{"a": {"x": 1, "X": 1}}', "nested_value"),
        ('{"a": "\\u0000"}', "not_text"),
        ('{"a": "\\ud800"}', "not_text"),
    ],
)
def test_a_bad_line_costs_itself_alone(tmp_path: Path, line: str, code: str) -> None:
    found = cells(tmp_path, f'{{"a": 1}}\n{line}\n{{"a": 3}}\n')
    assert found.frame["row_number"].to_list() == [1, 3]
    assert [(bad.row_number, bad.code) for bad in found.bad] == [(2, code)]


def test_bytes_that_are_no_text_cost_their_line_alone(tmp_path: Path) -> None:
    found = cells(tmp_path, '{"a": "é"}\n{"a": "é"}\n'.encode() + b'{"a": "\xff"}\n')
    assert [(bad.row_number, bad.code) for bad in found.bad] == [(3, "not_text")]


def test_lists_in_columns_that_nobody_wants_do_no_harm(tmp_path: Path) -> None:
    assert values(cells(tmp_path, '{"a": 1, "x": [{"y": 1, "Y": 2}]}')) == [{"row_number": 1, "a": "1"}]


def test_an_array_and_a_single_object(tmp_path: Path) -> None:
    assert cells(tmp_path, '\ufeff[{"a": 1}, 7, {"a": 2}]', is_lines=False).frame["a"].to_list() == ["1", "2"]
    assert cells(tmp_path, '{"a": 1}', is_lines=False).frame["a"].to_list() == ["1"]


@pytest.mark.parametrize("content", ['[{"a": 1}', '{\n"a": 1}\n{"a": 2}', "a,b\n1,2", "[" * 100_000, '[{"a": 1}] x'])
def test_what_is_no_json_is_refused_without_telling_what_it_says(tmp_path: Path, content: str) -> None:
    with pytest.raises(FileRefusedError, match="not valid JSON") as caught:
        cells(tmp_path, content, is_lines=False)
    assert '"a"' not in str(caught.value)


@pytest.mark.parametrize(("content", "is_lines"), [("[]", False), ("\n\n", True)])
def test_no_objects_are_no_rows_of_every_column(tmp_path: Path, content: str, is_lines: bool) -> None:
    found = cells(tmp_path, content, is_lines=is_lines)
    assert (found.frame.height, found.headers) == (0, ("a", "b"))

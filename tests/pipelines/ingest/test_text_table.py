"""The twelve cases of csv-spectrum, written down from what each stands for, and tables of no known name."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import FileRefusedError
from pipelines.ingest.dialect import Dialect
from pipelines.ingest.text_table import TextTable, read_text_table

SPECTRUM: dict[str, tuple[str, list[dict[str, str]]]] = {
    "comma_in_quotes": (
        'first,last,address,city,zip\nJohn,Doe,120 any st.,"Anytown, WW",08123\n',
        [{"first": "John", "last": "Doe", "address": "120 any st.", "city": "Anytown, WW", "zip": "08123"}],
    ),
    "empty": (
        'a,b,c\n1,"",""\n2,3,4\n',
        [{"a": "1", "b": "", "c": ""}, {"a": "2", "b": "3", "c": "4"}],
    ),
    "empty_crlf": (
        'a,b,c\r\n1,"",""\r\n2,3,4\r\n',
        [{"a": "1", "b": "", "c": ""}, {"a": "2", "b": "3", "c": "4"}],
    ),
    "escaped_quotes": (
        'a,b\n1,"ha ""ha"" ha"\n3,4\n',
        [{"a": "1", "b": 'ha "ha" ha'}, {"a": "3", "b": "4"}],
    ),
    "json": (
        'key,val\n1,"{""type"": ""Point"", ""coordinates"": [102.0, 0.5]}"\n',
        [{"key": "1", "val": '{"type": "Point", "coordinates": [102.0, 0.5]}'}],
    ),
    "location_coordinates": (
        (
            "Contact Phone Number,Location Coordinates,Cities,Counties\n"
            "1234567890,37°36'37.8\"N 121°2'17.9\"W,Modesto,Stanislaus\n"
        ),
        [
            {
                "Contact Phone Number": "1234567890",
                "Location Coordinates": "37°36'37.8\"N 121°2'17.9\"W",
                "Cities": "Modesto",
                "Counties": "Stanislaus",
            }
        ],
    ),
    "newlines": (
        'a,b,c\n1,2,3\n"Once upon \na time",5,6\n7,8,9\n',
        [
            {"a": "1", "b": "2", "c": "3"},
            {"a": "Once upon \na time", "b": "5", "c": "6"},
            {"a": "7", "b": "8", "c": "9"},
        ],
    ),
    "newlines_crlf": (
        'a,b,c\r\n1,2,3\r\n"Once upon \r\na time",5,6\r\n7,8,9\r\n',
        [
            {"a": "1", "b": "2", "c": "3"},
            {"a": "Once upon \r\na time", "b": "5", "c": "6"},
            {"a": "7", "b": "8", "c": "9"},
        ],
    ),
    "quotes_and_newlines": (
        'a,b\n1,"ha \n""ha"" \nha"\n3,4\n',
        [{"a": "1", "b": 'ha \n"ha" \nha'}, {"a": "3", "b": "4"}],
    ),
    "simple": ("a,b,c\n1,2,3\n", [{"a": "1", "b": "2", "c": "3"}]),
    "simple_crlf": ("a,b,c\r\n1,2,3\r\n", [{"a": "1", "b": "2", "c": "3"}]),
    "utf8": ("a,b,c\n1,2,3\n4,5,ʤ\n", [{"a": "1", "b": "2", "c": "3"}, {"a": "4", "b": "5", "c": "ʤ"}]),
}


def table(folder: Path, content: str | bytes, given: Dialect | None = None) -> TextTable:
    place = folder / "table.csv"
    place.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_text_table(place, given=given)


def test_there_are_twelve_cases() -> None:
    assert len(SPECTRUM) == 12


@pytest.mark.parametrize("case", SPECTRUM)
def test_csv_spectrum(tmp_path: Path, case: str) -> None:
    content, expected = SPECTRUM[case]
    found = table(tmp_path, content)
    assert [dict(zip(found.names, row, strict=True)) for row in found.rows] == expected
    assert found.bad == ()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_makes_rows_whole(tmp_path: Path, delimiter: str) -> None:
    found = table(
        tmp_path, f"a{delimiter}b\n1,5{delimiter}x\n2{delimiter}y;z\n".replace("1,5", "1").replace("y;z", "y")
    )
    assert (found.names, found.rows) == (("a", "b"), [("1", "x"), ("2", "y")])


def test_a_table_of_one_column(tmp_path: Path) -> None:
    assert table(tmp_path, "sku\nA1\n\nA2\n").rows == [("A1",), ("A2",)]


def test_what_is_declared_is_not_searched_for(tmp_path: Path) -> None:
    given = Dialect(delimiter="!", quote="'", escape="\\", encoding="cp1252", skip_lines=1)
    found = table(tmp_path, b"a,b\na!b\n'\x80!\\'x'!1\n", given)
    assert (found.names, found.rows) == (("a", "b"), [("€!'x", "1")])


def test_a_row_of_another_width_is_bad(tmp_path: Path) -> None:
    found = table(tmp_path, "a,b\n1,2\n3\n4,5\n")
    assert [row.code for row in found.bad] == ["wrong_cell_count"]


@pytest.mark.parametrize(("content", "reason"), [("", "empty"), ("a,a\n1,2\n", "same name")])
def test_files_that_are_refused(tmp_path: Path, content: str, reason: str) -> None:
    with pytest.raises(FileRefusedError, match=reason):
        table(tmp_path, content)

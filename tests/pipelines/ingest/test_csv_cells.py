from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import FileRefusedError
from pipelines.ingest import split
from pipelines.ingest.cells import Cells
from pipelines.ingest.csv_cells import strict_csv
from pipelines.ingest.decode import TextFile, inspect_text
from pipelines.ingest.dialect import Header
from pipelines.ingest.header import read_header

KNOWN = ("a", "b", "c")


def text_file(folder: Path, content: str) -> TextFile:
    place = folder / "file.csv"
    place.write_bytes(content.encode())
    return inspect_text(place, None)


def strict(folder: Path, content: str) -> Cells:
    file = text_file(folder, content)
    header = read_header(file, KNOWN)
    return strict_csv(file, header, {name.lower(): place for place, name in enumerate(header.names)})


def judged(folder: Path, content: str) -> list[object]:
    """Return each row's cells, or its error code, in the order of the rows."""
    found = strict(folder, content)
    rows = {row[0]: row[1:] for row in found.frame.iter_rows()} | {row.row_number: row.code for row in found.bad}
    assert sorted(rows) == list(range(1, len(rows) + 1)), "row numbers without gap or repeat"
    return [rows[number] for number in sorted(rows)]


@pytest.mark.parametrize("delimiter", list(",;\t|"))
def test_the_delimiter_is_the_one_that_yields_known_names(tmp_path: Path, delimiter: str) -> None:
    content = delimiter.join(["A", " b ", '"x,y;z|w"']) + "\n"
    assert read_header(text_file(tmp_path, content), KNOWN) == Header(delimiter, ("A", "b", "x,y;z|w"))


@pytest.mark.parametrize("before", ["\n", "\r\n  \r\n", "sep=;\n", '"sep=;"\r\n', "\ufeff\n"])
def test_lines_before_the_header_are_passed_over(tmp_path: Path, before: str) -> None:
    assert judged(tmp_path, f"{before}a;b\n1;2\n") == [("1", "2")]


def test_a_name_may_hold_a_line_end(tmp_path: Path) -> None:
    assert read_header(text_file(tmp_path, 'a,"b\nc",c\n1,2,3\n'), KNOWN).names == ("a", "b\nc", "c")


@pytest.mark.parametrize("content", ["a,b,A\n", "a,b,x,X\n", "a, b ,b\n"])
def test_two_columns_of_one_name_are_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(FileRefusedError, match="same name"):
        read_header(text_file(tmp_path, content), KNOWN)


def test_nameless_columns_are_let_pass(tmp_path: Path) -> None:
    assert read_header(text_file(tmp_path, "a,b,,\n1,2,,\n"), KNOWN).names == ("a", "b", "", "")


def test_blank_text_has_no_header(tmp_path: Path) -> None:
    assert read_header(text_file(tmp_path, "\n\n"), KNOWN).names == ()


def test_a_header_with_broken_quotes_is_one_name(tmp_path: Path) -> None:
    assert read_header(text_file(tmp_path, '"a,b\n'), ("q",)).names == ('"a,b',)


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        ("a,b\n1,2\n3\n4,5\n", [("1", "2"), "wrong_cell_count", ("4", "5")]),
        ("a,b\n1,2,3\n4,5", ["wrong_cell_count", ("4", "5")]),
        ('a,b\n1,"x\r\ny"\n2,z\n', [("1", "x\r\ny"), ("2", "z")]),
        ('a,b\n1,"say ""hi"""\n', [("1", 'say "hi"')]),
        ('a,b\n1,5" pipe\n', [("1", '5" pipe')]),
        ('a,b\n1, "x"\n', [("1", "x")]),
        ("a,b\r1,2\r3,4\r", [("1", "2"), ("3", "4")]),
        ("a,b\r\n1,2\n3,4\r\n\n\n5,6", [("1", "2"), ("3", "4"), ("5", "6")]),
        ("a,b\n,\n", [("", "")]),
        ('a,b\n"1" ,"x, ""y""\t" \n2,z\n', [("1", 'x, "y"\t'), ("2", "z")]),
        ('a,b\n"1" ,"x\ny"\n2,z\n', [("1", "x\ny"), ("2", "z")]),
        ("a,b\n1,2,\n3,4,\n", [("1", "2"), ("3", "4")]),
        ("a,b\n1,2,\n3,4,x\n5,6,\n7,8\n", [*["wrong_cell_count"] * 3, ("7", "8")]),
        ("a,b\n1,x\0y\n2,z\n", ["not_text", ("2", "z")]),
        ("a,b\n   \n1,2\n\t\n", [("1", "2")]),
    ],
)
def test_rows_are_judged_one_by_one(tmp_path: Path, content: str, rows: list[object]) -> None:
    assert judged(tmp_path, content) == rows


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        # never closed: only its own line is lost
        ('a,b\n1,"x\n2,y\n3,z\n', ["broken_quotes", ("2", "y"), ("3", "z")]),
        # closed by a quote of a later line
        ('a,b\n1,"x\n2,"y"\n3,z\n', ["broken_quotes", ("2", "y"), ("3", "z")]),
        # a quote inside quotes that was not doubled
        ('a,b\n1,"5" pipe"\n2,y\n', ["broken_quotes", ("2", "y")]),
        # two in a row, and one at the very end
        ('a,b\n1,"x\n2,"y\n3,z\n', ["broken_quotes", "broken_quotes", ("3", "z")]),
        ('a,b\n1,x\n2,"', [("1", "x"), "broken_quotes"]),
        ('a,b\n1,"x" z\n2,y\n', ["broken_quotes", ("2", "y")]),
        # not opened, beside one that is
        ('a,b\n1","x"\n2,y\n', ["broken_quotes", ("2", "y")]),
        ('a,b\n"1","12"""\n2,12"\n', [("1", '12"'), ("2", '12"')]),
        # closed in a later row of the same shape
        ('a,b\n1,"x\n2,y\n3,z"\n4,z\n', ["broken_quotes"] * 3 + [("4", "z")]),
    ],
)
def test_a_broken_quote_costs_its_line_alone(tmp_path: Path, content: str, rows: list[object]) -> None:
    assert judged(tmp_path, content) == rows


def test_a_quote_that_nobody_closes_is_given_up_before_the_file_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(split, "LONGEST_ROW", 50)
    rows = [("2", "y")] * 40
    assert judged(tmp_path, 'a,b\n1,"x\n' + "2,y\n" * 40) == ["broken_quotes", *rows]


def test_a_line_that_is_too_long_is_a_bad_row_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(split, "LONGEST_LINE", 100)
    assert judged(tmp_path, f"a,b\n1,{'x' * 350}\n2,y\n") == ["too_long", ("2", "y")]


def test_only_the_wanted_columns_are_kept(tmp_path: Path) -> None:
    file = text_file(tmp_path, "a,secret,b\n1,x,2\n")
    found = strict_csv(file, read_header(file, KNOWN), {"b": 2, "a": 0})
    assert found.frame.rows() == [(1, "2", "1")]
    assert found.headers == ("b", "a")


def test_a_row_may_end_early_where_its_source_leaves_empty_cells_away(tmp_path: Path) -> None:
    file = text_file(tmp_path, 'a,b,c\n1,\n1,"x\ny"\n1,2,3\n1,2,3,4\nEnd of report\n')
    found = strict_csv(file, read_header(file, KNOWN), {"a": 0, "c": 2}, short_rows=True)
    assert found.frame.rows() == [(1, "1", ""), (2, "1", ""), (3, "1", "3")]
    assert [(row.row_number, row.error) for row in found.bad] == [
        (4, "4 cells where the header has 3"),
        (5, "1 cells where the header has 3"),
    ]


def test_what_a_bad_row_said_is_kept_for_masking(tmp_path: Path) -> None:
    bad = strict(tmp_path, 'a,b\n1,2,3\n4,"x\n').bad
    assert [(row.error, row.text) for row in bad] == [
        ("3 cells where the header has 2", "1,2,3"),
        ("unexpected end of data", '4,"x\n'),
    ]

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import FileRefusedError
from pipelines.ingest import header as module
from pipelines.ingest.decode import inspect_text
from pipelines.ingest.dialect import Dialect, Header
from pipelines.ingest.header import read_header

KNOWN = ("order_id", "customer_id", "currency", "note")
LINE = "order_id,customer_id,currency\n"


def found(folder: Path, content: str, given: Dialect | None = None) -> Header:
    place = folder / "file.csv"
    place.write_bytes(content.encode())
    return read_header(inspect_text(place, None), KNOWN, given)


@pytest.mark.parametrize(
    ("before", "n_lines"),
    [
        ("", 0),
        ("Orders of 2026\n", 1),
        ('Orders; with customer_id, by "shop\n\n,,,\n', 3),
        ("\r\n \r\nsep=,\r\n", 3),
        ("Order,,Money\n", 1),
    ],
)
def test_the_header_is_the_line_with_most_known_names(tmp_path: Path, before: str, n_lines: int) -> None:
    header = found(tmp_path, f"{before}{LINE}1,2,EUR\n")
    assert (header.names, header.n_lines_before) == (("order_id", "customer_id", "currency"), n_lines)


def test_of_two_headers_the_first_counts(tmp_path: Path) -> None:
    assert found(tmp_path, f"{LINE}1,2,EUR\n{LINE}").n_lines_before == 0


@pytest.mark.parametrize("mark", ["\ufeff\ufeff", "\u200b", "\ufeff\n\ufeff"])
def test_marks_and_blanks_without_width_are_no_part_of_a_name(tmp_path: Path, mark: str) -> None:
    assert found(tmp_path, f"{mark}{LINE}1,2,EUR\n").names == ("order_id", "customer_id", "currency")


def test_a_delimiter_stands_between_names_with_blanks_within_their_quotes(tmp_path: Path) -> None:
    header = found(tmp_path, '" order_id "§" customer_id "§" currency "\n1§2§EUR\n')
    assert (header.delimiter, header.names) == ("§", ("order_id", "customer_id", "currency"))


@pytest.mark.parametrize("delimiter", ["^", "~", "::", "||", ";;", " ", "\x1f", "|~|", "§"])
def test_a_delimiter_is_what_stands_between_known_names(tmp_path: Path, delimiter: str) -> None:
    text = (LINE + "1,2,EUR\n3,4,EUR\n").replace(",", delimiter)
    assert found(tmp_path, text) == Header(delimiter, ("order_id", "customer_id", "currency"))


def test_an_empty_name_between_two_delimiters_is_a_column(tmp_path: Path) -> None:
    header = found(tmp_path, "order_id;;customer_id;currency\n1;x;2;EUR\n3;;4;EUR\n")
    assert (header.delimiter, header.names) == (";", ("order_id", "", "customer_id", "currency"))


@pytest.mark.parametrize(
    ("rows", "quote", "escape"),
    [
        ("1,2,EUR\n", '"', ""),
        ("1,'2,3',EUR\n", "'", ""),
        ("'1','2',EUR\n'2','3',EUR\n", "'", ""),
        ("1,'it''s',EUR\n", "'", ""),
        ("1,'Classic',EUR\n2,3,EUR\n", '"', ""),
        ("1,'it''s',EUR\n2,'Classic',EUR\n", "'", ""),
        ("1,'it''s',EUR\n2,'Classic',EUR\n3,'c'x\n4',EUR\n", "'", ""),
        ("1,'it''s',EUR\n2,'Classic',\"\"\n3,\",EUR\n", "'", ""),
        ("1,'it''s',EUR\n2,'01234,EUR\n3,'01235,EUR\n", '"', ""),
        ('1,"a"x,EUR\n2,\'Classic\',EUR\n3,"b",EUR\n', '"', ""),
        ("1,'01234,EUR\n2,'01235,EUR\n", '"', ""),
        ('1,"say \\"hi\\"",EUR\n', '"', "\\"),
        ("1,2\\,3,EUR\n", '"', "\\"),
        ("1,C:\\new,EUR\n", '"', ""),
        ('1,"C:\\",EUR\n', '"', ""),
    ],
)
def test_quotes_and_escapes_are_those_that_make_rows_whole(tmp_path: Path, rows: str, quote: str, escape: str) -> None:
    header = found(tmp_path, LINE + rows)
    assert (header.quote, header.escape) == (quote, escape)


def test_what_quotes_its_names_does_not_quote_its_cells_by_another_mark(tmp_path: Path) -> None:
    rows = "1,\"a\"x,EUR\n2,'Classic',EUR\n"
    assert found(tmp_path, LINE.replace("currency", '"currency"') + rows).quote == '"'


@pytest.mark.parametrize(
    ("text", "n_more"),
    [
        (LINE + "1,2,EUR,\n3,4,EUR,\n", 1),
        (LINE + "1,2,EUR,\n", 0),
        (LINE + "1,2,EUR,\n3,4,EUR,\n5,6,EUR\n", 0),
        (LINE.replace("\n", ",\n") + "1,2,EUR\n", -1),
        (LINE.replace("\n", ",\n") + "1,2,EUR,\n", 0),
    ],
)
def test_a_last_delimiter_counts_where_all_rows_agree(tmp_path: Path, text: str, n_more: int) -> None:
    assert found(tmp_path, text).n_more == n_more


def test_what_is_declared_is_taken_at_its_word(tmp_path: Path) -> None:
    given = Dialect(delimiter=";", quote="", escape="", skip_lines=1)
    assert found(tmp_path, f'{LINE}order_id;note\n1;"x\n', given) == Header(";", ("order_id", "note"), 1, "")


def test_a_head_without_line_ends_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HEAD", 100)
    with pytest.raises(FileRefusedError, match="its first line has more than 100 characters"):
        found(tmp_path, LINE.strip() + "x" * 200)

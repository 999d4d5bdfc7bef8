"""Lines are counted from bytes, in any chunks, as one who goes sign by sign counts them."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.ingest import plain_lines
from pipelines.ingest.plain_lines import PlainLines


def counted(content: bytes, size: int = 1 << 20) -> PlainLines:
    lines = PlainLines()
    for place in range(0, len(content), size):
        lines.add(content[place : place + size])
    lines.finish()
    return lines


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
@pytest.mark.parametrize(
    ("content", "n_lines", "n_windows", "has_inner_ends"),
    [
        (b"a,b\n1,2\n", 2, 0, False),
        (b"a,b\n1,2", 2, 0, False),
        (b"a,b\r\n1,2", 2, 2, False),
        (b"a,b\r\n1,2\r\n\r\n\r\n", 2, 2, False),
        (b"a,b\n1,2\n\n\n", 2, 0, False),
        (b'a,b\n1,"x\n\ny"\n3,4\n', 3, 0, True),
        (b'a,b\r\n1,"x\n\ny\r\n"\r\n3,4\r\n', 3, 3, True),
        (b'\xef\xbb\xbf"a","b"\n1, "x ""y"""\n', 2, 0, False),
        (b"\n\n", 0, 0, False),
    ],
)
def test_plain_lines_are_counted(content: bytes, size: int, n_lines: int, n_windows: int, has_inner_ends: bool) -> None:
    lines = counted(content, size)
    assert lines.is_plain
    assert (lines.n_lines, lines.n_windows, lines.has_inner_ends) == (n_lines, n_windows, has_inner_ends)


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_delimiters_outside_quotes_are_counted(size: int) -> None:
    assert counted(b'a,b;c\td|e\n"1,2;""\t|",3\n4,5,', size).n_marks == [4, 1, 1, 1]


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n\n1,2\n",
        b"\na,b\n1,2\n",
        b"a,b\r\n\r\n1,2\r\n",
        b"a,b\n1,2\n\n3",
        b"a,b\r1,2\r",
        b"a,b\n1,2\r3,4\n",
        b"a,b\r\n1,2\n",
        b'a,b\n1,"x\n2,y\n',
        b'a,b\n1,"5\\" wide"\n',
        b'a,b\n1,"x\ry"\n',
        b'a,b\n1,5" x 6"\n',
    ],
)
def test_other_lines_are_not_plain(content: bytes, size: int) -> None:
    assert not counted(content, size).is_plain


def test_a_long_line_is_not_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_lines, "LONGEST", 100)
    assert not counted(b"a,b\n1," + b"x" * 200, 10).is_plain


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.lists(st.text('a,"\n', max_size=4), min_size=2, max_size=2), min_size=1, max_size=5),
    st.sampled_from(["\n", "\r\n"]),
    st.integers(1, 5),
)
def test_written_rows_are_counted(rows: list[list[str]], end: str, size: int) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator=end).writerows(rows)
    lines = counted(file.getvalue().encode(), size)
    assert lines.is_plain
    assert lines.n_lines == len(rows)

"""Random tables in random dialects and encodings read back equal; the quick reader is never another than the strict."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipelines.errors import ReturnwatchError
from pipelines.ingest import stage
from pipelines.ingest.csv_cells import strict_csv
from pipelines.ingest.decode import inspect_text
from pipelines.ingest.dialect import Dialect, Header
from pipelines.ingest.header import read_header
from tests.ingest_tools import ORDERS, Read, read
from tests.pollution.tables import Sheet, Style

NAMES = ("sku", "category", "style_id")
CELLS = st.text("aB7 éßÑ.-_#,;\t|\n\"'\\", max_size=8).filter(lambda text: text == text.strip())
ROWS = st.lists(st.tuples(*[CELLS] * len(NAMES)), min_size=1, max_size=8)
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"]
DELIMITERS = [",", ";", "\t", "|", "^", "~", ":", " ", "||", "::", "\x01"]
STYLES = st.builds(
    Style,
    delimiter=st.sampled_from(DELIMITERS),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    quote_all=st.booleans(),
)
TOLD = st.builds(
    Style,
    delimiter=st.sampled_from(DELIMITERS),
    quote=st.sampled_from(['"', "'"]),
    escape=st.sampled_from(["", "\\"]),
    end=st.sampled_from(["\n", "\r\n"]),
    quote_all=st.booleans(),
)


def written(rows: list[tuple[str, ...]], style: Style, before: str = "") -> str:
    return before + "".join(Sheet(NAMES, tuple(rows)).lines(style))


def read_back(place: Path, content: bytes, given: Dialect | None) -> list[tuple[str, ...]]:
    place.write_bytes(content)
    file = inspect_text(place, None, given.encoding if given else None)
    header = read_header(file, (*NAMES, "supplier_id", "weight_g"), given)
    assert header.names == NAMES
    found = strict_csv(file, header, {name: number for number, name in enumerate(NAMES)})
    assert found.bad == ()
    return [row[1:] for row in found.frame.iter_rows()]


def is_told(rows: list[tuple[str, ...]]) -> bool:
    """Whether nothing in the rows looks like another dialect: apostrophes around a cell, a row within a cell."""
    cells = [cell for row in rows for cell in row]
    return not any(cell[:1] == "'" == cell[-1:] for cell in cells) and not any("\n7" in cell for cell in cells)


@settings(max_examples=500, deadline=None)
@given(
    rows=ROWS,
    style=STYLES,
    encoding=st.sampled_from(ENCODINGS),
    before=st.sampled_from(["", "", "\n", "Products of 2026\n\n", "sep=;\n"]),
)
def test_any_table_in_any_dialect_and_encoding_comes_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]], style: Style, encoding: str, before: str
) -> None:
    assume(is_told(rows))
    place = tmp_path_factory.getbasetemp() / "any.csv"
    assert read_back(place, written(rows, style, before).encode(encoding), None) == rows


@settings(max_examples=200, deadline=None)
@given(rows=ROWS, style=TOLD, encoding=st.sampled_from(ENCODINGS))
def test_any_table_in_a_declared_dialect_comes_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]], style: Style, encoding: str
) -> None:
    assume(is_told(rows))
    place = tmp_path_factory.getbasetemp() / "told.csv"
    told = Dialect(style.delimiter, style.quote, style.escape, encoding)
    assert read_back(place, written(rows, style).encode(encoding), told) == rows


def both(folder: Path, text: str) -> tuple[Read, Read]:
    """Read orders with the quick reader, where it dares, and with the strict one alone."""
    quick = read(folder / "quick", "orders.csv", text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stage, "can_be_quick", lambda *_: False)
        return quick, read(folder / "strict", "orders.csv", text)


PIECES = [
    "1,C1,2026-01-01,EUR\n", '2,"C,2",2026-01-02,EUR\n', '3,"C\n3",2026-01-03,EUR\n', "4,,2026-01-04,EUR\n",
    '5,C5,2026-01-05,"EUR"\n', '6, "C6" ,2026-01-06,EUR\n', '7,5" x 6",2026-01-07,EUR\n', "8,C8,2026-01-08\n",
    "9,C9,2026-01-09,EUR,\n", "10,,C10,2026-01-10,\n", "\n", "   \n", ",,,\n", '"","","",""\n', "Total,,,12\n",
    ORDERS, ORDERS.upper(), "currency,ordered_at,customer_id,order_id\n", '11,"C""11""",2026-01-11,EUR\n',
    '12,"C12,2026-01-12,EUR\n', "13,C'13',2026-01-13,EUR\n", "14,C\\14,2026-01-14,EUR\r\n", "15,C15,2026-01-15,EUR\r",
    '16,"C\\"16",2026-01-16,EUR\n', '17","C17",2026-01-17,EUR\n', '18,C18,2026-01-18,EUR\n19,"\n18,C",2026-01-19,EUR\n',
]  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=6))
def test_the_quick_reader_never_reads_otherwise(tmp_path_factory: pytest.TempPathFactory, pieces: list[str]) -> None:
    quick, strict = both(tmp_path_factory.mktemp("both"), ORDERS + "".join(pieces))
    assert quick.rows == strict.rows
    assert quick.staged.refusal == strict.staged.refusal


@pytest.mark.parametrize("piece", PIECES)
def test_each_oddity_is_read_alike_by_both(tmp_path: Path, piece: str) -> None:
    quick, strict = both(tmp_path, ORDERS + PIECES[0] + piece + PIECES[4])
    assert quick.rows == strict.rows


def test_a_declared_dialect_reaches_the_reader(tmp_path: Path) -> None:
    text = "order_id!customer_id!ordered_at!currency\n1!'C!1'!2026-01-01!EUR\n"
    place = tmp_path / "file.csv"
    place.write_text(text)
    header = read_header(inspect_text(place, None), ["order_id", "currency"], Dialect(delimiter="!", quote="'"))
    assert header == Header("!", ("order_id", "customer_id", "ordered_at", "currency"), 0, "'")


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"delimiter": "x"}, "delimiter 'x' cannot be one"),
        ({"delimiter": ""}, "delimiter '' cannot be one"),
        ({"quote": "''"}, "quote \"''\" cannot be one"),
        ({"delimiter": "~", "escape": "~"}, "escape '~' cannot be one"),
        ({"encoding": "utf-17"}, "encoding 'utf-17' is not known"),
        ({"encoding": "base64"}, "encoding 'base64' is not known"),
        ({"skip_lines": -1}, "skip_lines -1 is below zero"),
    ],
)
def test_a_dialect_that_makes_no_sense_is_refused(options: dict[str, str], reason: str) -> None:
    with pytest.raises(ReturnwatchError, match=reason):
        Dialect(**options)  # type: ignore[arg-type]

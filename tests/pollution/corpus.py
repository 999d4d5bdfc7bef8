"""Files with one polluted property each, in the manner of the Pollock benchmark, with the truth of every cell.

The weight of a property says in how many of 1,000 delivered exports it may be met, by our own estimate:
Excel, Windows and continental Europe are common, a caret between cells is rare. A file has one property.
"""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import zstandard

from tests.pollution.tables import NAMES, PLAIN_TOPICS, Sheet, Style, sheet

SEEDS = 4
"""Files of each property."""
Maker = Callable[[Sheet, random.Random], "str | bytes | tuple[str | bytes, Sheet]"]


@dataclass(frozen=True, slots=True)
class Polluted:
    """One file: its property and that one's weight, its content, and the rows that it means."""

    prop: str
    weight: float
    name: str
    content: bytes
    truth: list[dict[str, str | None]]


def corpus(seeds: int = SEEDS) -> Iterator[Polluted]:
    """Yield the files."""
    for place, (prop, (weight, maker, plain)) in enumerate(PROPERTIES.items()):
        for seed in range(seeds):
            dice = random.Random(1000 * place + seed)  # noqa: S311 - not for secrets
            table = sheet(dice, topics=PLAIN_TOPICS) if plain else sheet(dice)
            made = maker(table, dice)
            content, table = made if isinstance(made, tuple) else (made, table)
            packed = prop.removeprefix("packed as ") if prop.startswith("packed as ") else ""
            ending = f".{packed}" if packed else ""
            name = f"support_contacts_{place:02d}_{seed}.csv{ending}"
            yield Polluted(prop, weight, name, content.encode() if isinstance(content, str) else content, table.truth())


def styled(**options: str | bool) -> Maker:
    """Return what writes a table in a style."""
    return lambda table, _: "".join(table.lines(Style(**options)))  # type: ignore[arg-type]


def encoded(encoding: str, mark: bytes = b"") -> Maker:
    """Return what writes a table in an encoding."""
    return lambda table, _: mark + "".join(table.lines(Style(";"))).encode(encoding)


def around(before: str = "", after: str = "") -> Maker:
    """Return what writes lines before and after a table."""
    return lambda table, _: before + "".join(table.lines()) + after


def among(change: Callable[[list[str], int, random.Random], None]) -> Maker:
    """Return what changes the lines of a table at a random row; the header is line 0."""

    def make(table: Sheet, dice: random.Random) -> str:
        lines = table.lines()
        change(lines, dice.randint(2, len(lines) - 2), dice)
        return "".join(lines)

    return make


def inserted(text: str) -> Maker:
    """Return what puts a line between two rows."""
    return among(lambda lines, place, _: lines.insert(place, text))


def replaced(change: Callable[[str], str]) -> Maker:
    """Return what changes one row."""

    def at(lines: list[str], place: int, _: random.Random) -> None:
        lines[place] = change(lines[place])

    return among(at)


def each(change: Callable[[str], str], *, header: bool = True) -> Maker:
    """Return what changes each line, or each but the header."""
    return lambda table, _: "".join(
        change(line) if number or header else line for number, line in enumerate(table.lines())
    )


def headed(change: Callable[[str], str]) -> Maker:
    """Return what changes the header."""
    return lambda table, _: "".join([change(table.lines()[0]), *table.lines()[1:]])


def end_with(text: str) -> Callable[[str], str]:
    """Return what puts a text behind a line."""
    return lambda line: line.rstrip("\n") + text + "\n"


def mixed_ends(table: Sheet, dice: random.Random) -> str:
    """Write rows that end in either way."""
    return "".join(line[:-1] + dice.choice(["\n", "\r\n"]) for line in table.lines())


def fewer(n_rows: int) -> Maker:
    """Return what writes the first rows only."""

    def make(table: Sheet, _: random.Random) -> tuple[str, Sheet]:
        small = Sheet(table.names, table.rows[:n_rows])
        return "".join(small.lines()), small

    return make


def columns(*names: str) -> Maker:
    """Return what writes some columns in another order."""

    def make(table: Sheet, _: random.Random) -> tuple[str, Sheet]:
        chosen = table.chosen(*names)
        return "".join(chosen.lines()), chosen

    return make


def more_columns(table: Sheet, _: random.Random) -> str:
    """Write a column that nobody knows, in the middle."""
    wider = Sheet((*NAMES[:3], "internal note", *NAMES[3:]), tuple((*row[:3], "x, y", *row[3:]) for row in table.rows))
    return "".join(wider.lines())


def without_rows(content: bytes) -> Maker:
    """Return what writes a file that holds no row."""
    return lambda table, _: (content, Sheet(table.names, ()))


def other_table(text: str, gap: str = "\n") -> Maker:
    """Return what writes another table below the first."""
    return around(after=gap + text)


def twice(table: Sheet, dice: random.Random) -> tuple[str, Sheet]:
    """Write two tables of the same columns, a blank line and a header between."""
    more = sheet(dice, 10)
    both = Sheet(table.names, (*table.rows, *more.rows))
    return "".join(table.lines()) + "\n" + "".join(more.lines()), both


def turned(table: Sheet, dice: random.Random) -> tuple[str, Sheet]:
    """Write a second table of the same columns in another order; its rows must not be read by the first header."""
    more = sheet(dice, 5).chosen(*reversed(NAMES))
    back = more.chosen(*NAMES)
    return "".join(table.lines()) + "".join(more.lines()), Sheet(table.names, (*table.rows, *back.rows))


def broken_byte(table: Sheet, _: random.Random) -> bytes:
    """Write UTF-8 with one byte of another encoding."""
    lines = [line.encode() for line in table.lines(Style(";"))]
    lines[5] = lines[5].replace(b"T-", b"T-\xe9", 1)
    return b"".join(lines)


def long_cell(table: Sheet, _: random.Random) -> tuple[str, Sheet]:
    """Write a cell of 300,000 signs."""
    rows = (*table.rows[:5], (*table.rows[5][:6], "x" * 300_000), *table.rows[6:])
    long = Sheet(table.names, rows)
    return "".join(long.lines()), long


def apart(mark: str, row: str) -> Maker:
    """Return what writes every row but one with commas."""
    return among(lambda lines, place, _: lines.__setitem__(place, lines[place].replace(row, mark)))


BLANK_ROW = "," * (len(NAMES) - 1) + "\n"
REPORT = "Support contacts\nGenerated 2026-11-23 by back office\n\n"
LABELS = "Contact ID,Contacted at,Customer ID,Order ID,Topic,Agent ID,Resolution\n"
SEMICOLON = Style(";")
UNQUOTED = True
PROPERTIES: dict[str, tuple[float, Maker, bool]] = {
    "none": (60, styled(), False),
    "delimiter ;": (90, styled(delimiter=";"), False),
    "delimiter tab": (60, styled(delimiter="\t"), False),
    "delimiter |": (20, styled(delimiter="|"), False),
    "delimiter blank": (2, styled(delimiter=" "), False),
    "delimiter :": (1, styled(delimiter=":"), False),
    "delimiter ^": (3, styled(delimiter="^"), False),
    "delimiter ~": (2, styled(delimiter="~"), False),
    "delimiter #": (1, styled(delimiter="#"), False),
    "delimiter control-A": (2, styled(delimiter="\x01"), False),
    "delimiter ||": (1, styled(delimiter="||"), False),
    "delimiter ::": (1, styled(delimiter="::"), False),
    "delimiter comma and blank": (8, styled(delimiter=", "), False),
    "quotes around all": (60, styled(quote_all=True), False),
    "apostrophes around all": (3, styled(quote="'", quote_all=True), False),
    "apostrophes as quotes": (3, styled(quote="'"), False),
    "no quotes": (40, styled(quote=""), UNQUOTED),
    "escape backslash": (8, styled(escape="\\"), False),
    "no quotes, escape backslash": (2, styled(quote="", escape="\\"), UNQUOTED),
    "record end CRLF": (120, styled(end="\r\n"), False),
    "record end CR": (2, styled(end="\r"), False),
    "record ends mixed": (5, mixed_ends, False),
    "no last record end": (40, lambda table, _: "".join(table.lines())[:-1], False),
    "two last record ends": (20, around(after="\n"), False),
    "preamble of one line": (12, around("Support contacts 2026\n"), False),
    "preamble of three lines": (10, around(REPORT), False),
    "preamble with delimiters": (6, around("Report:,support,contacts,,,,\nby,,,,,,\n"), False),
    "preamble with a quote": (1, around('Report "support\n'), False),
    "blank lines first": (6, around("\n\n"), False),
    "sep= first": (6, lambda table, _: "sep=;\n" + "".join(table.lines(SEMICOLON)), False),
    "footer total": (8, around(after="Total,,,40,,,\n"), False),
    "footer total below a blank line": (4, around(after="\nTotal,,,40,,,\n"), False),
    "footer text": (6, around(after="\nEnd of report\n"), False),
    "footer count": (4, around(after="40 rows\n"), False),
    "header absent": (15, lambda table, _: "".join(table.lines()[1:]), False),
    "header doubled": (3, headed(lambda line: line * 2), False),
    "header repeated": (5, inserted(",".join(NAMES) + "\n"), False),
    "header with labels below": (
        3, headed(lambda line: line + LABELS), False,
    ),
    "header in capitals": (8, headed(str.upper), False),
    "header with blanks": (5, headed(lambda line: line.replace(",", " , ")), False),
    "header with quotes": (10, headed(lambda line: '"' + line.strip().replace(",", '","') + '"\n'), False),
    "header with group names above": (3, headed(lambda line: "Contact,,Shopper,,Case,,\n" + line), False),
    "row short": (8, replaced(lambda line: line.rsplit(",", 1)[0] + "\n"), UNQUOTED),
    "row long": (8, replaced(lambda line: line.replace(",", ",,", 1)), False),
    "row long at its end": (5, replaced(end_with(",")), UNQUOTED),
    "rows with a last delimiter": (5, each(end_with(","), header=False), UNQUOTED),
    "lines with a last delimiter": (5, each(end_with(",")), UNQUOTED),
    "header with a last delimiter": (2, headed(end_with(",")), UNQUOTED),
    "row with another delimiter": (2, apart(";", ","), False),
    "blank line amid": (6, inserted("\n"), False),
    "blank lines between all": (2, each(lambda line: line + "\n"), UNQUOTED),
    "line of blanks": (3, inserted("   \n"), False),
    "row of delimiters": (5, inserted(BLANK_ROW), False),
    "rows of delimiters last": (6, around(after=BLANK_ROW * 5), False),
    "UTF-8 with mark": (90, encoded("utf-8-sig"), False),
    "UTF-16 LE with mark": (12, encoded("utf-16-le", b"\xff\xfe"), False),
    "UTF-16 BE with mark": (2, encoded("utf-16-be", b"\xfe\xff"), False),
    "UTF-16 LE": (2, encoded("utf-16-le"), False),
    "UTF-16 BE": (1, encoded("utf-16-be"), False),
    "UTF-32": (0.2, encoded("utf-32"), False),
    "Windows-1252": (60, encoded("cp1252"), False),
    "Latin-1": (10, encoded("latin-1"), False),
    "UTF-8 with a broken byte": (3, broken_byte, False),
    "mark amid": (2, inserted("\ufeff" + ",".join(NAMES) + "\n"), False),
    "NUL byte": (2, replaced(lambda line: line.replace("T-", "T\0-", 1)), False),
    "empty file": (6, without_rows(b""), False),
    "blank file": (1, without_rows(b"\n\n"), False),
    "header only": (10, fewer(0), False),
    "one row": (6, fewer(1), False),
    "blanks around cells": (8, styled(pad=" "), UNQUOTED),
    "blanks around quotes": (4, styled(pad=" ", quote_all=True), False),
    "line ends in quotes": (25, lambda table, _: "".join(table.lines()).replace("parcel?", '"par\r\n\ncel?"'), True),
    "quote unclosed": (4, replaced(lambda line: line.replace(",", ',"', 1)), UNQUOTED),
    "quote unclosed, quotes around all": (
        2, lambda table, _: "".join(
            line.replace('"', "", 1) if number == 7 else line
            for number, line in enumerate(table.lines(Style(quote_all=True)))
        ), UNQUOTED,
    ),
    "quote not doubled": (
        4, lambda table, _: "".join(table.lines(Style(quote_all=True))).replace("left shoes", '12" shoes', 1), True,
    ),
    "quote amid a cell": (8, lambda table, _: (
        "".join(table.lines()).replace("two left", '2" left'),
        Sheet(table.names, tuple(tuple(c.replace("two left", '2" left') for c in row) for row in table.rows)),
    ), True),
    "other table below": (4, other_table("region,sales\nNorth,5\nSouth,7\n"), False),
    "other table below, no blank line": (2, other_table("region,sales\nNorth,5\n", gap=""), False),
    "other table of as many columns": (
        2, other_table("region,month,sales,cost,margin,share,rank\nNorth,2026-01-01,5,4,1,a,1\n"), False,
    ),
    "same columns in another order below": (1, turned, False),
    "two tables": (3, twice, False),
    "table amid text": (6, around(REPORT, "\nPrinted on page 1\nConfidential\n"), False),
    "more columns": (30, more_columns, False),
    "columns in another order": (25, columns(*reversed(NAMES)), False),
    "fewer columns": (25, columns("contact_id", "contacted_at", "topic"), False),
    "one long cell": (1, long_cell, False),
    "packed as gz": (20, lambda table, _: gzip.compress("".join(table.lines()).encode(), mtime=0), False),
    "packed as zst": (3, lambda table, _: zstandard.ZstdCompressor().compress("".join(table.lines()).encode()), False),
}  # fmt: skip
"""Of each property its weight, what makes a file of it, and whether its cells need no quotes."""

"""Find the header of a text table and its dialect, by evidence: names that are known, rows that come out whole."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest

from pipelines.errors import FileRefusedError
from pipelines.ingest.decode import TextFile
from pipelines.ingest.dialect import DELIMITERS, Dialect, Header, is_delimiter
from pipelines.ingest.shape import BLANKS
from pipelines.ingest.split import split_rows

HEAD = 1 << 20
"""Characters within which a header ends, and that decide on the dialect."""
SEARCHED = 100
"""Lines within which the header stands."""
WRAPPED = re.compile(r"(?:^|[^\w'])'(?:[^'\n]|'')*'(?:$|[^\w'])", re.MULTILINE)
"""A cell that stands between apostrophes: a spreadsheet writes one before what is no number, and none behind it."""
DOUBLED = re.compile(r"(?:^|[^\w'])'[^'\n]*''[^'\n]*'(?:$|[^\w'])", re.MULTILINE)
"""A cell between apostrophes that holds a doubled one: hardly any text looks so that is not quoted by them."""
TRUSTED = 2
"""Rows that must agree before each row's last, empty cell is taken for no cell."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The rows of a file's head, split by one of the dialects that it may be written in."""

    header: Header
    rows: list[list[str]]
    n_bad: int
    """Rows that this dialect does not make whole."""


def read_header(
    file: TextFile, known: Iterable[str], given: Dialect | None = None, *, short_rows: bool = False
) -> Header:
    """Return the header: the line that holds most known names, and the dialect that makes most rows whole.

    Lines before it are passed over. What is ``given`` is not searched for. With ``short_rows`` a row may end before
    the header does. Raises FileRefusedError where
    two columns have the same name, or the first line has no end.
    """
    given = given or Dialect()
    lines, is_cut = head_lines(file)
    wanted = frozenset(name.lower() for name in known)
    places = [given.skip_lines] if given.skip_lines is not None else _likely(lines, wanted)
    found = [
        (header, len(wanted & {name.lower() for name in header.names}))
        for place in places
        for header in _headers(lines, place, wanted, given)
    ]
    most = max((n_known for _, n_known in found), default=0)
    best = [header for header, n_known in found if n_known == most]
    if not best:
        return Header(given.delimiter or DELIMITERS[0], (), len(lines))
    first = [header for header in best if header.n_lines_before == best[0].n_lines_before]
    header = decide(first, lines, given, is_cut=is_cut, short_rows=short_rows)
    refuse_same_names(header.names)
    return header


def head_lines(file: TextFile) -> tuple[list[str], bool]:
    """Return the lines of a file's head, and whether the file goes on after them; a line cut in two is left away.

    Raises FileRefusedError where the first line does not end within the head.
    """
    with file.open() as text:
        head = text.read(HEAD)
    lines = io.StringIO(head.lstrip("\ufeff"), newline="").readlines()
    is_cut = len(head) == HEAD
    if is_cut and len(lines) == 1:
        raise FileRefusedError(
            f"its first line has more than {HEAD:,} characters; deliver it with a header and line ends"
        )
    return (lines[:-1] if is_cut else lines), is_cut


def refuse_same_names(names: Iterable[str]) -> None:
    """Raise FileRefusedError where two columns have the same name, in any case; nameless ones are let pass."""
    named = [name.strip().lower() for name in names if name.strip()]
    if len(set(named)) < len(named):
        raise FileRefusedError("two columns of the header have the same name; rename one and deliver again")


def is_passed_over(line: str) -> bool:
    """Whether a line before the header says nothing: blank, or the ``sep=;`` that Excel writes there."""
    return not line.strip() or re.fullmatch(r'"?sep=.{1,3}"?', line.strip()) is not None


def decide(
    headers: list[Header], lines: list[str], given: Dialect, *, is_cut: bool, short_rows: bool = False
) -> Header:
    """Return the header with the dialect under which most rows of the head are whole; the plainest of equals."""
    text = "".join(lines)
    candidates = list(_with_marks(headers, lines, text, given))
    readings = [read_all(candidate, text, is_cut=is_cut, short_rows=short_rows) for candidate in candidates]
    is_doubled = DOUBLED.search(text) is not None
    best = min(readings, key=lambda one: (_n_wrong(one, is_doubled=is_doubled), len(one.header.names)))
    quoted = next((one for one in readings if _is_same_but_for_apostrophes(one, best)), None)
    whole = [row for row in best.rows if _is_whole(row, best.header, short_rows=short_rows)]
    if quoted is not None and given.quote is None and _are_apostrophes_quotes(whole):
        best = quoted
    return best.header


def _likely(lines: list[str], wanted: frozenset[str]) -> list[int]:
    """Return the lines that may be the header: those with a known name in them, else the first that says something."""
    said = [place for place, line in enumerate(lines[:SEARCHED]) if not is_passed_over(line)]
    likely = [place for place in said if any(name in lines[place].lower() for name in wanted)]
    return likely or said[:1]


def _headers(lines: list[str], place: int, wanted: frozenset[str], given: Dialect) -> Iterator[Header]:
    """Yield the ways to read a line as the header."""
    line = lines[place] if place < len(lines) else ""
    delimiters = [given.delimiter] if given.delimiter else [*DELIMITERS, *_gaps(line, wanted)]
    quotes = [given.quote] if given.quote is not None else ['"', "'"] if WRAPPED.search(line) else ['"']
    for quote in quotes:
        for delimiter in delimiters:
            header = Header(delimiter, (), place, quote, given.escape or "")
            yield replace(header, names=header_names(lines[place : place + SEARCHED], header))


def _gaps(line: str, wanted: frozenset[str]) -> list[str]:
    """Return what stands between neighbouring known names, if a delimiter can look so."""
    names = "|".join(re.escape(name) for name in sorted(wanted, key=len, reverse=True))
    found = list(re.finditer(rf"(?<![^\W_])(?:{names})(?![^\W_])", line.lower())) if names else []
    gaps = Counter(line[one.end() : two.start()] for one, two in pairwise(found))
    # names may have blanks around them within their quotes; what is blank throughout is parted by a blank
    signs = [gap.strip("\"' ") or gap.strip("\"'")[:1] for gap, _ in gaps.most_common(3)]
    return [sign for sign in signs if is_delimiter(sign) and sign not in DELIMITERS]


def header_names(lines: list[str], header: Header) -> tuple[str, ...]:
    """Return the names of a header; its own text where it cannot be split."""
    try:
        row = next(split_rows(io.StringIO("".join(lines), newline=""), replace(header, n_lines_before=0)), None)
    except csv.Error:
        row = None
    names = row if isinstance(row, list) else lines[:1]
    return tuple(name.strip(BLANKS) for name in names)


def _with_marks(headers: list[Header], lines: list[str], text: str, given: Dialect) -> Iterator[Header]:
    r"""Yield headers with the quotes and escapes that their file may be written with; ``text`` is all its lines.

    What quotes its names by one mark does not quote its cells by another.
    """
    quotes = [given.quote] if given.quote is not None else ["'"] if WRAPPED.search(text) else []
    escapes = [given.escape] if given.escape is not None else ["", "\\"] if "\\" in text else [""]
    seen: set[Header] = set()
    for header in headers:
        n = header.n_lines_before
        is_quoted = given.quote is None and any('"' in line for line in lines[n : n + 1])
        for quote in dict.fromkeys([header.quote, *([] if is_quoted else quotes)]):
            for escape in escapes:
                candidate = replace(header, quote=quote, escape=escape)
                if candidate not in seen:
                    seen.add(candidate)
                    yield candidate


def read_all(header: Header, text: str, *, is_cut: bool, short_rows: bool = False) -> Reading:
    """Return the head as one dialect splits it."""
    found = list(split_rows(io.StringIO(text, newline=""), header))[1:]
    if is_cut:
        # a row of several lines may go on behind the head
        found = found[:-1]
    said = [row for row in found if row is not None]
    rows = [row for row in said if isinstance(row, list)]
    fitted = replace(header, n_more=_more_cells(header.names, rows))
    n_whole = sum(_is_whole(row, fitted, short_rows=short_rows) for row in rows)
    return Reading(fitted, rows, len(said) - n_whole)


def _is_whole(row: list[str], header: Header, *, short_rows: bool) -> bool:
    """Whether a row has the cells of a whole one, or fewer where it may end early."""
    return len(row) == header.n_cells or (short_rows and len(row) < header.n_cells)


def _more_cells(names: tuple[str, ...], rows: list[list[str]]) -> int:
    """Return how many cells rows have beyond the header, where all agree: an empty one more, or a nameless one less."""
    n_cells = len(names)
    if any(len(row) == n_cells for row in rows):
        return 0
    if sum(len(row) == n_cells + 1 and not row[-1].strip() for row in rows) >= TRUSTED:
        return 1
    return -1 if n_cells > 1 and not names[-1] and any(len(row) == n_cells - 1 for row in rows) else 0


def _n_wrong(reading: Reading, *, is_doubled: bool) -> int:
    """Return the rows that speak against a reading: those that are not whole, and those that it leaves in quotes.

    Without the latter, one row of which a quote was lost would be reason enough to take apostrophes for quotes.
    They do not count where apostrophes are doubled within some.
    """
    if reading.header.quote != "'" or is_doubled:
        return reading.n_bad
    return reading.n_bad + sum(
        any(len(cell) > 1 and cell[0] == cell[-1] == '"' for cell in row) for row in reading.rows
    )


def _is_same_but_for_apostrophes(one: Reading, best: Reading) -> bool:
    """Whether a reading takes apostrophes for quotes, and is as good as the best, which does not."""
    same = replace(best.header, quote="'")
    return best.header.quote != "'" and one.header == same and one.n_bad == best.n_bad


def _are_apostrophes_quotes(rows: list[list[str]]) -> bool:
    """Whether cells that stand between apostrophes must be quoted ones.

    They are where whole columns stand so, or where each cell with an apostrophe begins with one, most end with
    one, and some are written as cells that had to be quoted; a text may begin and end with one, too.
    """
    cells = [cell for row in rows for cell in row if "'" in cell]
    if not cells:
        return False
    begin = all(cell[0] == "'" for cell in cells)
    if begin and 2 * sum(map(_is_wrapped, cells)) > len(cells) and any(map(_had_to_be_quoted, cells)):
        return True
    columns = ([cell for cell in column if cell] for column in zip_longest(*rows, fillvalue=""))
    return any(len(column) >= TRUSTED and all(map(_is_wrapped, column)) for column in columns)


def _is_wrapped(cell: str) -> bool:
    """Whether a cell begins and ends with an apostrophe."""
    return len(cell) > 1 and cell[0] == cell[-1] == "'"


def _had_to_be_quoted(cell: str) -> bool:
    """Whether a cell stands between apostrophes and holds nothing but doubled ones, at least one of them."""
    return _is_wrapped(cell) and "''" in cell[1:-1] and "'" not in cell[1:-1].replace("''", "")

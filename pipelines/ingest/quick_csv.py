"""The quick reader of text tables: DuckDB's, all cells as text, for files in which it cannot go wrong.

Whatever it would read otherwise than the strict reader is kept from it: by what the bytes of the file say
(``plain_lines.py``), by its strict mode, by the conditions that end its reading here, and by the count of
rows, which must be that of the lines.
"""

from __future__ import annotations

import re

from pipelines.ingest.decode import TextFile
from pipelines.ingest.dialect import DELIMITERS, Header
from pipelines.ingest.noise import TOTAL
from pipelines.sqltext import identifier, literal

STRICT_ONLY = "left to the strict reader"


def can_be_quick(text: TextFile, header: Header) -> bool:
    """Whether DuckDB's reader can be tried on a file: plain text, plain lines, a plain dialect, its header first."""
    return (
        text.is_clean
        and text.n_rows is not None
        and header.is_plain
        and header.delimiter in DELIMITERS
        and header.n_lines_before == 0
        and len(header.names) > 1
    )


def quick_select(place: str, text: TextFile, header: Header, wanted: dict[str, int], anchor: str) -> str:
    """Return the select of ``row_number`` and the wanted columns; it fails at a row that is for the strict reader."""
    columns = ", ".join(f"'c{number}': 'varchar'" for number, _ in enumerate(header.names))
    names = ", ".join(f"c{number} as {identifier(name)}" for name, number in wanted.items())
    line_end = {"\n": "'\\n'", "\r\n": "'\\r\\n'"}[text.line_end]
    # threads may begin to read within a quoted cell
    parallel = str(not text.has_inner_ends).lower()
    suspicious = " or ".join(_suspicions(text, header, anchor))
    return (
        f"select row_number() over () as row_number, {names} "  # noqa: S608 - identifiers and literals
        f"from read_csv({literal(place)}, auto_detect = false, header = true, "
        f"delim = {literal(header.delimiter)}, quote = '\"', escape = '\"', new_line = {line_end}, "
        f"strict_mode = true, null_padding = false, parallel = {parallel}, "
        f"columns = {{{columns}}}) "
        f"where case when {suspicious} then error({literal(STRICT_ONLY)}) else true end"
    )


def _suspicions(text: TextFile, header: Header, anchor: str) -> list[str]:
    """Return the conditions that a row may be a header, a total, or a cell that swallows rows.

    One holds for every row that ``Noise`` finds, or that ``split_rows`` finds in spite of its quotes.

    It is asked of every row, so cheap conditions stand first: the last letter, the length, a blank first cell.
    """
    place = header.names.index(anchor)
    ends = ", ".join(map(literal, sorted({anchor[-1:].lower(), anchor[-1:].upper()})))
    here = f"c{place}"
    plain = f"regexp_replace(lower({here}), '[^a-z0-9]+', '', 'g')"
    letters = literal(re.sub(r"[^a-z0-9]+", "", anchor.lower()))
    again = f"case when right(rtrim({here}, ' '), 1) in ({ends}) then {plain} = {letters} else false end"
    elsewhere = [
        f"(strlen(c{number}) = {len(anchor.encode())} and lower(c{number}) = {literal(anchor.lower())})"
        for number, _ in enumerate(header.names)
    ]
    inner = range(len(header.names)) if text.has_inner_ends else ()
    cells = ", ".join(f"nullif(trim(c{number}, ' \t'), '')" for number, _ in enumerate(header.names))
    total = literal(f"(?i){TOTAL}")
    totals = (
        f"case when coalesce(trim(c0, ' \t'), '') = '' then regexp_full_match(coalesce({cells}, ''), {total}) "
        f"when ord(right(c0, 1)) not between 48 and 57 then regexp_full_match(c0, {total}) else false end"
    )
    return [again, *elsewhere, totals, *(_swallows(number, header) for number in inner)]


def _swallows(number: int, header: Header) -> str:
    """Return the condition that a cell of several lines holds as many delimiters as a row."""
    cell, mark = f"c{number}", literal(header.delimiter)
    n_marks = f"strlen({cell}) - strlen(replace({cell}, {mark}, ''))"
    return f"(contains({cell}, chr(10)) and {n_marks} >= {len(header.names) - 1})"

"""The quick reader of text tables: DuckDB's, all cells as text, for files in which it cannot go wrong.

Whatever it would read otherwise than the strict reader is kept from it: by what the bytes of the file say
(``plain_lines.py``), by its strict mode, by the conditions that end its reading here, and by the count of
rows, which must be that of the lines.
"""

from __future__ import annotations

import re

from pipelines.ingest.decode import TextFile
from pipelines.ingest.dialect import DELIMITERS, Header
from pipelines.ingest.noise import TOTAL, Marks
from pipelines.sqltext import identifier, literal

BLANKS = "' ' || chr(9) || chr(160)"


def can_be_quick(text: TextFile, header: Header) -> bool:
    """Whether DuckDB's reader can be tried on a file: plain text, plain lines, a plain dialect, its header first."""
    return (
        text.is_clean
        and text.n_rows is not None
        and header.is_plain
        and header.delimiter in DELIMITERS
        and header.n_lines_before == 0
        and len(header.names) > 1
        # DuckDB drops an empty cell too many at a row's end, though the one too many may stand amid the row
        and text.n_marks[header.delimiter] == text.n_rows * (len(header.names) - 1)
    )


def quick_select(place: str, text: TextFile, marks: Marks, wanted: dict[str, int]) -> str:
    """Return the select of ``row_number`` and the wanted columns; it fails at a row that is for the strict reader.

    Where no header and no total can be a good row, it does not look for them: ``noise_select`` does, once
    there are bad rows.
    """
    names = ", ".join(f"c{number} as {identifier(name)}" for name, number in wanted.items())
    suspicions = [] if marks.typed else _noise(marks)
    suspicions += [f"coalesce(c{n}, '') <> ''" for n in range(marks.header.n_named, len(marks.header.names))]
    if text.has_inner_ends:
        suspicions += [_swallows(number, marks.header) for number, _ in enumerate(marks.header.names)]
    where = f" where case when {' or '.join(suspicions)} then error('for the strict reader') else true end"
    return (
        f"select row_number() over () as row_number, {names} "  # noqa: S608 - identifiers and literals
        f"from {_read_csv(place, text, marks.header)}{where if suspicions else ''}"
    )


def noise_select(place: str, text: TextFile, marks: Marks) -> str:
    """Return the select that counts the rows that may be a header or a total."""
    return f"select count(*) from {_read_csv(place, text, marks.header)} where {' or '.join(_noise(marks))}"  # noqa: S608


def _read_csv(place: str, text: TextFile, header: Header) -> str:
    """Return the call of DuckDB's reader."""
    columns = ", ".join(f"'c{number}': 'varchar'" for number, _ in enumerate(header.names))
    # threads may begin to read within a quoted cell
    parallel = str(not text.has_inner_ends).lower()
    return (
        f"read_csv({literal(place)}, auto_detect = false, header = true, "
        f"delim = {literal(header.delimiter)}, quote = '\"', escape = '\"', "
        f"strict_mode = true, null_padding = false, parallel = {parallel}, "
        f"columns = {{{columns}}})"
    )


def _noise(marks: Marks) -> list[str]:
    """Return conditions of which one holds for every row that ``Noise`` finds (it finds fewer)."""
    numbers, anchor, place = range(len(marks.header.names)), marks.anchor, marks.required[0]
    ends = ", ".join(map(literal, sorted({anchor[-1:].lower(), anchor[-1:].upper()})))
    plain = f"regexp_replace(lower(c{place}), '[^a-z0-9]+', '', 'g')"
    letters = literal(re.sub(r"[^a-z0-9]+", "", anchor.lower()))
    again = f"case when right(rtrim(c{place}, ' '), 1) in ({ends}) then {plain} = {letters} else false end"
    elsewhere = [
        f"(strlen(c{number}) = {len(anchor.encode())} and lower(c{number}) = {literal(anchor.lower())})"
        for number in numbers
    ]
    cells = ", ".join(f"nullif(trim(c{number}, {BLANKS}), '')" for number in numbers)
    total = literal(f"(?i){TOTAL}")
    totals = (
        f"case when coalesce(trim(c0, {BLANKS}), '') = '' then regexp_full_match(coalesce({cells}, ''), {total}) "
        f"when ord(right(c0, 1)) not between 48 and 57 then regexp_full_match(c0, {total}) else false end"
    )
    return [again, *elsewhere, totals]


def _swallows(number: int, header: Header) -> str:
    """Return the condition that a cell of several lines holds as many delimiters as a row."""
    cell, mark = f"c{number}", literal(header.delimiter)
    n_marks = f"strlen({cell}) - strlen(replace({cell}, {mark}, ''))"
    return f"(contains({cell}, chr(10)) and {n_marks} >= {len(header.names) - 1})"

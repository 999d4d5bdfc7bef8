"""The tables that polluted files are made from, and how a file is written: by hand, with no writer of a library."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

NAMES = ("contact_id", "contacted_at", "customer_id", "order_id", "topic", "agent_id", "resolution")
TOPICS = (
    "Where is my parcel?", "Größe passt nicht", "refund: 5 % missing", "it's broken", "café table, black",
    "señor's order", 'said "no" twice', "two lines\nof text", "a|b;c\td", "ends with blank", "#1 question",
)  # fmt: skip
PLAIN_TOPICS = ("late", "Größe", "refund", "broken", "café table", "too small", "lost", "two left shoes")


@dataclass(frozen=True, slots=True)
class Style:
    """How a file is written. An empty ``quote`` is none; an empty ``escape`` doubles quotes."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    end: str = "\n"
    quote_all: bool = False
    pad: str = ""
    """Blanks on both sides of each cell, outside its quotes."""

    def cell(self, text: str) -> str:
        """Return a cell as it is written."""
        marks = {*self.delimiter, self.quote, self.escape, "\n", "\r"} - {""}
        if not self.quote:
            for mark in (self.escape, self.delimiter):
                text = text.replace(mark, self.escape + mark) if self.escape else text
            return self.pad + text + self.pad
        if self.quote_all or any(mark in text for mark in marks) or text != text.strip():
            if self.escape:
                text = text.replace(self.escape, self.escape * 2)
            text = text.replace(self.quote, (self.escape or self.quote) + self.quote)
            text = self.quote + text + self.quote
        return self.pad + text + self.pad

    def line(self, cells: list[str]) -> str:
        """Return a row as it is written, with its end."""
        return self.delimiter.join(map(self.cell, cells)) + self.end


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table to write: names and rows of text, an empty cell is none."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def lines(self, style: Style | None = None) -> list[str]:
        """Return header and rows as they are written."""
        style = style or Style()
        return [style.line(list(cells)) for cells in (self.names, *self.rows)]

    def truth(self) -> list[dict[str, str | None]]:
        """Return the rows as they mean."""
        return [{name: cell.strip() or None for name, cell in zip(self.names, row, strict=True)} for row in self.rows]

    def chosen(self, *names: str) -> Sheet:
        """Return the table with some columns, in another order."""
        places = [self.names.index(name) for name in names]
        return replace(self, names=names, rows=tuple(tuple(row[place] for place in places) for row in self.rows))


def sheet(dice: random.Random, n_rows: int = 40, topics: tuple[str, ...] = TOPICS) -> Sheet:
    """Return a random table of support contacts."""
    rows = tuple(
        (
            f"T-{dice.randrange(10**6):06d}-{number}",
            f"2026-{dice.randint(1, 11):02d}-{dice.randint(1, 28):02d}T{dice.randint(0, 23):02d}:15:00",
            f"{dice.randrange(10**5):07d}",
            dice.choice(["", f"O{dice.randrange(10**4)}"]),
            dice.choice(topics),
            dice.choice(["", "ann", "bob"]),
            dice.choice(["", "refunded", "resent", *topics]),
        )
        for number in range(n_rows)
    )
    return Sheet(NAMES, rows)

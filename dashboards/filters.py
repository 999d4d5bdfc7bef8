"""Filters as they stand in the address: days, channels, categories, currencies, and what else a page asks.

What belongs here: reading and writing the query part of an address, and applying it to return lines.
The address is the only place where a filter is kept, so that every view can be linked. A value that
makes no sense counts as none: an address is typed by people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Self
from urllib.parse import parse_qs, urlencode

import polars as pl

LISTS = ("channel", "category", "currency")
"""Filters that hold several values."""

DEFAULTS = {"by": "category", "signal": "any_reason", "status": "todo"}
"""What a page's own control holds while the address says nothing of it; empty for all that do not stand here.

It is never written into the address: a page would be drawn a second time as soon as it stood.
"""


@dataclass(frozen=True, slots=True)
class Filters:
    """What an address asks for. An empty tuple or None leaves everything in; days are those of the request (UTC)."""

    first: date | None = None
    last: date | None = None
    channel: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    other: Mapping[str, str] = field(default_factory=dict)
    currency: tuple[str, ...] = ()

    @classmethod
    def parse(cls, search: str | None) -> Self:
        """Return the filters of the query part of an address."""
        asked = parse_qs((search or "").lstrip("?"))
        single = {key: values[-1] for key, values in asked.items() if key not in {*LISTS, "from", "to"}}
        first, last = _day(asked.get("from")), _day(asked.get("to"))
        lists = {key: tuple(asked.get(key, ())) for key in LISTS}
        return cls(first, last, **lists, other=single)

    def search(self) -> str:
        """Return the query part; empty where nothing is asked."""
        pairs = [("from", self.first.isoformat())] if self.first else []
        pairs += [("to", self.last.isoformat())] if self.last else []
        pairs += [(key, value) for key in LISTS for value in getattr(self, key)]
        pairs += [(key, value) for key, value in sorted(self.other.items()) if value and value != DEFAULTS.get(key)]
        return "?" + urlencode(pairs) if pairs else ""

    def shared(self) -> str:
        """Return the query part that other pages understand too."""
        return replace(self, other={}).search()

    def having(self, **other: str) -> Self:
        """Return the same filters with some of a page's own replaced; an empty text removes one."""
        return replace(self, other={**self.other, **other})

    def asked(self, name: str) -> str:
        """Return what the address asks of a page's own, else what stands there by default."""
        return self.other.get(name) or DEFAULTS.get(name, "")

    @property
    def is_narrow(self) -> bool:
        """Whether a filter that all pages share leaves something out."""
        return bool(self.first or self.last or any(getattr(self, key) for key in LISTS))

    def lines(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """Return the lines that remain: ``requested_at`` and the lists' columns as in report_return_lines."""
        # whole moments are compared, which parts of a file can be left out by
        at = pl.col("requested_at")
        wanted = [at >= datetime.combine(self.first, time.min)] if self.first else []
        wanted += [at < datetime.combine(self.last, time.min) + timedelta(days=1)] if self.last else []
        return _kept(frame, [*wanted, *self._listed()])

    def days(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """Return the daily sums that remain: ``requested_on`` and the lists' columns as in report_daily_lines."""
        wanted = [pl.col("requested_on") >= self.first] if self.first else []
        wanted += [pl.col("requested_on") <= self.last] if self.last else []
        return _kept(frame, [*wanted, *self._listed()])

    def _listed(self) -> list[pl.Expr]:
        """Return what the filters of several values leave."""
        return [pl.col(key).is_in(getattr(self, key)) for key in LISTS if getattr(self, key)]


def _kept(frame: pl.LazyFrame, wanted: list[pl.Expr]) -> pl.LazyFrame:
    """Return the rows for which all holds."""
    return frame.filter(*wanted) if wanted else frame


def _day(values: list[str] | None) -> date | None:
    """Return the last of the values as a day; None where it is none."""
    try:
        return date.fromisoformat(values[-1]) if values else None
    except ValueError:
        return None

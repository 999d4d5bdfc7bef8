"""How a source's files are to be read, where their values alone do not say it: declared by a manifest or a user.

Belongs here: the options and how several declarations become one. Does not: what is found out from the
values (``styles.py``), nor how a file is split into cells (``csv_cells.py``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipelines.errors import ReturnwatchError
from pipelines.ingest.dialect import Dialect

DATE_ORDERS = ("dmy", "mdy", "ymd")
DECIMAL_MARKS = (".", ",")


@dataclass(frozen=True, slots=True)
class ReaderOptions:
    """What is declared of a kind of file; None, or nothing, where it is left to the file itself."""

    date_order: str | None = None
    """The order of day, month and year in dates that are not ISO 8601: ``dmy``, ``mdy`` or ``ymd``."""
    decimal: str | None = None
    """The decimal mark of numbers in text files: a point or a comma."""
    timezone: str | None = None
    """The IANA name of the zone of moments without an offset; None is UTC."""
    nulls: tuple[str, ...] = ()
    """Cells that stand for nothing, beside those that are known to."""
    delimiter: str | None = None
    quote: str | None = None
    escape: str | None = None
    encoding: str | None = None
    skip_lines: int | None = None
    """Lines before the header."""

    def __post_init__(self) -> None:
        """Raise ValueError for a value that no reader understands."""
        if self.date_order not in (None, *DATE_ORDERS):
            raise ValueError(f"date_order is none of {', '.join(DATE_ORDERS)}")
        if self.decimal not in (None, *DECIMAL_MARKS):
            raise ValueError("decimal is neither . nor ,")
        if self.timezone is not None:
            _check_zone(self.timezone)
        object.__setattr__(self, "nulls", tuple(self.nulls))
        try:
            _ = self.dialect
        except ReturnwatchError as error:
            raise ValueError(str(error)) from None

    def over(self, declared: Mapping[str, Any]) -> Self:
        """Return these options with those that ``declared`` names in their place; TypeError for an unknown one."""
        return type(self)(**(asdict(self) | {name: value for name, value in declared.items() if value is not None}))

    @property
    def dialect(self) -> Dialect:
        """What is declared of text tables; ReturnwatchError where it makes no sense."""
        return Dialect(self.delimiter, self.quote, self.escape, self.encoding, self.skip_lines)

    @property
    def text(self) -> str:
        """The options that are set, as one line that is equal for equal options; empty where none is."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return (
            json.dumps({name: value for name, value in sorted(given.items()) if value}) if any(given.values()) else ""
        )


NOTHING_DECLARED = ReaderOptions()


def _check_zone(name: str) -> None:
    """Raise ValueError where there is no such time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError, ValueError):
        raise ValueError(f"timezone {name!r} is no IANA name such as Europe/Berlin") from None

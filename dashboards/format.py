"""How figures read: numbers, money, shares, changes, dates. Plain English, no locale, nothing of HTML.

What belongs here: one value in, one text out. A value that is not known reads as a dash. Negative
figures carry a true minus sign, thousands are parted by commas, halves round away from zero.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal

MISSING = "\u2013"
"""What stands where a figure is not known."""

MINUS = "\u2212"
THIN = "\u202f"
"""Narrow no-break space: keeps a figure and its per cent sign on one line."""

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_WIDE = Context(prec=60)

Figure = Decimal | int | float


def _rounded(value: Figure, decimals: int) -> Decimal | None:
    """Return the value rounded half away from zero; None where it is no number (NaN, infinite)."""
    exact = Decimal(str(value))
    if not exact.is_finite():
        return None
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP, context=_WIDE)


def number(value: Figure | None, decimals: int = 0) -> str:
    """Return a count or quantity: ``12,345``."""
    rounded = None if value is None else _rounded(value, decimals)
    if rounded is None:
        return MISSING
    text = f"{abs(rounded):,f}"
    return f"{MINUS}{text}" if rounded < 0 else text


def money(amount: Figure | None, decimals: int = 0) -> str:
    """Return an amount without its currency, which is said once for the whole page: ``12,345``."""
    return number(amount, decimals)


def share(rate: Figure | None, decimals: int = 1) -> str:
    """Return a rate from 0 to 1 in per cent: ``21.4 %``."""
    if rate is None:
        return MISSING
    text = number(Decimal(str(rate)) * 100, decimals)
    return text if text == MISSING else f"{text}{THIN}%"


def change(now: Figure | None, before: Figure | None, decimals: int = 1) -> str:
    """Return by how many percentage points a rate moved: ``up 3.0 points``; empty where one is not known."""
    if now is None or before is None:
        return ""
    points = _rounded((Decimal(str(now)) - Decimal(str(before))) * 100, decimals)
    if points is None:
        return ""
    if points == 0:
        return "unchanged"
    return f"{'up' if points > 0 else 'down'} {number(abs(points), decimals)} points"


def day(value: date | None) -> str:
    """Return a date, or the date of a moment: ``9 Nov 2026``."""
    return MISSING if value is None else f"{value.day} {MONTHS[value.month - 1]} {value.year:04d}"


def month(value: date | None) -> str:
    """Return the month of a date: ``Nov 2026``."""
    return MISSING if value is None else f"{MONTHS[value.month - 1]} {value.year:04d}"


def moment(value: datetime | None) -> str:
    """Return a moment, which is in UTC throughout: ``9 Nov 2026 06:00 UTC``."""
    return MISSING if value is None else f"{day(value)} {value:%H:%M} UTC"


def words(code: str | None) -> str:
    """Return a code as words with a capital first letter: ``item_not_received`` is ``Item not received``."""
    return sentence((code or "").replace("_", " ").strip()) or MISSING


def sentence(text: str) -> str:
    """Return the text with its first letter as a capital, the rest as it is."""
    return text[:1].upper() + text[1:]


def plural(count: int, one: str, many: str | None = None) -> str:
    """Return a count with its noun: ``1 file``, ``2 files``; ``many`` where an s is not enough."""
    return f"{number(count)} {one if count == 1 else many or f'{one}s'}"


def masked(identifier: str) -> str:
    """Return a shopper's identifier for those who may not see it: its end alone."""
    return f"•••{identifier[-2:]}"

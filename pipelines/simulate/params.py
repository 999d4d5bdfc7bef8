"""What a simulation is asked for, and what it reports back. No drawing and no writing."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime

MOST_ORDERS = 5_000_000
MOST_MONTHS = 60
MOST_ABUSE = 0.5


@dataclass(frozen=True, slots=True)
class SimulationParams:
    """The size and the nature of the made-up shop; the same parameters always give the same bytes.

    ``orders`` is exact. ``abuse_rate`` is the share of RMAs that are abuse (0 to 0.5), met nearly: a small shop
    may have too few RMAs for it, and an order may take a second RMA. The shop is observed from the first moment
    of ``start`` for ``months`` calendar months; what happens later is not in the exports. Reviewers have a verdict
    on ``verdict_share`` of the RMAs at most, late and not always right; with 0 there is no file of them. ValueError
    names the parameter that is out of range.
    """

    orders: int = 20_000
    seed: int = 7
    abuse_rate: float = 0.03
    start: date = date(2025, 1, 1)
    months: int = 14
    verdict_share: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what cannot be simulated."""
        _within("orders", self.orders, 1, MOST_ORDERS)
        _within("seed", self.seed, 0, 2**63 - 1)
        _within("abuse_rate", self.abuse_rate, 0, MOST_ABUSE)
        _within("months", self.months, 1, MOST_MONTHS)
        _within("verdict_share", self.verdict_share, 0, 1)
        _within("the year of start", self.start.year, 1990, 2100)

    @property
    def end(self) -> date:
        """The first day that is no longer simulated."""
        year, month = divmod(self.start.month - 1 + self.months, 12)
        year, month = self.start.year + year, month + 1
        return date(year, month, min(self.start.day, monthrange(year, month)[1]))

    @property
    def starts_at(self) -> int:
        """The first simulated second, in seconds since 1970 UTC."""
        return seconds_at(self.start)

    @property
    def ends_at(self) -> int:
        """The last simulated second, in seconds since 1970 UTC."""
        return seconds_at(self.end) - 1


@dataclass(frozen=True, slots=True)
class SimulationSummary:
    """How many rows of each table, RMAs and files were written; ``returns`` counts RMA lines."""

    orders: int
    order_lines: int
    returns: int
    products: int
    customers: int
    support_contacts: int
    chargebacks: int
    rmas: int
    abuse_rmas: int
    files: int


def seconds_at(day: date) -> int:
    """Return the first second of ``day``, in seconds since 1970 UTC."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _within(name: str, value: float, least: float, most: float) -> None:
    """Raise ValueError unless ``least <= value <= most`` (a NaN is never within)."""
    if not least <= value <= most:
        raise ValueError(f"{name} must be between {least} and {most}, not {value}")

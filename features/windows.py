"""Events by owner with running totals, and what they add up to before a moment.

What belongs here: looking back over a shopper's (an item's, a reason's) events from a moment, strictly
before it, for any number of look-back windows. What does not: what the events mean.

A total over a window is a difference of two running totals. Running totals are whole numbers (money in
1/10,000, chances in billionths), so a total is exact and the same whatever other owners' rows stand in
the frame and in which order. The two rows are found by binary search over one integer an event, made
of its owner and of the rank of its moment: it needs one integer sort, and neither sorted queries nor a
join for each window.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import polars as pl

MONEY_UNITS = 10_000
"""Units of money in one of the reporting currency: sums of amounts are whole numbers of these."""

CHANCE_UNITS = 1_000_000_000
"""Units in a chance of 1: sums of chances are whole numbers of these."""

_RANKS = 2**32
"""More than there are distinct moments: a place is ``owner * _RANKS + rank of the moment``."""


def money_units(column: str) -> pl.Expr:
    """Return an amount (decimal of four places) as a whole number of ``MONEY_UNITS``; null stays null."""
    return pl.col(column).cast(pl.Decimal(18, 4)).to_physical().cast(pl.Int64)


def in_currency(units: pl.Series) -> pl.Series:
    """Return whole ``MONEY_UNITS`` as the nearest float of the reporting currency.

    Divided by a column, because Polars multiplies by the inverse of a number, which misses by a last digit.
    """
    return units / pl.repeat(float(MONEY_UNITS), len(units), eager=True)


def chance_units(chance: pl.Expr) -> pl.Expr:
    """Return a chance between 0 and 1 as a whole number of ``CHANCE_UNITS``."""
    return (chance * CHANCE_UNITS).round().cast(pl.Int64)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Events of one kind in order of owner and moment, with running totals of their measures.

    ``owners`` numbers the owners, ``moments`` holds the distinct moments in order, ``places`` one sorted
    integer an event, and row ``i`` of ``totals`` the totals over the first ``i`` events.
    """

    keys: tuple[str, ...]
    owners: pl.DataFrame
    moments: pl.Series
    places: pl.Series
    totals: pl.DataFrame


@dataclass(frozen=True, slots=True)
class View:
    """A timeline seen from one moment a query: how many events lie before it, and before each window.

    Rows stand as the queries did. Positions are null where the query's owner is not known, and so is all
    that follows from them; they are equal where the owner had no event yet, and totals are then 0.
    """

    timeline: Timeline
    starts: Mapping[str, pl.Series]
    end: pl.Series

    def total(self, measure: str, window: str = "ever") -> pl.Series:
        """Return the sum of a measure over the events in a window, a whole number."""
        running = self.timeline.totals[measure]
        return (running.gather(self.end) - running.gather(self.starts[window])).alias(measure)

    def first(self) -> pl.Series:
        """Return the moment of the owner's first event before the query's moment; null where there is none."""
        return self._moment(self.starts["ever"])

    def last(self) -> pl.Series:
        """Return the moment of the owner's last event before the query's moment; null where there is none."""
        return self._moment(self.end - 1)

    def _moment(self, position: pl.Series) -> pl.Series:
        """Return the moment of the event at a position; null where the owner had no event."""
        some = position.set(self.end == self.starts["ever"], None)
        return self.timeline.moments.gather(self.timeline.places.gather(some) % _RANKS)


def earliest(frame: pl.DataFrame, at: str) -> datetime | None:
    """Return the earliest moment of a column; None where there is none."""
    first = frame[at].min()
    return first if isinstance(first, datetime) else None


def timeline(events: pl.DataFrame, keys: Sequence[str], at: str, measures: Sequence[str]) -> Timeline:
    """Put events in order of owner (``keys``) and moment (``at``), with running totals of whole-number measures.

    Events without an owner or without a moment belong to nobody's past and are left out.
    """
    placed = events.select(*keys, at, *measures).drop_nulls([*keys, at])
    owners = placed.select(keys).unique().with_row_index("_owner").with_columns(pl.col("_owner").cast(pl.Int64))
    moments = placed[at].unique().sort()
    owner = placed.join(owners, on=list(keys), how="left", maintain_order="left")["_owner"]
    places = _places(owner, moments, placed[at], placed[at].arg_sort())
    order = places.arg_sort()
    totals = placed.select(pl.col(list(measures)).cast(pl.Int64).fill_null(0).gather(order).cum_sum())
    zero = pl.DataFrame({name: [0] for name in measures}, schema=dict.fromkeys(measures, pl.Int64))
    return Timeline(tuple(keys), owners, moments, places.gather(order), pl.concat([zero, totals]))


def view(timeline: Timeline, queries: pl.DataFrame, at: str, windows: Mapping[str, int | None] | None = None) -> View:
    """Look back from each query's moment: up to just before it, from so many days before it (None: from the first).

    ``queries`` holds the timeline's keys and the moment ``at`` of the same type as the events'. A window
    holds the event that lies exactly its days before; the window ``ever`` is always there.
    """
    keys = list(timeline.keys)
    owners = queries.select(keys).join(timeline.owners, on=keys, how="left", maintain_order="left")["_owner"]
    is_known = queries.select(pl.all_horizontal(pl.col(keys).is_not_null())).to_series()
    seat = _Seat(timeline, owners, is_known)
    moment = queries[at]
    by_moment = moment.arg_sort()
    end = _places(seat.owner.fill_null(0), timeline.moments, moment, by_moment)
    by_place = end.arg_sort()
    starts = {"ever": seat.first()}
    for name, back in (windows or {}).items():
        if back is None:
            starts[name] = starts["ever"]
        else:
            began = _places(seat.owner.fill_null(0), timeline.moments, moment - timedelta(days=back), by_moment)
            starts[name] = seat.position(began, by_place)
    return View(timeline, starts, seat.position(end, by_place))


@dataclass(frozen=True, slots=True)
class _Seat:
    """Where queries stand in a timeline: the number of each one's owner (null: no event), and whether it has one."""

    timeline: Timeline
    owner: pl.Series
    is_known: pl.Series

    def position(self, places: pl.Series, order: pl.Series) -> pl.Series:
        """Return how many events lie before each query's place; ``order`` as of ``ranks``."""
        return self._known(ranks(self.timeline.places, places, order))

    def first(self) -> pl.Series:
        """Return how many events lie before all of each query's owner."""
        n_owners = self.timeline.owners.height
        first = self.timeline.places.search_sorted(pl.int_range(n_owners, eager=True) * _RANKS).cast(pl.Int64)
        return self._known(first.gather(self.owner))

    def _known(self, position: pl.Series) -> pl.Series:
        """Return positions: 0 where the owner had no event, null where the owner is not known."""
        return position.set(self.owner.is_null(), 0).set(~self.is_known, None)


def ranks(placed: pl.Series, asked: pl.Series, order: pl.Series) -> pl.Series:
    """Return how many of the sorted ``placed`` lie before each of ``asked``.

    ``order`` says in which order to ask. Any gives the same, but in one that nearly sorts what is asked each search
    finds what it needs in the cache that the one before has filled: six times as fast over a million events.
    """
    found = np.empty(len(asked), dtype=np.int64)
    found[order.to_numpy()] = placed.search_sorted(asked.gather(order)).to_numpy()
    return pl.Series(found)


def _places(owner: pl.Series, moments: pl.Series, moment: pl.Series, order: pl.Series) -> pl.Series:
    """Return one integer for owner and moment that orders as they do; the rank counts the earlier moments.

    ``order`` as of ``ranks``.
    """
    return owner * _RANKS + ranks(moments.cast(pl.Int64), moment.cast(pl.Int64), order)

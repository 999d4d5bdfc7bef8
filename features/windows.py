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
from datetime import datetime
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

IntArray = npt.NDArray[np.int64]
CountArray = npt.NDArray[np.int32] | npt.NDArray[np.int64]
HashArray = npt.NDArray[np.uint64]
BoolArray = npt.NDArray[np.bool_]
Whole = TypeVar("Whole", np.int64, np.uint64)

MONEY_UNITS = 10_000
"""Units of money in one of the reporting currency: sums of amounts are whole numbers of these."""

CHANCE_UNITS = 1_000_000_000
"""Units in a chance of 1: sums of chances are whole numbers of these."""

_LONG_AGO = -(2**61)
"""A tick before every moment, and so are the days before it."""

_TICKS_A_DAY = {None: 1, "ms": 86_400 * 10**3, "us": 86_400 * 10**6, "ns": 86_400 * 10**9}
"""By the time unit of moments; dates have none."""

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
"""An odd number whose bits stand in no order, so that hashes of several names do not cancel each other out."""

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
    """Events of one kind in order of owner and moment, with running totals of their measures; all arrays are sorted.

    ``keys`` are the columns that name an owner, with their types, ``owners`` a number made of each owner's names,
    ``moments`` the distinct moments (of type ``at``) as whole numbers, ``places`` one integer an event, ``firsts`` how
    many events lie before each owner's first, and place ``i`` of each of ``totals`` the total over the first ``i``
    events.

    Owners go by a hash of 64 bits of their names: of ten million owners, two have the same with a chance of one in
    three hundred thousand, and numbers need a fraction of the memory and the time of names.
    """

    keys: Mapping[str, pl.DataType]
    at: pl.DataType
    owners: HashArray
    moments: IntArray
    places: IntArray
    firsts: CountArray
    totals: Mapping[str, CountArray]


@dataclass(frozen=True, slots=True)
class View:
    """A timeline seen from one moment a query: how many events lie before it, and before each window.

    Rows stand as the queries did. Where the query's owner ``is_unknown``, all that follows is null; positions are
    equal where the owner had no event yet, and totals are then 0.
    """

    timeline: Timeline
    starts: Mapping[str, IntArray]
    end: IntArray
    is_unknown: BoolArray

    def total(self, measure: str, window: str = "ever") -> pl.Series:
        """Return the sum of a measure over the events in a window, a whole number."""
        running = self.timeline.totals[measure]
        total = running[self.end].astype(np.int64) - running[self.starts[window]]
        return _nulled(pl.Series(measure, total), self.is_unknown)

    def first(self) -> pl.Series:
        """Return the moment of the owner's first event before the query's moment; null where there is none."""
        return self._moment(self.starts["ever"])

    def last(self) -> pl.Series:
        """Return the moment of the owner's last event before the query's moment; null where there is none."""
        return self._moment(self.end - 1)

    def _moment(self, position: IntArray) -> pl.Series:
        """Return the moment of the event at a position; null where the owner had no event."""
        moments, places = self.timeline.moments, self.timeline.places
        is_none = self.is_unknown | (self.end == self.starts["ever"])
        if not places.size:
            return pl.Series([None] * len(is_none), dtype=self.timeline.at)
        found = pl.Series(moments[places[np.where(is_none, 0, position)] % _RANKS])
        physical = pl.Int32 if self.timeline.at == pl.Date else pl.Int64
        return _nulled(found.cast(physical).cast(self.timeline.at), is_none)


def earliest(frame: pl.DataFrame, at: str) -> datetime | None:
    """Return the earliest moment of a column; None where there is none."""
    first = frame[at].min()
    return first if isinstance(first, datetime) else None


def timeline(events: pl.DataFrame, keys: Sequence[str], at: str, measures: Sequence[str]) -> Timeline:
    """Put events in order of owner (``keys``) and moment (``at``), with running totals of whole-number measures.

    Events without an owner or without a moment belong to nobody's past and are left out.
    """
    placed = events.select(*keys, at, *measures).drop_nulls([*keys, at])
    named = placed.select(keys)
    owners, owner = _numbered(_hashes(named))
    moments, rank = _numbered(_ticks(placed[at]))
    unsorted = owner * _RANKS + rank
    order = pl.Series(unsorted).arg_sort()
    places = unsorted[order.to_numpy()]
    firsts = np.searchsorted(places, np.arange(owners.size) * _RANKS)
    counted = placed.select(pl.col(list(measures)).cast(pl.Int64).fill_null(0))
    totals = {name: _totals(counted[name].gather(order)) for name in measures}
    return Timeline(dict(named.schema), placed[at].dtype, owners, moments, places, _small(firsts), totals)


def view(timeline: Timeline, queries: pl.DataFrame, at: str, windows: Mapping[str, int | None] | None = None) -> View:
    """Look back from each query's moment: up to just before it, from so many days before it (None: from the first).

    ``queries`` holds the timeline's keys and the moment ``at`` of the same type as the events'. A window
    holds the event that lies exactly its days before; the window ``ever`` is always there.
    """
    named = queries.select(pl.col(name).cast(dtype) for name, dtype in timeline.keys.items())
    is_unknown = named.select(pl.any_horizontal(pl.all().is_null())).to_series().to_numpy()
    owner, has_no_event = _owners(timeline.owners, named)
    # most queries of a seldom sign are about owners who never showed it
    known = np.flatnonzero(~has_no_event)
    owner, moment, a_day = owner[known], _ticks(queries[at])[known], _ticks_a_day(queries[at])
    by_moment = pl.Series(moment).arg_sort().to_numpy()
    places = _places(owner, timeline.moments, moment, by_moment)
    by_place = pl.Series(places).arg_sort().to_numpy()

    def seated(positions: CountArray) -> IntArray:
        """Return positions for all queries: 0 where the owner had no event."""
        seats = np.zeros(len(has_no_event), dtype=np.int64)
        seats[known] = positions
        return seats

    starts = {"ever": seated(timeline.firsts[owner])}
    for name, back in (windows or {}).items():
        if back is None:
            starts[name] = starts["ever"]
        else:
            began = _places(owner, timeline.moments, moment - back * a_day, by_moment)
            starts[name] = seated(ranks(timeline.places, began, by_place))
    return View(timeline, starts, seated(ranks(timeline.places, places, by_place)), is_unknown)


def _hashes(named: pl.DataFrame) -> HashArray:
    """Return one number for the names in each row."""
    first, *further = named.get_columns()
    mixed: HashArray = first.hash().to_numpy()
    for names in further:
        mixed = mixed * _MULTIPLIER + names.hash().to_numpy()
    return mixed


def _owners(owners: HashArray, named: pl.DataFrame) -> tuple[IntArray, BoolArray]:
    """Return the place of each row's owner among the owners, and whether it is none of them (its place is 0 then)."""
    asked = _hashes(named)
    if not owners.size:
        return np.zeros(asked.size, dtype=np.int64), np.ones(asked.size, dtype=np.bool_)
    place = ranks(owners, asked, pl.Series(asked).arg_sort().to_numpy())
    place[place == owners.size] = 0
    is_none = owners[place] != asked
    place[is_none] = 0
    return place, is_none


def _numbered(values: npt.NDArray[Whole]) -> tuple[npt.NDArray[Whole], IntArray]:
    """Return the distinct values in order, and the place of each value among them."""
    order = pl.Series(values).arg_sort().to_numpy()
    placed = values[order]
    is_first = np.append(True, placed[1:] != placed[:-1])[: placed.size]
    numbers = np.empty(values.size, dtype=np.int64)
    numbers[order] = np.cumsum(is_first) - 1
    return placed[is_first], numbers


def _totals(events: pl.Series) -> CountArray:
    """Return what the events before each of them add up to, and after the last one."""
    return _small(np.append(0, events.cum_sum().to_numpy()))


def _small(counts: IntArray) -> CountArray:
    """Return whole numbers in half the memory, where they fit."""
    bound = np.iinfo(np.int32)
    fits = counts.min(initial=0) >= bound.min and counts.max(initial=0) <= bound.max
    return counts.astype(np.int32) if fits else counts


def _nulled(values: pl.Series, is_null: BoolArray) -> pl.Series:
    """Return the values, null where it is said so."""
    return values.set(pl.Series(is_null), None) if is_null.any() else values


def _ticks(moments: pl.Series) -> IntArray:
    """Return moments as whole numbers that order as they do: microseconds or days; none is before them all."""
    ticks = moments.cast(pl.Int64)
    return (ticks.fill_null(_LONG_AGO) if ticks.null_count() else ticks).to_numpy()


def _ticks_a_day(moments: pl.Series) -> int:
    """Return how many of ``_ticks`` a day has."""
    return _TICKS_A_DAY[getattr(moments.dtype, "time_unit", None)]


def ranks(placed: npt.NDArray[Whole], asked: npt.NDArray[Whole], order: IntArray) -> IntArray:
    """Return how many of the sorted ``placed`` lie before each of ``asked``.

    ``order`` says in which order to ask. Any gives the same, but in one that nearly sorts what is asked each search
    finds what it needs in the cache that the one before has filled: six times as fast over a million events.
    """
    found = np.empty(len(asked), dtype=np.int64)
    found[order] = np.searchsorted(placed, asked[order])
    return found


def _places(owner: IntArray, ticks: IntArray, moment: IntArray, order: IntArray) -> IntArray:
    """Return one integer for owner and moment that orders as they do; the rank counts the earlier moments.

    ``order`` as of ``ranks``.
    """
    return owner * _RANKS + ranks(ticks, moment, order)

"""The ledger of signs: how often a sign showed in an owner's past, against how often it shows in the shop.

What belongs here: the shop's rate of any yes-or-no sign, and what an owner's signs exceed it by. What does not:
which signs there are (each family names its own).

One light parcel happens to everybody; three of them say more than a light parcel, a late request and an odd comment.
So signs are counted one by one, those of one RMA that were told together as one: its lines share a parcel. The
expected number is the sum of the chances that the shop's rate gave each parcel (each request, each inspection) on its
day, so that who returns much is expected to show more.

It matters whether this RMA shows the sign, too: the third light parcel is a fact about it, while a good parcel of who
sent two light ones is a good parcel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from features.params import FeatureParams
from features.windows import CHANCE_UNITS, Timeline, chance_units, timeline, view

USUAL_RATE = 0.02
"""The rate of a sign before the shop's exports tell it: a sign is something that seldom shows."""
SHOP_WEIGHT, GROUP_WEIGHT = 50.0, 20.0
"""So many events of the shop (of a group) count as much as the usual rate (the shop's)."""

HABIT = 2.0
"""Shape of how owners differ: the spread of their rates is 0.7 of the mean."""

_ALL = "_all"
_KEY = ["rma_id", "stage"]


@dataclass(frozen=True, slots=True)
class SignRates:
    """How often a sign showed, by group (``by``) and in the whole shop, in daily running totals.

    ``least_excess``: an owner's excess up to this is none; ``least_again``: so where the RMA at hand shows the sign.
    """

    by: tuple[str, ...]
    groups: Timeline
    shop: Timeline
    least_excess: float = 0.0
    least_again: float = 0.0


def learn_rates(events: pl.DataFrame, by: Sequence[str] = (), params: FeatureParams | None = None) -> SignRates:
    """Return the rates of a sign from events of the whole shop; without ``params`` any excess is one.

    ``events``: ``known_at`` (null: nobody's past), ``sign`` (null: it could not show), and the columns ``by``.
    """
    return rates_of(daily_signs(events, by), by, params)


def daily_signs(events: pl.DataFrame, by: Sequence[str] = ()) -> pl.DataFrame:
    """Return how many events of each day (and group) could show a sign, and how many did; ``learn_rates``' events."""
    shown = events.drop_nulls(["known_at", "sign"]).select(
        *by,
        pl.col("known_at").dt.date().alias("day"),
        pl.lit(value=True).alias(_ALL),
        events=pl.lit(1, pl.Int64),
        signs=pl.col("sign").cast(pl.Int64),
    )
    return shown.group_by(*by, "day", _ALL).agg(pl.col("events", "signs").sum())


def rates_of(daily: pl.DataFrame, by: Sequence[str] = (), params: FeatureParams | None = None) -> SignRates:
    """Return the rates that ``daily_signs`` of a whole shop tell, whether a day stands in one row or several."""
    groups = daily if by else daily.clear()
    measures = ["events", "signs"]
    whole = timeline(daily, [_ALL], "day", measures)
    least = (params.least_excess, params.least_again) if params else (0.0, 0.0)
    return SignRates(tuple(by), timeline(groups, list(by) or [_ALL], "day", measures), whole, *least)


def events_so_far(days: pl.DataFrame, rates: SignRates) -> pl.Series:
    """Return how many events the shop had told before each row's ``day``."""
    return view(rates.shop, days.with_columns(pl.lit(value=True).alias(_ALL)), "day").total("events")


def with_chance(rows: pl.DataFrame, rates: SignRates) -> pl.DataFrame:
    """Add ``chance`` to rows of ``day`` and the rates' groups: the sign's rate up to the day before, never null.

    In whole ``CHANCE_UNITS``. The group's rate is shrunken to the shop's, the shop's to ``USUAL_RATE``.
    """
    asked = rows.select("day", *rates.by).unique().with_columns(pl.lit(value=True).alias(_ALL))
    shop, group = view(rates.shop, asked, "day"), view(rates.groups, asked, "day")
    n = shop.total("events")
    usual = (shop.total("signs") + USUAL_RATE * SHOP_WEIGHT) / (n + SHOP_WEIGHT)
    if rates.by:
        events, signs = group.total("events").fill_null(0), group.total("signs").fill_null(0)
        usual = (signs + usual * GROUP_WEIGHT) / (events + GROUP_WEIGHT)
    told = asked.with_columns(usual.alias("chance")).with_columns(chance_units(pl.col("chance"))).drop(_ALL)
    return rows.join(told, on=["day", *rates.by], how="left", nulls_equal=True, maintain_order="left")


def ledger_excess(
    rows: pl.DataFrame, now: pl.DataFrame, past: pl.DataFrame, rates: SignRates, owner: str = "customer_id"
) -> pl.DataFrame:
    """Return for each row of RMA and stage how far the owner's signs exceed the shop's rate, as a power of ten.

    ``rows``: ``rma_id``, ``stage``, ``stage_at``, ``day`` and the owner. ``now``: events of each row's own RMA as known
    then (its key, ``day``, ``sign``, groups). ``past``: the owners' events of all RMAs (``rma_id``, the owner,
    ``known_at``, ``sign``, groups), of which those known before ``stage_at`` on other RMAs count. Two columns:
    ``again`` where this RMA shows the sign, too, ``before`` where it does not, or nobody can tell yet; each 0 where the
    other does. 0 where no other RMA showed the sign (one sign is no ledger), or the excess is no more than the rates'
    least. Null where the owner is not known, or no export had told of the sign yet.
    """
    counted = _counted(rows, now, past, rates, owner)
    unlikely = surprise(pl.col("signs"), pl.col("expected"))
    is_again = pl.col("signs") > pl.col("others")
    least = pl.when(is_again).then(rates.least_again).otherwise(rates.least_excess)
    excess = pl.when((pl.col("others") > 0) & (unlikely > least)).then(unlikely).otherwise(0.0)
    is_told = (pl.col("events") > 0) & pl.col("others").is_not_null()
    return counted.select(
        again=pl.when(is_told).then(pl.when(is_again).then(excess).otherwise(0.0)),
        before=pl.when(is_told).then(pl.when(is_again).then(0.0).otherwise(excess)),
    )


def _counted(rows: pl.DataFrame, now: pl.DataFrame, past: pl.DataFrame, rates: SignRates, owner: str) -> pl.DataFrame:
    """Return the signs of each row's owner on other RMAs and with this one, how many were expected, and all events."""
    own = _once(with_chance(now.drop_nulls("sign"), rates), _KEY)
    this = rows.select(_KEY).join(own, on=_KEY, how="left", maintain_order="left").fill_null(0)
    dated = past.drop_nulls([owner, "known_at", "sign"]).with_columns(day=pl.col("known_at").dt.date())
    # Owners who never showed the sign have no excess: their many events need no place in the timelines.
    showing = dated.join(dated.filter("sign").select(owner).unique(), on=owner, how="semi")
    earlier = _once(with_chance(showing, rates), [owner, "rma_id", "known_at"])
    theirs = view(timeline(earlier, [owner], "known_at", ["sign", "chance"]), rows, "stage_at")
    itself = view(timeline(earlier, [owner, "rma_id"], "known_at", ["sign", "chance"]), rows, "stage_at")
    return rows.select(
        others=theirs.total("sign") - itself.total("sign"),
        signs=theirs.total("sign") - itself.total("sign") + this["sign"],
        expected=(theirs.total("chance") - itself.total("chance") + this["chance"]) / CHANCE_UNITS,
        events=events_so_far(rows, rates),
    )


def _once(lines: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Return what lines that were told together say as one: whether any shows the sign, and the chance that one does.

    One lost parcel is one sign, however many lines were in it; the chances' sum, at most 1, bounds the chance.
    """
    chance = pl.col("chance").cast(pl.Int64).sum().clip(upper_bound=CHANCE_UNITS)
    return lines.group_by(keys).agg(pl.col("sign").cast(pl.Int64).max(), chance)


def surprise(count: pl.Expr, expected: pl.Expr) -> pl.Expr:
    """Return at least how unlikely so many are where so many are expected: a chance of ``10 ** -value`` or less.

    Owners differ honestly, so their rates are thought to be spread around the shop's as a gamma distribution of shape
    ``HABIT``: Chernoff's bound of the negative binomial tail, ``k ln(k / m) - (k + h) ln((k + h) / (m + h))`` over
    ``ln 10``. Forty where ten were expected is a habit; three where a tenth was is more than that. 0 where no more
    than expected came.
    """
    mean = expected.clip(lower_bound=1e-9)
    spread = (count + HABIT) * ((count + HABIT) / (mean + HABIT)).log()
    bound = (count * (count / mean).log() - spread) / pl.lit(10.0).log()
    return pl.when(count > mean).then(bound).otherwise(0.0)

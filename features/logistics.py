"""What carrier and dock say of the parcel: its weight, its way, its units, its number.

What belongs here: parcel facts with a size, against what is usual in the shop so far. What does not: yes-or-no facts
(``signs``), trouble of whole routes (``route``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import polars as pl

from features.learning import Gathered, Learner, Part
from features.ledger import SignRates, learn_rates, ledger_excess
from features.norms import Norms, beyond, daily_sums, learn_norms, norms_of, with_standing
from features.params import FeatureParams
from features.signs import MISCOUNT
from features.stages import Cases
from features.windows import Timeline, timeline, view

LIGHT = -3.0
"""A parcel lighter by so many standard deviations is a light one, for the ledger."""
MOST_USES = 50
"""A number on more RMAs than that is a placeholder."""
ONE_PARCEL_DAYS = 3
"""RMAs of one shopper within so many days may share a parcel."""
NOBODY = ""
"""The shopper of RMAs that name none."""
_KEY = ["rma_id", "stage"]
_RECENT = {"90d": 90}


@dataclass(frozen=True, slots=True)
class Logistics:
    """What the whole shop tells of parcels: weights, light ones, ways, destinations, numbers."""

    weights: Norms
    light: SignRates
    transit: Norms
    postcodes: Timeline
    parcels: Timeline
    numbers: Timeline
    own_numbers: Timeline
    nobodys: pl.DataFrame
    """Uses of numbers by RMAs that name no shopper: nobody's past is with one bucket of shoppers."""
    params: FeatureParams


def _gather(part: Part) -> Gathered:
    """Return what parcels weighed, how long they took by day, how many went where by day, and who used which number."""
    lines = part.purchased
    day = pl.col("parcel_known_at").dt.date().alias("parcel_day")
    sent = lines.drop_nulls(["tracking_destination_postcode", "parcel_known_at"])
    return {
        "weighed": _weighed(lines).select("known_at", "day", "band", "x"),
        "transit": daily_sums(_transit(lines), ["carrier"], 10.0),
        "sent": sent.group_by("tracking_destination_postcode", day).agg(
            pl.lit(value=True).alias("_all"), n=pl.len().cast(pl.Int64)
        ),
        "uses": _uses(part.home.rma_lines),
        "nobodys": _asked_uses(part.home.rma_lines).filter(pl.col("customer_id") == NOBODY),
    }


def _learn(gathered: Gathered, params: FeatureParams) -> partial[pl.DataFrame]:
    """Learn what parcels weigh, how long they take, where they go, and which numbers they carry."""
    weighed, sent, uses = gathered["weighed"], gathered["sent"], gathered["uses"]
    weights = learn_norms(weighed, ["band"], 1.5, params.least_events)
    return partial(
        _tell_logistics,
        learned=Logistics(
            weights,
            learn_rates(_light(weighed, weights), (), params),
            norms_of(gathered["transit"], ["carrier"], params.least_events),
            timeline(sent, ["tracking_destination_postcode"], "parcel_day", ["n"]),
            timeline(sent, ["_all"], "parcel_day", ["n"]),
            timeline(uses, ["tracking_number"], "known_at", ["n"]),
            timeline(uses, ["tracking_number", "customer_id"], "known_at", ["n"]),
            gathered["nobodys"],
            params,
        ),
    )


LEARNER = Learner(_gather, _learn)


def _goods(lines: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """Add ``goods_g`` to rows of ``rma_id`` and ``known_at``: what the RMA's goods asked by then weigh together.

    Null where a product's weight is not known.
    """
    grams = pl.when(pl.col("is_return")).then(pl.col("weight_g") * pl.col("quantity")).otherwise(0)
    heavy = lines.select("rma_id", "requested_at", g=grams, unknown=grams.is_null().cast(pl.Int64))
    after = asked.with_columns(_after=pl.col("known_at") + pl.duration(microseconds=1))
    seen = view(timeline(heavy, ["rma_id"], "requested_at", ["g", "unknown"]), after, "_after")
    known = asked.with_columns(seen.total("g").alias("goods_g"), seen.total("unknown").alias("_unknown"))
    return known.with_columns(
        goods_g=pl.when((pl.col("_unknown") == 0) & (pl.col("goods_g") > 0)).then("goods_g")
    ).drop("_unknown")


def _weighed(lines: pl.DataFrame) -> pl.DataFrame:
    """Return each scanned line of goods as an event: the parcel's weight over its RMA's goods (``x``, a logarithm)."""
    scanned = lines.filter("is_return", pl.col("scan_weight_g") > 0).select(
        "rma_id", "customer_id", "scan_weight_g", pl.col("parcel_known_at").alias("known_at")
    )
    return _excess_weight(_goods(lines, scanned.drop_nulls("known_at"))).with_columns(day=pl.col("known_at").dt.date())


def _excess_weight(rows: pl.DataFrame) -> pl.DataFrame:
    """Add ``x`` and the ``band`` of goods of about the same weight: packaging weighs most in light parcels."""
    return rows.with_columns(
        x=(pl.col("scan_weight_g") / pl.col("goods_g")).log(),
        band=pl.col("goods_g").log(2).floor().cast(pl.Int64),
    )


def _light(weighed: pl.DataFrame, weights: Norms) -> pl.DataFrame:
    return with_standing(weighed, weights).with_columns(sign=pl.col("z") < LIGHT)


def _transit(lines: pl.DataFrame) -> pl.DataFrame:
    """Return how long parcels took from shipment to receipt (``x``: the logarithm of quarter days)."""
    days = (pl.col("received_at") - pl.col("shipped_at")).dt.total_seconds() / 86_400
    return lines.select(
        "rma_id",
        "carrier",
        pl.col("received_at").alias("known_at"),
        x=pl.when((days >= 0) & pl.col("is_mailed")).then((days + 0.25).log()),
    )


def _uses(rma_lines: pl.DataFrame) -> pl.DataFrame:
    """Return once an RMA and tracking number when that was known first."""
    told = rma_lines.drop_nulls(["tracking_number", "parcel_known_at"])
    return told.group_by("tracking_number", "rma_id").agg(
        pl.col("parcel_known_at").min().alias("known_at"), pl.col("customer_id").min().fill_null(NOBODY), n=pl.lit(1)
    )


def _asked_uses(rma_lines: pl.DataFrame) -> pl.DataFrame:
    """Return ``_uses`` with the moment at which the RMA was asked for."""
    asked = rma_lines.group_by("rma_id").agg(asked_at=pl.col("requested_at").min())
    return _uses(rma_lines).join(asked, on="rma_id")


def _tell_logistics(cases: Cases, learned: Logistics) -> pl.DataFrame:
    """Return the parcel features of each RMA and stage."""
    lines = cases.purchased
    told = cases.rows
    for facts in (
        _weight_of(lines, learned),
        _transit_of(lines, learned),
        _destination_of(lines, learned),
        _numbers_of(lines, learned, cases.part.rma_lines),
        _short_of(lines),
    ):
        told = told.join(facts, on=_KEY, how="left", maintain_order="left")
    events = _light(_weighed(cases.past_purchased), learned.weights)
    own = told.select(*_KEY, day="weighed_day", sign=-pl.col("parcel_weight_deficit") < LIGHT)
    ledger = ledger_excess(cases.rows, own, events, learned.light)
    return told.with_columns(light_parcel_ledger=ledger["again"], light_parcel_before=ledger["before"]).drop(
        "stage_at", "customer_id", "requested_at", "day", "weighed_day"
    )


def _known_day(fact: str, known_at: str = "parcel_known_at") -> pl.Expr:
    """Return as of which day a fact is weighed: the day when it was known first, on which not even it is usual yet."""
    return pl.min_horizontal(pl.col(known_at).dt.date(), "day").filter(pl.col(fact).is_not_null()).min()


def _weight_of(lines: pl.DataFrame, learned: Logistics) -> pl.DataFrame:
    """Return by how much each RMA's parcels are lighter or heavier than their goods predict, and as of which day."""
    goods = pl.col("weight_g") * pl.col("quantity")
    parcels = (
        lines.filter("is_return")
        .group_by(*_KEY, "tracking_number")
        .agg(
            pl.col("scan_weight_g").max(),
            day=_known_day("scan_weight_g"),
            goods_g=goods.sum(),
            unknown=goods.is_null().any(),
        )
    )
    whole = parcels.group_by(_KEY).agg(
        pl.col("scan_weight_g", "goods_g").sum(), pl.col("day").min(), unknown=pl.col("unknown").any()
    )
    told = whole.filter(~pl.col("unknown"), pl.col("scan_weight_g") > 0, pl.col("goods_g") > 0)
    standing = with_standing(_excess_weight(told), learned.weights)
    return standing.select(
        *_KEY,
        weighed_day="day",
        parcel_weight_deficit=beyond(-pl.col("z"), learned.params.least_deviation),
        parcel_weight_surplus=beyond(pl.col("z"), learned.params.least_deviation),
    )


def _transit_of(lines: pl.DataFrame, learned: Logistics) -> pl.DataFrame:
    """Return by how much each RMA's parcel took longer than usual for its carrier."""
    days = (pl.col("received_at") - pl.col("shipped_at")).dt.total_seconds() / 86_400
    day = pl.min_horizontal(pl.col("received_at").dt.date(), "day").alias("day")
    sent = lines.select(*_KEY, day, "carrier", x=pl.when((days >= 0) & pl.col("is_mailed")).then((days + 0.25).log()))
    slow = with_standing(sent.drop_nulls("x"), learned.transit)
    return slow.group_by(_KEY).agg(transit_excess=beyond(pl.col("z").max(), learned.params.least_deviation))


def _destination_of(lines: pl.DataFrame, learned: Logistics) -> pl.DataFrame:
    """Return how seldom parcels of the last 90 days went where the RMA's went."""
    day = pl.min_horizontal(pl.col("parcel_known_at").dt.date(), "day").alias("day")
    sent = lines.drop_nulls("tracking_destination_postcode").with_columns(day, _all=pl.lit(value=True))
    there = view(learned.postcodes, sent, "day", _RECENT).total("n", "90d")
    anywhere = view(learned.parcels, sent, "day", _RECENT).total("n", "90d")
    counts = sent.select(*_KEY, n=there.fill_null(0), of=anywhere)
    params = learned.params
    seldom = -((pl.col("n") + 0.5) / (pl.col("of") + 1)).log10()
    return counts.group_by(_KEY).agg(
        destination_surprise=pl.when(pl.col("of") >= params.least_events)
        .then(beyond(seldom, params.least_surprise))
        .max()
    )


def _numbers_of(lines: pl.DataFrame, learned: Logistics, rma_lines: pl.DataFrame) -> pl.DataFrame:
    """Return whether the RMA's tracking number was on another one's parcel before.

    Of another shopper, or of an RMA of the shopper's (``rma_lines``) that was asked more than ``ONE_PARCEL_DAYS`` days
    earlier: who asks twice in these days sends one parcel.
    """
    sent_at = pl.min_horizontal("parcel_known_at", "stage_at").min()
    numbered = (
        lines.drop_nulls("tracking_number")
        .with_columns(pl.col("customer_id").fill_null(NOBODY))
        .group_by(*_KEY, "customer_id", "tracking_number")
        .agg(moment=sent_at, before=pl.col("requested_at").min() - pl.duration(days=ONE_PARCEL_DAYS))
    )
    # The number's own use begins at that very moment, and so is not before it.
    uses, own = (view(of, numbered, "moment") for of in (learned.numbers, learned.own_numbers))
    counts = numbered.with_columns(
        uses=uses.total("n").fill_null(0), strange=uses.total("n").fill_null(0) - own.total("n").fill_null(0)
    )
    asked = pl.concat([_asked_uses(rma_lines).filter(pl.col("customer_id") != NOBODY), learned.nobodys])
    earlier = _used_before(counts.filter((pl.col("strange") == 0) & (pl.col("uses") <= MOST_USES)), asked)
    known = counts.join(earlier, on=[*_KEY, "tracking_number"], how="left")
    is_early = pl.col("is_early").fill_null(value=False)
    is_reused = ((pl.col("strange") > 0) | is_early) & (pl.col("uses") <= MOST_USES)
    return known.group_by(_KEY).agg(tracking_reused=is_reused.any().cast(pl.Float64))


def _used_before(numbered: pl.DataFrame, uses: pl.DataFrame) -> pl.DataFrame:
    """Return the rows whose number the same shopper had given for an RMA asked ``before`` (known by the moment)."""
    pairs = numbered.join(uses.rename({"rma_id": "other"}), on=["tracking_number", "customer_id"])
    earlier = pairs.filter(
        pl.col("other") != pl.col("rma_id"),
        pl.col("known_at") < pl.col("moment"),
        pl.col("asked_at") < pl.col("before"),
    )
    return earlier.select(*_KEY, "tracking_number", is_early=pl.lit(value=True)).unique()


def _short_of(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the share of the units that were said to be sent and did not come; 0 up to a miscount."""
    counted = lines.filter("is_return", pl.col("received_quantity").is_not_null())
    came = pl.min_horizontal("received_quantity", "quantity").sum()
    asked = pl.col("quantity").sum()
    share = pl.when(asked - came > MISCOUNT * asked).then(1 - came / asked).otherwise(0.0)
    return counted.group_by(_KEY).agg(missing_unit_share=share)

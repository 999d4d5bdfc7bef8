"""Who handled the RMA: exceptions of an agent or a store against their peers, and for whom they were made.

What belongs here: agents' and stores' handled lines, exceptions and shoppers up to a moment. What does not: what an
exception is (``exceptions``).

Lines handled without a store (by mail) count as those of one store, so that an agent is compared with those who do
the same work. What an agent authorised is known from the parcel facts on, what was refunded from the refund on. An
RMA is no part of its own past.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import polars as pl

from features.catalogue.agent import AGENT
from features.exceptions import AUTHORISED, PAID_OUT, Customs, with_exceptions
from features.excess import standardised
from features.learning import Gathered, Part
from features.stages import Cases
from features.windows import Timeline, timeline, view

ALL = "_all"
PEER_LINES = 50.0
"""Weight of the whole shop's rate in that of an agent's peers, in lines."""

SORTS = dict.fromkeys(AUTHORISED, "lines") | dict.fromkeys(PAID_OUT, "paid")
"""Every exception and which lines it is a share of."""

MEASURES = ("rmas", "lines", "paid", *SORTS)
OWNERS: Mapping[str, tuple[str, ...]] = {
    "agent": ("store", "agent_id"),
    "store": ("store",),
    "shop": (ALL,),
    "shopper": ("store", "customer_id"),
    "pair": ("store", "agent_id", "customer_id"),
    "own": ("rma_id", "store", "agent_id"),
    "own_store": ("rma_id", "store"),
}
"""Whose lines are counted: an agent's and a shopper's within a store each."""


@dataclass(frozen=True, slots=True)
class AgentTables:
    """What was handled so far, by each of ``OWNERS``, and since when the exports tell what."""

    handled: Mapping[str, Timeline]
    customs: Customs


def gather_agent(part: Part, customs: Customs) -> Gathered:
    """Return who handled what when; ``customs`` are the whole shop's."""
    return {"events": _events(with_exceptions(_placed(part.home.rma_lines), part.around.products, customs))}


def learn_agent(gathered: Gathered, customs: Customs) -> partial[pl.DataFrame]:
    """Learn who handled what when."""
    events = gathered["events"]
    handled = {name: timeline(events, keys, "at", MEASURES) for name, keys in OWNERS.items()}
    return partial(_tell_agent, tables=AgentTables(handled, customs))


def _placed(lines: pl.DataFrame) -> pl.DataFrame:
    """Add where lines were handled, and the RMA's shopper as theirs."""
    return lines.with_columns(
        pl.lit(value=True).alias(ALL), store=pl.col("store_id").fill_null(""), customer_id="rma_customer_id"
    ).filter(pl.col("agent_id").is_not_null() | pl.col("store_id").is_not_null())


def _events(lines: pl.DataFrame) -> pl.DataFrame:
    """Return what was handled when: a line with its parcel facts, and again with its refund."""
    keys = [*dict.fromkeys(key for keys in OWNERS.values() for key in keys)]
    dated = lines.drop_nulls("parcel_known_at").sort("parcel_known_at")
    authorised = dated.select(
        *keys,
        *AUTHORISED,
        at="parcel_known_at",
        lines=pl.lit(1),
        rmas=pl.struct("rma_id", "store", "agent_id").is_first_distinct().cast(pl.Int64),
    )
    paid = dated.filter(pl.col("is_paid") == 1, pl.col("outcome_known_at").is_not_null()).select(
        *keys, *PAID_OUT, at=pl.max_horizontal("parcel_known_at", "outcome_known_at"), paid=pl.lit(1)
    )
    return pl.concat([authorised, paid], how="diagonal")


def _tell_agent(cases: Cases, tables: AgentTables) -> pl.DataFrame:
    """Return the features of the family ``agent``, one row an RMA and stage."""
    flagged = with_exceptions(_placed(cases.lines), cases.part.products, tables.customs)
    own = [pl.col(sort).sum() for sort in SORTS]
    keys = ["rma_id", "stage", "stage_at", "store", "agent_id", "customer_id", ALL]
    asked = flagged.group_by(keys).agg(*own, _lines=pl.len().cast(pl.Int64), _paid=pl.col("is_paid").sum())
    found = asked.with_columns(_totals(asked, tables))
    told = found.with_columns(*_agent_exceptions(), _store_exceptions(), *_familiarity(), _favours())
    names = [feature.name for feature in AGENT]
    return told.group_by("rma_id", "stage").agg(pl.col(names).max())


def _totals(asked: pl.DataFrame, tables: AgentTables) -> list[pl.Series]:
    """Return every owner's totals before each row's moment, named ``owner_measure``; the RMA's own left out."""
    seen = {name: view(handled, asked, "stage_at") for name, handled in tables.handled.items()}
    columns = []
    for name in ("agent", "store", "shop", "shopper", "pair"):
        own = seen["own_store" if name in {"store", "shop"} else "own"]
        columns += [
            (seen[name].total(measure) - own.total(measure).fill_null(0)).alias(f"{name}_{measure}")
            for measure in MEASURES
        ]
    return columns


def _peers_rate(sort: str) -> pl.Expr:
    """Return how often the agent's peers in the store make an exception, pulled towards the rest of the shop's."""
    of = SORTS[sort]
    agent = (pl.col(f"agent_{measure}").fill_null(0) for measure in (sort, of))
    own_sorts, own_lines = agent
    rest = pl.col(f"shop_{of}") - own_lines
    usual = pl.when(rest > 0).then((pl.col(f"shop_{sort}") - own_sorts) / rest).otherwise(0)
    peers, peer_lines = pl.col(f"store_{sort}") - own_sorts, pl.col(f"store_{of}") - own_lines
    return ((peers + PEER_LINES * usual) / (peer_lines + PEER_LINES)).clip(0, 1)


def _excess(owner: str, sort: str, rate: pl.Expr) -> pl.Expr:
    """Return an owner's excess of an exception over a rate, in standard deviations; 0 where this RMA is none."""
    lines = pl.col(f"{owner}_{SORTS[sort]}")
    excess = standardised(pl.col(f"{owner}_{sort}") - lines * rate, lines * rate * (1 - rate))
    return pl.when(pl.col(sort) > 0).then(excess.clip(lower_bound=0)).otherwise(lines * 0.0)


def _agent_exceptions() -> list[pl.Expr]:
    """Return the agent's excess over the peers: of breaches, and of refunds by the worst sort."""
    by_sort = {sort: _excess("agent", sort, _peers_rate(sort)) for sort in SORTS}
    return [
        pl.max_horizontal(by_sort[sort] for sort in AUTHORISED).alias("agent_breach_excess"),
        pl.max_horizontal(by_sort[sort] for sort in PAID_OUT).alias("agent_payout_excess"),
    ]


def _store_exceptions() -> pl.Expr:
    """Return a store's excess over all other stores, by the worst sort; null without a store."""
    excess = []
    for sort, of in SORTS.items():
        rest = pl.col(f"shop_{of}") - pl.col(f"store_{of}")
        rate = (pl.col(f"shop_{sort}") - pl.col(f"store_{sort}") + 0.5) / (rest + PEER_LINES)
        excess.append(_excess("store", sort, rate.clip(0, 1)))
    return pl.when(pl.col("store") != "").then(pl.max_horizontal(excess)).alias("store_exception_excess")


def _familiarity() -> list[pl.Expr]:
    """Return how often the agent met this shopper, this RMA included, over what chance in the store predicts.

    This RMA would be the agent's by the agent's share of the store, so it counts on both sides.
    """
    share = pl.when(pl.col("store_rmas") > 0).then(pl.col("agent_rmas") / pl.col("store_rmas")).otherwise(1)
    expected = (pl.col("shopper_rmas") + 1) * share.clip(0, 1)
    met = pl.col("pair_rmas") + 1
    variance = expected * (1 - share.clip(0, 1))
    excess = standardised(met - expected, variance)
    is_again = pl.col("pair_rmas") > 0
    return [
        pl.when(is_again).then(excess.clip(lower_bound=0)).otherwise(met * 0.0).alias("agent_shopper_excess"),
        met.cast(pl.Float64).alias("agent_shopper_rmas"),
    ]


def _favours() -> pl.Expr:
    """Return the exceptions that this agent made for this shopper, with this RMA's, over what the peers would make."""
    made = pl.sum_horizontal(pl.col(f"pair_{sort}") + pl.col(sort) for sort in SORTS)
    own = {"lines": pl.col("_lines"), "paid": pl.col("_paid")}
    expected = pl.sum_horizontal((pl.col(f"pair_{of}") + own[of]) * _peers_rate(sort) for sort, of in SORTS.items())
    now = pl.sum_horizontal(*SORTS)
    excess = standardised(made - expected, expected).clip(lower_bound=0)
    is_again = pl.sum_horizontal(f"pair_{sort}" for sort in SORTS) > 0
    none = pl.col("pair_lines") * 0.0
    return pl.when((now > 0) & is_again).then(excess).otherwise(none).alias("agent_favour_excess")

"""From core frames to one row an RMA and stage: what was known about it by then.

What belongs here: which lines are an RMA's own, and the order in which the families are computed. What
does not: any single feature.

An RMA's own lines are those of its first moment. A line that was added later, like every other RMA of the
same moment or later, is no part of what was known; to RMAs requested after it, it is a shopper's past.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import polars as pl

from features import (
    account,
    doubles,
    logistics,
    lot,
    occasion,
    pace,
    rebuy,
    route,
    sequence,
    settlement,
    signs,
    tender,
)
from features.agent import gather_agent, learn_agent
from features.contracts import FEATURES, Stage, feature_schema
from features.exceptions import Customs
from features.excess import add_excess, decided, with_expected
from features.expectation import Baselines, described_orders, described_rmas, gather_goods, learn_goods
from features.identity import gather_identity, learn_identity
from features.item import add_item
from features.learning import Gather, Gathered, Learner, Part, Teller
from features.params import FeatureParams
from features.policy import add_policy, is_restricted
from features.rates import GlobalTables, gather_rates, learn_rates, shopper_prior
from features.reason import add_reason
from features.rebuy import rebuys
from features.rings import Links, gather_links, learn_links
from features.shop import Shop
from features.shopper import add_shopper, history
from features.stages import Cases, case_lines, case_rows, with_knowledge
from features.text import gather_text, learn_text
from features.timing import add_timing
from features.value import add_value
from features.velocity import add_velocity
from features.windows import earliest

Kept = Callable[[str], Gathered]
"""Returns what all parts gave to the gatherer of a name."""

FAMILIES: Mapping[str, Learner] = {
    "account": account.LEARNER,
    "lot": lot.LEARNER,
    "occasion": occasion.LEARNER,
    "signs": signs.LEARNER,
    "logistics": logistics.LEARNER,
    "route": route.LEARNER,
    "settlement": settlement.LEARNER,
    "tender": tender.LEARNER,
    "rebuys": rebuy.LEARNER,
    "doubles": doubles.LEARNER,
    "sequence": sequence.LEARNER,
    "pace": pace.LEARNER,
}
"""Families that are told at every stage, and that learn of the shop by themselves.

Agent, identity and text, which need what others learned, stand beside them (``gather``, ``learn``)."""


_FIRST_STAGE = {feature.name: feature.stage for feature in FEATURES}
_STAGES_FROM = {stage: [later.value for later in list(Stage)[number:]] for number, stage in enumerate(Stage)}


@dataclass(frozen=True, slots=True)
class Learned:
    """What features need to know of the whole shop: daily rates, those of goods, and each family's own."""

    tables: GlobalTables
    goods: Baselines
    families: tuple[Teller, ...]


@dataclass(frozen=True, slots=True)
class Basics:
    """What has to be known of the whole shop before some families can gather."""

    tables: GlobalTables
    goods: Baselines
    links: Links
    customs: Customs


def build_features(shop: Shop, params: FeatureParams) -> pl.DataFrame:
    """Return one row an RMA and stage, in order of their names, with the columns of ``contracts.feature_schema``.

    A row's figures are as of its ``stage_at``: an RMA has a row for each stage that it reached.
    """
    prepared = prepare(shop)
    return features_of(prepared, learn(prepared, params), params)


def prepare(shop: Shop) -> Shop:
    """Return the shop with what every family asks of lines: whose they are, when they were known, of what goods."""
    orders = described_orders(shop.order_lines, shop.products)
    lines = described_rmas(with_knowledge(request_lines(shop.rma_lines)), orders, shop.products)
    return replace(shop, order_lines=orders, rma_lines=lines)


def learn(prepared: Shop, params: FeatureParams, known_links: Links | None = None) -> Learned:
    """Return what features need to know of the whole shop; links that are known already are not sought again."""
    part = Part.whole(prepared)
    kept = {name: step(part) for name, step in gatherers().items() if known_links is None or name != "links"}
    basics = learn_basics(kept.__getitem__, known_links)
    later = {name: step(part) for name, step in later_gatherers(basics, params).items()}
    families = tuple(learner() for learner in learners((kept | later).__getitem__, basics, params).values())
    return Learned(basics.tables, basics.goods, families)


def gatherers() -> dict[str, Gather]:
    """Return what is gathered of every part first, by name."""
    shared = {"rates": gather_rates, "goods": gather_goods, "links": gather_links, "text": gather_text}
    return shared | {name: family.gather for name, family in FAMILIES.items()}


def learn_basics(kept: Kept, known_links: Links | None = None) -> Basics:
    """Return the basics of what all parts gave to ``gatherers``."""
    tables = learn_rates(kept("rates"))
    customs = Customs(tables.first_order_at, earliest(kept("settlement")["receipts"], "received_at"))
    return Basics(tables, learn_goods(kept("goods")), known_links or learn_links(kept("links")), customs)


def later_gatherers(basics: Basics, params: FeatureParams) -> dict[str, Gather]:
    """Return what is gathered of every part when the basics are known, by name."""
    rings, goods = basics.links.rings, basics.goods
    return {
        "agent": partial(gather_agent, customs=basics.customs),
        "identity": partial(gather_identity, params=params, rings=rings, goods=goods),
    }


def learners(kept: Kept, basics: Basics, params: FeatureParams) -> dict[str, Callable[[], Teller]]:
    """Return by name what makes each family's teller of what all parts gave."""
    return {
        "agent": lambda: learn_agent(kept("agent"), basics.customs),
        "identity": lambda: learn_identity(kept("identity"), basics.links),
        "text": lambda: learn_text(kept("text"), basics.links.rings, params),
        **{name: partial(_learn_family, kept, name, params) for name in FAMILIES},
    }


def _learn_family(kept: Kept, name: str, params: FeatureParams) -> Teller:
    """Return a family's teller of what all parts gave it."""
    return FAMILIES[name].learn(kept(name), params)


def features_of(part: Shop, learned: Learned, params: FeatureParams) -> pl.DataFrame:
    """Return the features of some shoppers' RMAs, given what was learned of the whole shop.

    ``part`` (with ``prepare``) holds all rows of these shoppers; those of others change nothing.
    """
    rows = case_rows(part.rma_lines, part.chargebacks, rebuys(part))
    cases = Cases(rows, case_lines(rows, part.rma_lines), part)
    features = rows.join(_at_request(part, learned, params), on="rma_id", how="left", maintain_order="left")
    for tell in learned.families:
        features = features.join(tell(cases), on=["rma_id", "stage"], how="left", maintain_order="left")
    return features.select(_column(name, dtype) for name, dtype in feature_schema().items())


def _at_request(part: Shop, learned: Learned, params: FeatureParams) -> pl.DataFrame:
    """Return one row an RMA with the features that are told as of its request, at every stage alike."""
    tables = learned.tables
    own = _with_products(part.rma_lines.filter("is_own"), part.products)
    requests = _requests(own)
    buyers = part.order_lines.join(requests.select("customer_id").unique(), on="customer_id", how="semi")
    bought = with_expected(buyers, learned.goods, params)
    past = history(requests, bought, part.rma_lines)
    features = add_shopper(requests, past, tables, params)
    features = add_value(features, own, tables)
    prior = shopper_prior(requests, tables, params)["weight"]
    features = add_excess(features, past, learned.goods, decided(requests, own, bought), prior)
    features = add_timing(features, own)
    features = add_policy(features, own, past, tables)
    features = add_item(features, own, learned.goods, params)
    features = add_reason(features, own, part.rma_lines, past, tables)
    return add_velocity(features).drop("customer_id", "requested_at", "day")


def _column(name: str, dtype: pl.DataType | type[pl.DataType]) -> pl.Expr:
    """Return a column in its type, null before its stage; a figure keeps 12 digits.

    Polars divides by a column of one row through its inverse, which may miss by the last digit: without
    rounding, an RMA computed alone could differ from the same RMA among others. A zero has no sign: DuckDB drops it
    from some rows that it stores, and a row that is read again would not be published as it was.
    """
    column = pl.col(name).cast(dtype)
    if dtype != pl.Float64:
        return column
    told = pl.col("stage").is_in(_STAGES_FROM[_FIRST_STAGE[name]])
    return pl.when(told).then(pl.when(column == 0).then(0.0).otherwise(column.round_sig_figs(12))).alias(name)


def request_lines(rma_lines: pl.DataFrame) -> pl.DataFrame:
    """Add to RMA lines ``is_own`` (of its RMA's first moment), ``is_matched``, ``day`` and ``rma_customer_id``.

    The RMA's shopper is the first in order that its own lines name; a line that names none is that shopper's.
    A line is matched to a purchase that was made by its request.
    """
    lines = rma_lines.with_columns(
        is_own=pl.col("requested_at") == pl.col("requested_at").min().over("rma_id"),
        day=pl.col("requested_at").dt.date(),
        is_matched=((pl.col("matched_quantity") > 0) & (pl.col("ordered_at") <= pl.col("requested_at"))).fill_null(
            value=False
        ),
    )
    shopper = pl.when("is_own").then("customer_id").min().over("rma_id")
    return lines.with_columns(shopper.alias("rma_customer_id")).with_columns(
        pl.coalesce("customer_id", "rma_customer_id").alias("customer_id")
    )


def _requests(own_lines: pl.DataFrame) -> pl.DataFrame:
    """Return one row an RMA in order of ``rma_id``: its shopper, moment and day."""
    return (
        own_lines.select(
            "rma_id",
            pl.col("rma_customer_id").alias("customer_id"),
            "requested_at",
            "day",
        )
        .unique("rma_id")
        .sort("rma_id")
    )


def _with_products(own_lines: pl.DataFrame, products: pl.DataFrame) -> pl.DataFrame:
    """Add to RMA lines their product's windows, and ``is_restricted``."""
    rules = products.select("sku", "return_window_days", "warranty_days", "final_sale")
    joined = own_lines.join(rules, on="sku", how="left", maintain_order="left")
    return joined.with_columns(is_restricted=is_restricted(products))

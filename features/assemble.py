"""From core frames to one row an RMA and stage: what was known about it by then.

What belongs here: which lines are an RMA's own, and the order in which the families are computed. What
does not: any single feature.

An RMA's own lines are those of its first moment. A line that was added later, like every other RMA of the
same moment or later, is no part of what was known; to RMAs requested after it, it is a shopper's past.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
from features.exceptions import gather_customs, learn_customs
from features.excess import add_excess, decided, with_expected
from features.expectation import Baselines, described_orders, described_rmas, gather_goods, learn_goods
from features.identity import gather_identity, learn_identity
from features.item import add_item
from features.learning import Gathered, Gatherers, Ground, Learner, Part, Teller
from features.params import FeatureParams
from features.policy import add_policy, is_restricted
from features.rates import GlobalTables, gather_tables, learn_tables, shopper_prior
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

Agent, identity and text, which need what others learned, stand beside them (``learn_on``)."""

_FIRST: Gatherers = {
    "rates": gather_tables,
    "goods": gather_goods,
    "links": gather_links,
    "text": gather_text,
    "customs": gather_customs,
    **{name: family.gather for name, family in FAMILIES.items()},
}

_FIRST_STAGE = {feature.name: feature.stage for feature in FEATURES}
_STAGES_FROM = {stage: [later.value for later in list(Stage)[number:]] for number, stage in enumerate(Stage)}


@dataclass(frozen=True, slots=True)
class Learned:
    """What features need to know of the whole shop: daily rates, those of goods, and each family's own."""

    tables: GlobalTables
    goods: Baselines
    families: tuple[Teller, ...]


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


def learn(prepared: Shop, params: FeatureParams) -> Learned:
    """Return what features need to know of the whole shop."""
    return learn_on(_InMemory(Part.whole(prepared)), params)


@dataclass(frozen=True, slots=True)
class _InMemory:
    """A shop of one part (``features.learning.Ground``)."""

    part: Part
    kept: dict[str, Gathered] = field(default_factory=dict)

    def gather(self, steps: Gatherers) -> None:
        """Keep what each step gathers."""
        self.kept.update((name, step(self.part)) for name, step in steps.items())

    def take(self, name: str) -> Gathered:
        """Return, once, what was kept for a name."""
        return self.kept.pop(name)

    def put(self, name: str, teller: Teller) -> Teller:  # noqa: ARG002 - there is but one place
        """Return the teller."""
        return teller


def learn_on(
    ground: Ground, params: FeatureParams, known_links: Links | None = None, also: Gatherers | None = None
) -> Learned:
    """Return what features need to know of the whole shop; what one round gathers may need what the one before taught.

    Links that are known already are not sought again. What ``also`` gathers, in the first round, is the caller's to
    take.
    """
    gather, take, put = ground.gather, ground.take, ground.put
    gather({name: step for name, step in _FIRST.items() if known_links is None or name != "links"} | dict(also or {}))
    tables, goods, customs = learn_tables(take("rates")), learn_goods(take("goods")), learn_customs(take("customs"))
    links = known_links or learn_links(take("links"))
    gather(
        {
            "agent": partial(gather_agent, customs=customs),
            "identity": partial(gather_identity, params=params, rings=links.rings, goods=goods),
        }
    )
    tellers = [
        put("agent", learn_agent(take("agent"), customs)),
        put("identity", learn_identity(take("identity"), links)),
        put("text", learn_text(take("text"), links.rings, params)),
        *(put(name, family.learn(take(name), params)) for name, family in FAMILIES.items()),
    ]
    return Learned(tables, goods, tuple(tellers))


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

"""Which other accounts the shopper is linked to, and what they did together.

What belongs here: what a ring did up to a moment. What does not: which accounts are linked (``rings``), who uses an
order's identifiers (``identifiers``), what one account changes about itself (``account``).

Everything of other accounts is counted strictly before the row's ``stage_at``. Ring figures are 0 for an
account that is linked to none, so that a ring's figure is compared with all RMAs and not with rings alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

import polars as pl

from features.excess import standardised, with_expected
from features.expectation import Baselines
from features.identifiers import IdentifierTables, doors_of, identifier_tables, order_identifiers, refund_cards
from features.learning import Gathered, Part
from features.params import FeatureParams
from features.rates import CLAIMS
from features.rings import Links, Rings
from features.signs import NOT_THE_GOODS, is_short_of_units
from features.stages import REFUSED, Cases
from features.windows import CHANCE_UNITS, Timeline, View, in_currency, money_units, timeline, view

RING_WINDOWS = {"14d": 14, "60d": 60}
FAMILY_ACCOUNTS = 5
"""The most accounts that look like one household."""
_COUNTS = ("rmas", "lines", "claims", "amount", "expected", "variance", "refused", "amiss", "accounts")


@dataclass(frozen=True, slots=True)
class IdentityTables:
    """What the whole shop tells of linked accounts.

    ``by_ring`` and ``by_account`` hold the same events of linked accounts, by ring and by account; ``kinds`` the kinds
    of identifiers that a ring shares. ``first_at``: when the first identifier was seen, null where no export has one.
    """

    rings: Rings
    by_ring: Timeline
    by_account: Timeline
    kinds: Timeline
    identifiers: IdentifierTables
    first_at: datetime | None


def gather_identity(part: Part, params: FeatureParams, rings: Rings, goods: Baselines) -> Gathered:
    """Return what linked accounts did, and what happened at all doors; rings and goods are the whole shop's."""
    linked = _linked(rings)
    return {"events": _events(part, linked, _expected(part, linked, params, goods)), "doors": doors_of(part)}


def learn_identity(gathered: Gathered, links: Links) -> partial[pl.DataFrame]:
    """Learn what linked accounts did; the links are the whole shop's."""
    rings = links.rings
    began = links.starts.join(_linked(rings), on="customer_id", how="semi")
    accounts = began.select("customer_id", at="since", accounts=pl.lit(1))
    events = pl.concat([gathered["events"], accounts], how="diagonal_relaxed")
    owned = rings.memberships.select("customer_id", "ring").join(events, on="customer_id")
    tables = IdentityTables(
        rings=rings,
        by_ring=timeline(owned, ["ring"], "at", _COUNTS),
        by_account=timeline(events, ["customer_id"], "at", _COUNTS),
        kinds=timeline(_ring_kinds(rings), ["ring"], "since", ["kinds"]),
        identifiers=identifier_tables(gathered["doors"], links.seen),
        first_at=links.first_at,
    )
    return partial(_tell_identity, tables=tables)


def _tell_identity(cases: Cases, tables: IdentityTables) -> pl.DataFrame:
    """Return the features of the family ``identity``, and ``ring_id``."""
    rows = cases.rows.select("rma_id", "stage", "stage_at", "customer_id")
    told = pl.col("customer_id").is_not_null() & (pl.col("stage_at") > pl.lit(tables.first_at, dtype=pl.Datetime("us")))
    ring = _ring_features(rows, cases.lines, tables)
    figures = pl.concat([rows.select(is_told=told), ring], how="horizontal")
    gated = figures.select(
        pl.col("name").alias("ring_id"), pl.when("is_told").then(pl.all().exclude("name", "is_told").fill_null(0))
    )
    named = pl.concat([rows.select("rma_id", "stage"), gated], how="horizontal")
    for part in (order_identifiers(cases, tables.identifiers), refund_cards(cases, tables.identifiers)):
        named = named.join(part, on=["rma_id", "stage"], how="left", maintain_order="left")
    return named


def _ring_features(rows: pl.DataFrame, lines: pl.DataFrame, tables: IdentityTables) -> pl.DataFrame:
    """Return what each row's ring did by then, in the rows' order; null without a ring."""
    asked = pl.concat([rows, tables.rings.of(rows)], how="horizontal")
    ring, own = (view(line, asked, "stage_at", RING_WINDOWS) for line in (tables.by_ring, tables.by_account))

    def others(measure: str, window: str = "ever") -> pl.Series:
        return ring.total(measure, window) - own.total(measure, window)

    figures = asked.select(
        "name",
        linked_accounts=others("accounts"),
        ring_new_accounts_60d=others("accounts", "60d"),
        ring_rmas=others("rmas"),
        ring_rmas_14d=others("rmas", "14d"),
        ring_claims=others("claims"),
        ring_refused_lines=others("refused"),
        ring_amiss_lines=others("amiss"),
        ring_kinds=view(tables.kinds, asked, "stage_at").total("kinds"),
        ring_returned_amount=in_currency(others("amount")),
        ring_excess=_excess(rows, lines, ring),
    ).with_columns(pl.all().exclude("name").cast(pl.Float64))
    few = pl.col("linked_accounts") < FAMILY_ACCOUNTS
    is_settled = few & (pl.col("ring_new_accounts_60d") == 0)
    doubts = pl.sum_horizontal("ring_claims", "ring_refused_lines", "ring_amiss_lines")
    return figures.with_columns(ring_ordinary=(1 - pl.col("ring_excess") / 2).clip(0, 1)).with_columns(
        household_like=pl.when(is_settled).then(pl.col("ring_ordinary") / (1 + doubts))
    )


def _excess(rows: pl.DataFrame, lines: pl.DataFrame, ring: View) -> pl.Series:
    """Return how far the ring's returned lines, this RMA's included, exceed what its baskets predict."""
    now = lines.filter(pl.col("requested_at") >= pl.col("stage_at")).group_by("rma_id", "stage").agg(now=pl.len())
    counted = rows.join(now, on=["rma_id", "stage"], how="left", maintain_order="left").with_columns(
        ring.total("lines"), ring.total("expected"), ring.total("variance")
    )
    returned = pl.col("lines") + pl.col("now").fill_null(0)
    excess = standardised(returned - pl.col("expected") / CHANCE_UNITS, pl.col("variance") / CHANCE_UNITS)
    return counted.select(excess.alias("ring_excess")).to_series()


def _linked(rings: Rings) -> pl.DataFrame:
    """Return the accounts that were linked to any other, ever."""
    return rings.memberships.select("customer_id").unique()


def _expected(part: Part, linked: pl.DataFrame, params: FeatureParams, goods: Baselines) -> pl.DataFrame:
    """Return the order lines of linked accounts with what is expected of their return."""
    bought = part.home.order_lines.join(linked, on="customer_id", how="semi")
    if bought.height:
        return with_expected(bought, goods, params)
    return bought.with_columns(expected=pl.lit(None, pl.Int64), variance=pl.lit(None, pl.Int64))


def _events(part: Part, linked: pl.DataFrame, bought: pl.DataFrame) -> pl.DataFrame:
    """Return what linked accounts did: one row an event with ``customer_id``, ``at`` and what it counts."""
    lines = part.home.rma_lines.drop("customer_id").rename({"rma_customer_id": "customer_id"})
    lines = lines.join(linked, on="customer_id", how="semi")
    first = lines.filter("is_own").unique("rma_id").select("customer_id", at="requested_at", rmas=pl.lit(1))
    asked = lines.select(
        "customer_id",
        at="requested_at",
        lines=pl.lit(1),
        claims=pl.col("claim_type").is_in(CLAIMS).cast(pl.Int64),
        amount=money_units("requested_amount"),
    )
    spent = bought.select("customer_id", "expected", "variance", at="ordered_at")
    events = [first, asked, spent, _refusals(part, linked), _amiss(lines)]
    empty = pl.DataFrame(schema={"customer_id": pl.String} | dict.fromkeys(_COUNTS, pl.Int64))
    return pl.concat([empty, *events], how="diagonal_relaxed")


def _refusals(part: Part, linked: pl.DataFrame) -> pl.DataFrame:
    """Return when RMA lines of linked accounts were refused, and when their orders were charged back."""
    no = part.home.rma_lines.filter(pl.col("status").is_in(REFUSED)).select(
        pl.col("rma_customer_id").alias("customer_id"), at="outcome_known_at"
    )
    orders = part.around.orders.select("order_id", "customer_id")
    disputed = part.home.chargebacks.join(orders, on="order_id").select("customer_id", at="opened_at")
    return pl.concat([no, disputed]).join(linked, on="customer_id", how="semi").with_columns(refused=pl.lit(1))


def _amiss(lines: pl.DataFrame) -> pl.DataFrame:
    """Return when it was known of linked accounts' RMA lines that other goods came back, or fewer than were said.

    A serial number that is not the one sold is no such finding: whole shops mix numbers up. What came short and turned
    out to be other goods was amiss from the first of the two on.
    """
    is_other = pl.col("condition_grade").is_in(NOT_THE_GOODS).fill_null(value=False)
    is_short = is_short_of_units().fill_null(value=False)
    found = pl.min_horizontal(pl.when(is_other).then("inspection_known_at"), pl.when(is_short).then("parcel_known_at"))
    return lines.select("customer_id", at=found, amiss=pl.lit(1)).drop_nulls("at")


def _ring_kinds(rings: Rings) -> pl.DataFrame:
    """Return when each ring's accounts first shared each kind of identifier: ``ring``, ``since``, ``kinds``."""
    member = rings.memberships.select("customer_id", "ring")
    both = rings.shared.join(member, left_on="a", right_on="customer_id").join(
        member, left_on=["b", "ring"], right_on=["customer_id", "ring"]
    )
    return both.group_by("ring", "kind").agg(pl.col("since").min()).with_columns(kinds=pl.lit(1))

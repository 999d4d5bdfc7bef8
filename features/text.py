"""Who used the words of the RMA's comment before: other shoppers, linked accounts, the shopper.

What belongs here: how often a wording came before, against how common it is. What does not: which comments have
one wording (``wording``).

Everybody writes "too small". So a wording counts by how much more often it came than its share among all
comments predicts: of late among all shoppers, among linked accounts, and from the shopper. Shoppers are counted, not
comments, and shares are of what was written strictly before.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import polars as pl

from features.excess import standardised
from features.learning import Gathered, Part
from features.ledger import surprise
from features.params import FeatureParams
from features.rings import Rings
from features.stages import Cases
from features.windows import Timeline, timeline, view
from features.wording import wordings

RECENT = {"30d": 30}
CHANCE = 3.0
"""Standard deviations of a wording's recent shoppers that chance alone brings about among thousands of wordings."""


@dataclass(frozen=True, slots=True)
class TextTables:
    """The wordings of the whole shop, each counted once a shopper, when they first used it.

    ``shop`` counts all, ``keys`` by key, ``goods`` by key and SKU, ``own`` by key and shopper, ``in_ring`` by key and
    ring, ``of_ring`` by ring. ``uses`` and ``said`` count every RMA line with a comment, by key and shopper and by
    shopper.
    """

    rings: Rings
    shop: Timeline
    keys: Timeline
    goods: Timeline
    own: Timeline
    in_ring: Timeline
    of_ring: Timeline
    uses: Timeline
    said: Timeline
    least: float


def gather_text(part: Part) -> Gathered:
    """Return who wrote what when: every time, and each wording the first time, of any goods and of each."""
    lines = part.home.rma_lines.select("sku", "requested_at", "customer_comment", customer_id="rma_customer_id")
    used = _used(lines)
    said = used.filter("is_words")
    return {
        "uses": used.select("customer_id", "key", "requested_at"),
        "said": said.select("customer_id", "requested_at"),
        "firsts": _firsts(used, ["customer_id", "key"]),
        "first_said": _firsts(said, ["customer_id", "key"]),
        "first_goods": _firsts(used, ["customer_id", "key", "sku"]),
    }


def learn_text(gathered: Gathered, rings: Rings, params: FeatureParams) -> partial[pl.DataFrame]:
    """Learn who wrote what when."""
    firsts, first_said = gathered["firsts"], gathered["first_said"]
    member = rings.memberships.select("customer_id", "ring")
    tables = TextTables(
        rings=rings,
        shop=_counted(first_said.with_columns(all=pl.lit(1)), "all"),
        keys=_counted(firsts, "key"),
        goods=_counted(gathered["first_goods"], "key", "sku"),
        own=_counted(firsts, "key", "customer_id"),
        in_ring=_counted(firsts.join(member, on="customer_id"), "key", "ring"),
        of_ring=_counted(first_said.join(member, on="customer_id"), "ring"),
        uses=_counted(gathered["uses"], "key", "customer_id"),
        said=_counted(gathered["said"], "customer_id"),
        least=params.least_again,
    )
    return partial(_tell_text, tables=tables)


def _tell_text(cases: Cases, tables: TextTables) -> pl.DataFrame:
    """Return the features of the family ``text`` of each RMA and stage whose lines have a comment."""
    lines = cases.lines.select(
        *("rma_id", "stage", "stage_at", "sku", "requested_at", "customer_comment"), customer_id="rma_customer_id"
    )
    used = _used(lines)
    # A wording's own uses in this RMA are no repetition, nor is what its other lines say.
    before = pl.col("requested_at") < pl.col("stage_at")
    mine = used.group_by("rma_id", "stage", "key").agg(_mine=before.sum())
    all_mine = used.filter("is_words").group_by("rma_id", "stage").agg(_all_mine=before.sum())
    asked = used.drop("requested_at", "customer_comment", "is_words").unique()
    asked = asked.join(mine, on=["rma_id", "stage", "key"]).join(all_mine, on=["rma_id", "stage"])
    asked = pl.concat([asked, tables.rings.of(asked)], how="horizontal").with_columns(all=pl.lit(1))
    counts = pl.concat([asked, _counts(asked, tables)], how="horizontal")
    figures = counts.select("rma_id", "stage", *_figures(), _in_ring(tables.least))
    return figures.group_by("rma_id", "stage").agg(pl.all().max())


def _used(lines: pl.DataFrame) -> pl.DataFrame:
    """Return RMA lines with a comment, one row a line and ``key``; ``is_words`` marks the key of the very words."""
    return lines.join(wordings(lines["customer_comment"]), left_on="customer_comment", right_on="comment")


def _firsts(used: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Return when each shopper first used each wording."""
    return used.drop_nulls("customer_id").group_by(keys).agg(pl.col("requested_at").min())


def _counted(events: pl.DataFrame, *keys: str) -> Timeline:
    """Return events' running counts (``n``) by keys."""
    return timeline(events.with_columns(n=pl.lit(1)), keys, "requested_at", ["n"])


def _counts(asked: pl.DataFrame, tables: TextTables) -> pl.DataFrame:
    """Return for each comment and key what came before it, in the rows' order."""
    views = {
        name: view(getattr(tables, name), asked, "stage_at", RECENT)
        for name in ("shop", "keys", "goods", "own", "in_ring", "of_ring", "uses", "said")
    }
    ever = [seen.total("n").fill_null(0).alias(name) for name, seen in views.items()]
    recent = [
        views[name].total("n", "30d").fill_null(0).alias(f"{name}_30d") for name in ("shop", "keys", "goods", "own")
    ]
    return pl.DataFrame([*ever, *recent])


def _figures() -> list[pl.Expr]:
    """Return the features of one comment and key from what came before it."""
    of_late, others = pl.col("keys_30d") - pl.col("own_30d"), pl.col("keys") - pl.col("own")
    earlier, all_earlier = pl.col("keys") - pl.col("keys_30d"), pl.col("shop") - pl.col("shop_30d")
    share = pl.col("keys") / pl.col("shop")
    # One more than was seen, for a wording that nobody used yet need not be one that nobody would.
    expected = pl.col("shop_30d") * (earlier + 1) / (all_earlier + 1)
    known = pl.when(pl.col("shop") > 0)
    mine, said = pl.col("uses") - pl.col("_mine"), pl.col("said") - pl.col("_all_mine")
    return [
        others.cast(pl.Float64).alias("comment_shoppers"),
        pl.when(all_earlier > 0)
        .then((standardised(of_late - expected, expected) - CHANCE).clip(0))
        .alias("comment_burst"),
        pl.when(of_late > 0)
        .then(((pl.col("goods_30d") - pl.col("own_30d")).clip(0) / of_late).clip(0, 1))
        .otherwise(0.0)
        .alias("comment_same_item"),
        pl.when(pl.col("customer_id").is_not_null())
        .then(known.then(standardised(mine - said * share, said * share)))
        .alias("own_comment_again"),
    ]


def _in_ring(least: float) -> pl.Expr:
    """Return how unlikely it is that so many linked accounts used a comment's wording, 0 up to ``least``.

    What outsiders wrote says how common it is (one more counted, for what nobody else used yet need not be one that
    nobody would); each wording of the ring is a chance to hit on it. Who lives together writes "too small" alike.
    """
    others = pl.col("in_ring") - pl.col("own")
    share = (pl.col("keys") - pl.col("in_ring") + 1) / (pl.col("shop") - pl.col("of_ring") + 1)
    unlikely = surprise(others, pl.col("of_ring") * share)
    found = pl.when(pl.col("ring").is_not_null() & (unlikely > least)).then(unlikely).otherwise(0.0)
    return pl.when(pl.col("shop") > 0).then(found).alias("ring_same_comment")

"""The links between accounts and their rings, computed on the cluster; no machine holds the graph.

Sightings are told of each account by itself, what is shared of each identifier, links of each pair, and rings of each
component: by the functions of ``features.sightings`` and ``features.rings``.
"""

from __future__ import annotations

import polars as pl

from engines.spark.components import join_components
from engines.spark.tasks import ACCOUNT, LINK, PAIR, RING, SIGHTING, linking, merging, pairing, seeing
from engines.spark.work import Work, read
from features.rings import MEMBERSHIPS, Links, Rings

ACCOUNTS_OF = ("customers", "orders", "order_lines", "rma_lines")
"""Core tables that say who used what."""


def find_links(work: Work) -> Links:
    """Return the links of the whole shop, whose core tables and ``owners`` are views; makes views of them."""
    accounts = {name: work.statement(f"select_{name}_by_account") for name in ACCOUNTS_OF}
    seen = read(work.keep("sightings", work.by_bucket(accounts, seeing(), SIGHTING)), SIGHTING)
    by_identifier = {"sightings": work.statement("select_sightings_by_identifier")}
    work.keep("pairs", work.by_bucket(by_identifier, pairing(), PAIR))
    shared = read(work.keep("shared", work.statement("select_first_shared")), PAIR)
    by_pair = {"shared": work.statement("select_shared_by_pair")}
    work.keep("links", work.by_bucket(by_pair, linking(), LINK))
    join_components(work)
    by_component = {"links": work.statement("select_links_by_component")}
    rings = read(work.keep("rings", work.by_bucket(by_component, merging(), RING)), RING)
    is_account = pl.col("kind") == ACCOUNT
    starts = seen.filter(is_account).select("customer_id", since="seen_at")
    return Links.of(starts, seen.filter(~is_account), Rings(_numbered(rings), shared))


def _numbered(rings: pl.DataFrame) -> pl.DataFrame:
    """Return the memberships of all rings, numbered through; the rings of a component stay in the order of time."""
    number = pl.struct("part", "ring").rank("dense").cast(pl.Int64) - 1
    return rings.with_columns(ring=number).sort("ring", "customer_id").select(*MEMBERSHIPS)

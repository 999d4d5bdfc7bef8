"""Accounts that are run together: which were linked to which, from when on, and who belonged together then.

What belongs here: links from shared identifiers, and components as of a moment. What does not: where the
identifiers come from (``sightings``) and what a ring did (``identity``).

A link counts by how surprising it is. Two accounts with one mailbox or one card are linked by it alone; a
telephone or a device needs something beside it; a door or an IP address, which neighbours and colleagues share,
need two things beside them or one strong one. An identifier of many accounts (a forwarder's address, an office, a
kiosk) links only the first few of them, and weak kinds alone never reach the sum that makes a link.

A link is dated by the later account's first sighting that completes it, so links only ever come to be. Components
are merged in order of time; each merger makes a new ring, whose members never change until it merges again. The
rings of a moment are therefore those made strictly before it and not yet merged further.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import polars as pl

from features.contracts import AT
from features.learning import Gathered, Part
from features.sightings import account_starts, sightings
from features.windows import earliest

WEIGHTS = {"email": 8, "payment": 8, "device": 6, "phone": 6, "address": 4, "ip": 2}
"""What sharing an identifier of a kind counts towards a link."""
ENOUGH = 8
"""The sum from which on two accounts are linked."""
MOST_ACCOUNTS = {"email": 50, "payment": 50, "device": 20, "phone": 20, "address": 8, "ip": 4}
"""How many accounts an identifier links at most, the earliest ones: more than that is a place or a machine for all."""
MOST_MEMBERS = 60
"""The most accounts in one ring; a merger to more is left out."""

MEMBERSHIPS: dict[str, pl.DataType | type[pl.DataType]] = {
    "customer_id": pl.String,
    "ring": pl.Int64,
    "from_at": AT,
    "name": pl.String,
}


@dataclass(frozen=True, slots=True)
class Rings:
    """Who belonged to which ring from when on, and which pairs share what.

    ``memberships``: one row an account and ring, ``from_at`` the ring's making, ``name`` that of its first link, which
    it keeps as it grows. ``shared``: ``a``, ``b`` (accounts), ``kind``, ``since``.
    """

    memberships: pl.DataFrame
    shared: pl.DataFrame

    def of(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return each row's ``ring`` and ``name`` strictly before its ``stage_at``, in the rows' order; null: none."""
        asked = rows.select("customer_id", "stage_at").with_row_index("_row").sort("stage_at")
        found = asked.join_asof(
            self.memberships.sort("from_at", "ring"),
            left_on="stage_at",
            right_on="from_at",
            by="customer_id",
            allow_exact_matches=False,
            check_sortedness=False,
        )
        return found.sort("_row").select("ring", "name")


def rings_of(sightings: pl.DataFrame) -> Rings:
    """Return the rings that accounts' sightings (``sightings.sightings``) make."""
    shared = shared_identifiers(sightings)
    return Rings(memberships(links_between(shared)), shared)


def of_several(sightings: pl.DataFrame) -> pl.DataFrame:
    """Return the sightings of identifiers that several accounts have."""
    return sightings.filter(pl.len().over("kind", "value") > 1)


def shared_identifiers(sightings: pl.DataFrame) -> pl.DataFrame:
    """Return pairs of accounts (``a`` before ``b``), the kind that they share and since when.

    ``sightings`` holds all sightings of each of its identifiers.
    """
    order = ["kind", "value", "seen_at", "customer_id"]
    numbered = of_several(sightings).sort(order)
    ranked = numbered.with_columns(rank=pl.int_range(pl.len()).over("kind", "value"))
    first = ranked.filter(pl.col("rank") < pl.col("kind").replace_strict(MOST_ACCOUNTS, return_dtype=pl.Int64))
    pairs = first.join(first, on=["kind", "value"], suffix="_later").filter(pl.col("rank") < pl.col("rank_later"))
    named = pairs.select(
        "kind",
        a=pl.min_horizontal("customer_id", "customer_id_later"),
        b=pl.max_horizontal("customer_id", "customer_id_later"),
        since="seen_at_later",
    )
    return named.group_by("a", "b", "kind").agg(pl.col("since").min())


def links_between(shared: pl.DataFrame) -> pl.DataFrame:
    """Return when each pair of accounts had shared enough: ``since``, ``a``, ``b`` in that order.

    ``shared`` holds all that each of its pairs shares.
    """
    weight = pl.col("kind").replace_strict(WEIGHTS, return_dtype=pl.Int64)
    heavy = shared.with_columns(weight=weight).filter(pl.col("weight").sum().over("a", "b") >= ENOUGH)
    summed = heavy.sort("a", "b", "since").with_columns(sum=pl.col("weight").cum_sum().over("a", "b"))
    return summed.filter(pl.col("sum") >= ENOUGH).group_by("a", "b").agg(pl.col("since").min()).sort("since", "a", "b")


@dataclass(frozen=True, slots=True)
class Links:
    """What links the accounts of a whole shop: since when each is known, who shares identifiers, the rings.

    ``seen``: the sightings of identifiers of several accounts; ``first_at``: when the first of all identifiers was
    seen, null where no export has one.
    """

    starts: pl.DataFrame
    seen: pl.DataFrame
    rings: Rings
    first_at: datetime | None

    @staticmethod
    def of(starts: pl.DataFrame, seen: pl.DataFrame, rings: Rings) -> Links:
        """Return the links of accounts' starts, all their sightings, and their rings."""
        return Links(starts, of_several(seen), rings, earliest(seen, "seen_at"))


def gather_links(part: Part) -> Gathered:
    """Return since when each account was known, and where it was first seen with each identifier."""
    # all that the accounts at home did stands around, of others perhaps the later of what they did
    starts = account_starts(part.around)
    return {"starts": starts, "seen": sightings(part.home, starts)}


def learn_links(gathered: Gathered) -> Links:
    """Return the links of the whole shop."""
    starts = gathered["starts"].group_by("customer_id").agg(pl.col("since").min())
    return Links.of(starts, gathered["seen"], rings_of(gathered["seen"]))


def memberships(links: pl.DataFrame) -> pl.DataFrame:
    """Merge linked accounts in order of time; return every account's rings (``MEMBERSHIPS``).

    ``links``, in the order of ``links_between``, hold all links of each of their accounts: accounts that no chain of
    links joins never come together, and can be merged apart from each other.
    A merger of two rings keeps the name of the one whose first link is older.
    """
    rows: list[tuple[str, int, datetime, str]] = []
    ring_of: dict[str, _Ring] = {}
    for number, (since, a, b) in enumerate(links.select("since", "a", "b").iter_rows()):
        new = _Ring(number, number, a, (a,)), _Ring(number, number, a, (b,))
        first, second = ring_of.get(a, new[0]), ring_of.get(b, new[1])
        if first.number == second.number < number or len(first.members) + len(second.members) > MOST_MEMBERS:
            continue
        older = min(first, second, key=lambda ring: ring.first_link)
        merged = _Ring(number, older.first_link, older.namesake, (*first.members, *second.members))
        ring_of.update(dict.fromkeys(merged.members, merged))
        rows.extend((account, number, since, merged.name) for account in merged.members)
    made = pl.DataFrame(rows, schema=MEMBERSHIPS, orient="row")
    # Of several rings of one moment only the last was ever seen.
    return made.sort("ring").unique(["customer_id", "from_at"], keep="last", maintain_order=True)


@dataclass(frozen=True, slots=True)
class _Ring:
    """A ring: its number (the link that made it), the number of its first link, whom it is named after, and members."""

    number: int
    first_link: int
    namesake: str
    members: tuple[str, ...]

    @property
    def name(self) -> str:
        """Return a name that tells nothing and stays as the ring grows."""
        return "ring-" + sha256(self.namesake.encode()).hexdigest()[:12]

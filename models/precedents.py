"""What people decided on other RMAs of the same shopper, or of accounts linked with it, speaks for or against this one.

Abuse repeats, and an analyst who has confirmed one return of a shopper looks at the others next. A verdict is
*credited* as abuse as surely as it can be trusted: one that says fraud of an RMA that nothing else speaks against is
doubted more than one that confirms what the score said, because some verdicts are wrong (Bayes' rule with a share of
wrong ones). Of the decided RMAs that an RMA has as precedents, ``f`` are credited as abuse and ``h`` as honest; those
of its ring that are not the shopper's own count half. With ``k`` RMAs' worth of what is believed of a stranger, the
share of abuse among the shopper's RMAs is ``r = (f + k x share) / (f + h + k)``, and the log odds of this one move by
``logit(r) - logit(share)``. An RMA's own verdict is never a precedent of it.

Names are hashed: a detector is kept for long, and must not be a list of people.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl

from models.matrix import FloatArray, IntArray

KINDS = {"shopper": "customer_id", "ring": "ring_id"}
"""What an RMA can share with a precedent, each a part of its score of its own, by the column that names it."""
OF_RING = 0.5
"""What a precedent of the ring counts beside one of the shopper's own: accounts that share a card need not be one."""


@dataclass(frozen=True, slots=True)
class Heard:
    """How much of the RMAs' precedents is credited as abuse and as honest: a row an RMA, a column of ``KINDS`` each."""

    fraud: FloatArray
    honest: FloatArray

    @staticmethod
    def nothing(n_rows: int) -> Heard:
        """Return what RMAs have that nobody decided anything about."""
        return Heard(np.zeros((n_rows, len(KINDS))), np.zeros((n_rows, len(KINDS))))

    def shifts(self, share: float, stranger: float) -> FloatArray:
        """Return by how much the log odds of abuse move: by the shopper's own precedents, and by the ring's more."""
        weights = np.array([1.0, OF_RING])
        fraud, honest = (np.cumsum(told * weights, axis=1) for told in (self.fraud, self.honest))
        moved = np.log(fraud + stranger * share) - np.log(honest + stranger * (1 - share)) - np.log(share / (1 - share))
        return np.diff(moved, axis=1, prepend=0.0)

    def known(self, stranger: float) -> FloatArray:
        """Return how far the shopper is known by verdicts, 0 to 1: what other RMAs hint at counts so much less."""
        n_own = self.fraud[:, 0] + self.honest[:, 0]
        return np.asarray(n_own / (n_own + stranger), dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Decided:
    """RMAs with verdicts: hashed names (null where there is none) and the moment of the last verdict."""

    salt: str
    rmas: pl.DataFrame

    @staticmethod
    def of(told: pl.DataFrame, salt: str) -> Decided:
        """Return the decided RMAs of a features frame that has ``decided_at`` as well."""
        hashed = [_hashed(_named(told, name), salt).alias(kind) for kind, name in KINDS.items()]
        return Decided(salt, told.select(_hashed(told["rma_id"], salt).alias("rma"), "decided_at", *hashed))

    def pairs(self, rows: pl.DataFrame, *, at_request: bool = False) -> Pairs:
        """Return which of the decided RMAs are precedents of which rows of a features frame.

        ``at_request``: only those that were decided before the row's RMA was requested.
        """
        found = [self._sharing(rows, kind).with_columns(kind=pl.lit(place)) for place, kind in enumerate(KINDS)]
        pairs = pl.concat(found).unique(["row", "decided"], keep="first", maintain_order=True)
        if at_request:
            pairs = pairs.filter(pl.col("decided_at") < pl.col("requested_at"))
        own = _hashed(rows["rma_id"][pairs["row"]], self.salt)
        pairs = pairs.filter(own != self.rmas["rma"][pairs["decided"]]).sort("row", "decided")
        return Pairs(rows.height, *(pairs[name].to_numpy().astype(np.int64) for name in ("row", "decided", "kind")))

    def _sharing(self, rows: pl.DataFrame, kind: str) -> pl.DataFrame:
        """Return the pairs that share one kind of name."""
        shared = _hashed(_named(rows, KINDS[kind]), self.salt)
        left = pl.DataFrame({"row": np.arange(rows.height), "name": shared})
        left = left.with_columns(rows["requested_at"]).drop_nulls("name")
        right = self.rmas.select(pl.col(kind).alias("name"), "decided_at").with_row_index("decided").drop_nulls("name")
        return left.join(right, on="name").drop("name")

    def described(self) -> dict[str, Any]:
        """Return the names and moments, to be written down; ``Decided.read`` takes them back."""
        moments = [moment.isoformat() if moment else None for moment in self.rmas["decided_at"].to_list()]
        names = {name: self.rmas[name].to_list() for name in ("rma", *KINDS)}
        return {"salt": self.salt, **names, "decided_at": moments}

    @staticmethod
    def read(described: dict[str, Any]) -> Decided:
        """Return the decided RMAs that were described."""
        moments = [datetime.fromisoformat(moment) if moment else None for moment in described["decided_at"]]
        names = {name: pl.Series(described[name], dtype=pl.String) for name in ("rma", *KINDS)}
        decided_at = pl.Series(moments, dtype=pl.Datetime("us"))
        return Decided(str(described["salt"]), pl.DataFrame({**names, "decided_at": decided_at}))


@dataclass(frozen=True, slots=True)
class Pairs:
    """Of ``n_rows`` RMAs, the ``rows`` that have a precedent, which of the ``decided`` it is, and what they share."""

    n_rows: int
    rows: IntArray
    decided: IntArray
    kinds: IntArray

    def heard(self, credit: FloatArray) -> Heard:
        """Return what each RMA has as precedents; ``credit``: how surely each decided RMA is abuse, 0 to 1."""
        places = self.rows * len(KINDS) + self.kinds

        def summed(told: FloatArray) -> FloatArray:
            sums = np.bincount(places, weights=told[self.decided], minlength=self.n_rows * len(KINDS))
            return np.asarray(sums.reshape(self.n_rows, len(KINDS)), dtype=np.float64)

        return Heard(summed(credit), summed(1.0 - credit))


def credited(verdicts: FloatArray, probability: FloatArray, doubt: float) -> FloatArray:
    """Return how surely each decided RMA is abuse. Who was found honest is believed: nothing speaks against them.

    ``verdicts``: the share of its deciders that said fraud; ``probability``: of abuse, before anybody looked;
    ``doubt``: the share of verdicts that are wrong.
    """
    right, wrong = probability * (1 - doubt), (1.0 - probability) * doubt
    return np.asarray(verdicts * right / (right + wrong), dtype=np.float64)


def _named(rows: pl.DataFrame, name: str) -> pl.Series:
    """Return a column of names; null throughout where the frame does not have it."""
    return rows[name] if name in rows.columns else pl.Series([None] * rows.height, dtype=pl.String)


def _hashed(names: pl.Series, salt: str) -> pl.Series:
    """Return sixteen hex digits for each name, null for null."""
    distinct = names.unique().drop_nulls()
    codes = [hashlib.blake2b(f"{salt}:{name}".encode(), digest_size=8).hexdigest() for name in distinct.to_list()]
    return names.replace_strict(distinct, pl.Series(codes, dtype=pl.String), default=None, return_dtype=pl.String)

"""A made-up shop of three features, of which only the last tells abuse, and lessons from verdicts on its queue."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.feedback import Lesson, Signs
from models.matrix import FloatArray, IntArray
from models.precedents import Pairs

FAMILIES = np.array([0, 0, 1])
NO_OTHERS = np.zeros(3, dtype=bool)
SHARE = 0.02


def shop(n: int, seed: int) -> tuple[Signs, FloatArray]:
    """Return signs of three features, of which only the last one tells fraud, and the truth."""
    rng = np.random.default_rng(seed)
    evidence = rng.exponential(1.0, (n, 3))
    fraud = rng.random(n) < 1 / (1 + np.exp(4 - 2 * evidence[:, 2]))
    return Signs(0.0, evidence.sum(axis=1), evidence, evidence, FAMILIES, NO_OTHERS), fraud.astype(np.float64)


def pairs_of(rows: IntArray, decided: IntArray) -> Pairs:
    """Return the precedents of some shoppers' RMAs: every decided RMA of the same shopper at another place."""
    found = [(i, j, 0) for i, one in enumerate(rows) for j, other in enumerate(decided) if one == other and i != j]
    told = np.array(found, dtype=np.int64).reshape(-1, 3)
    return Pairs(rows.size, told[:, 0], told[:, 1], told[:, 2])


def lesson(n: int, seed: int, flipped: float = 0.0, n_shoppers: int | None = None) -> Lesson:
    """Return the verdicts on the top of the queue, some of them wrong; some of the rest are anchors.

    Without ``n_shoppers`` every RMA is another shopper's, and so without precedents.
    """
    signs, fraud = shop(20 * n, seed)
    order = np.argsort(-signs.raw, kind="stable")
    wrong = np.random.default_rng(seed + 1).random(n) < flipped
    top, rest = order[:n], order[n:]
    shoppers = top % n_shoppers if n_shoppers else top
    return Lesson(
        signs=signs.rows(top),
        verdicts=np.where(wrong, 1 - fraud[top], fraud[top]),
        shoppers=shoppers,
        pairs=pairs_of(shoppers, shoppers),
        anchors=signs.rows(rest[: 5 * n]),
        anchor_pairs=Pairs(rest[: 5 * n].size, *(np.empty(0, dtype=np.int64) for _ in range(3))),
        share=SHARE,
        quantiles=np.sort(signs.raw),
    )


def repeating(n: int, seed: int, flipped: float = 0.0) -> Lesson:
    """Return verdicts on shoppers of whom one in three does it again and again, whatever the signs say."""
    known = lesson(n, seed)
    shoppers = np.arange(n) // 4
    fraud = (shoppers % 3 == 0).astype(np.float64)
    wrong = np.random.default_rng(seed).random(n) < flipped
    return replace(
        known, shoppers=shoppers, pairs=pairs_of(shoppers, shoppers), verdicts=np.where(wrong, 1 - fraud, fraud)
    )

"""What reviewers found out about some RMAs: late, for those that looked odd mostly, and not always right."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipelines.simulate.draw import DAY, chance
from pipelines.simulate.params import SimulationParams
from pipelines.simulate.requests import Requests
from pipelines.simulate.signs import Sign
from pipelines.simulate.texts import moments, numbered, words

ODD = (Sign.LIGHT, Sign.EMPTIED, Sign.FOREIGN_SERIAL, Sign.MISROUTED, Sign.OTHER_TENDER, Sign.NO_ORDER, Sign.DISPUTED)
"""What makes people look."""
ODDER = 12.0
"""How much likelier an RMA with one of them is looked at."""
MISSED = 0.15
ACCUSED = 0.02
"""How often a reviewer takes abuse for honest, and honesty for abuse."""
SOONEST, MEAN_DELAY = 2, 18
"""Days from the request to the verdict: at least, and beyond that."""
REVIEWERS = 5


def verdicts_table(rng: np.random.Generator, params: SimulationParams, requests: Requests) -> pl.DataFrame:
    """Draw the verdicts that were given by the end, by time, on ``params.verdict_share`` of the RMAs at most."""
    n = len(requests.number)
    is_odd = np.logical_or.reduce([requests.shows(sign) for sign in ODD])
    weight = np.where(is_odd, ODDER, 1.0)
    scale = params.verdict_share * n / max(1.0, float(weight.sum()))
    decided = requests.asked + ((SOONEST + rng.exponential(MEAN_DELAY, n)) * DAY).astype(np.int64)
    is_abuse = requests.archetype >= 0
    finds = chance(rng, np.where(is_abuse, 1 - MISSED, ACCUSED), n)
    reviewer = rng.integers(1, REVIEWERS + 1, n)
    seen = np.flatnonzero(chance(rng, np.minimum(weight * scale, 1.0), n) & (decided <= params.ends_at))
    seen = seen[np.argsort(decided[seen], kind="stable")]
    return pl.DataFrame(
        {
            "rma_id": numbered("R", requests.number[seen]),
            "verdict": words(np.where(finds[seen], 0, 1), ("fraud", "legitimate")),
            "decided_at": moments(decided[seen], params.ends_at),
            "decided_by": numbered("V", reviewer[seen]),
        }
    )

"""The detector on plain numeric columns, of which nobody said which end is suspicious.

It is the same detector as for RMAs, and serves to compare it with others on published sets (``benchmarks``).
Two things differ, because no direction is known. Both ends of a column are features of one family, so the
column's evidence is the rarer end's. And the forest reads the columns themselves: evidence folds both ends
together, which is no loss where one end is harmless and known to be, but here would hide which end it was.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.combine import combined, evidence_part, forest_weight, unfitted_evidence, unfitted_forest
from models.forest import gain
from models.matrix import FloatArray
from models.params import DetectorParams

PLAIN = DetectorParams(family_power=1.5, forest_share=2.0)
"""Without directions every column's evidence is two-sided and weaker, so the forest is the base here: it varies twice
as much as the evidence, and a rare value still stands above it."""


def plain_scores(columns: FloatArray, seed: int, params: DetectorParams = PLAIN) -> FloatArray:
    """Return the raw score of each row of ``columns`` (no unknown values), fitted on these rows themselves."""
    seeded = replace(params, seed=seed)
    names = tuple(str(place) for place in range(columns.shape[1]))
    both_ends = np.hstack([columns, -columns])
    step = unfitted_evidence(seeded, (*names, *names)).fit(both_ends)
    evidence = evidence_part(step.transform(both_ends), seeded)
    gains = gain(unfitted_forest(seeded, columns.shape[0]).fit(columns), columns)
    return combined(evidence, gains, forest_weight(evidence, gains, seeded))

"""Teaching a fitted detector what people decided, where that is measured to be better.

What belongs here: which RMAs are learned from, the decision whether the lessons are used, and the taught detector.
What does not: the learning itself (``models.feedback``).

The detector that was fitted without verdicts is the champion, the same one with lessons the challenger
(``models.promote``). Only verdicts of before the run's moment are known to it, and features as far as they are known
then.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from models.calibrate import order_statistics
from models.detector import Detector, taught_version
from models.feedback import FeedbackParams, Lesson, Taught, is_enough
from models.lessons import Lessons
from models.matrix import latest_stage
from models.precedents import Decided
from models.promote import Worth, promoted
from models.rate import rated_raw, signs


@dataclass(frozen=True, slots=True)
class Teaching:
    """What came of it: how many RMAs had verdicts, how many of them fraud, what learning is worth (None: too few)."""

    n_verdicts: int
    n_fraud: float
    worth: Worth | None
    is_used: bool


def teach(  # noqa: PLR0913 - what is learned from, and how
    detector: Detector,
    window: pl.DataFrame,
    decided_rmas: pl.DataFrame,
    verdicts: pl.DataFrame,
    params: FeedbackParams,
    *,
    may_use: bool,
) -> tuple[Detector, Teaching]:
    """Return the detector with the lessons of the verdicts, or as it was, and what came of it.

    ``window`` holds the features that the detector was fitted on, ``decided_rmas`` those of all RMAs with a verdict,
    whether in the window or not, ``verdicts`` as of ``verdicts.settled_verdicts``; without ``may_use`` the challenger
    is only measured. The same rows in any order give the same detector.
    """
    told = latest_stage(decided_rmas).join(
        verdicts.select("rma_id", "fraud_share", "decided_at"), on="rma_id", maintain_order="left"
    )
    shares = told["fraud_share"].to_numpy()
    if told.is_empty() or not is_enough(shares, params):
        return detector, Teaching(told.height, float(shares.sum()), None, is_used=False)
    decided = Decided.of(told, detector.version)
    latest = latest_stage(window)
    lesson = _lesson(detector, latest, told, decided, params)
    taught, found = promoted(lesson, params)
    teaching = Teaching(told.height, float(shares.sum()), found, is_used=taught is not None and may_use)
    if taught is None or not may_use:
        return detector, teaching
    return _with_lessons(detector, latest, taught, decided), teaching


def _lesson(
    detector: Detector, latest: pl.DataFrame, told: pl.DataFrame, decided: Decided, params: FeedbackParams
) -> Lesson:
    """Return the RMAs with verdicts, and as anchors some without one, drawn at random."""
    rest = latest.join(told, on="rma_id", how="anti", maintain_order="left")
    rng = np.random.default_rng(params.seed)
    drawn = rng.permutation(rest.height)[: int(params.anchors * told.height)]
    anchors = rest[np.sort(drawn)]
    shopper = pl.coalesce("customer_id", pl.concat_str(pl.lit("anonymous "), "rma_id"))
    shoppers = told.select(shopper.rank("dense").cast(pl.Int64)).to_series().to_numpy()
    return Lesson(
        signs=signs(detector, told),
        verdicts=told["fraud_share"].to_numpy(),
        shoppers=shoppers,
        pairs=decided.pairs(told),
        anchors=signs(detector, anchors),
        anchor_pairs=decided.pairs(anchors),
        share=detector.params.assumed_fraud_share,
        quantiles=detector.quantiles,
    )


def _with_lessons(detector: Detector, latest: pl.DataFrame, taught: Taught, decided: Decided) -> Detector:
    """Return the detector with what was learned, and the order of its training scores by it."""
    lessons = Lessons(taught.weights, decided, taught.credit, detector.quantiles)
    learned = replace(detector, taught=lessons, version=taught_version(detector.version, lessons))
    raw = rated_raw(learned, latest)
    return replace(learned, taught=replace(lessons, quantiles=order_statistics(raw, detector.params.quantile_points)))

"""Teaching a fitted detector what people decided, where that is measured to be better.

What belongs here: which RMAs are learned from, the decision whether the lessons are used, and the taught detector.
What does not: the regression itself (``models.feedback``).

The detector that was fitted without verdicts is the champion, the same one with learned weights the challenger. The
challenger is measured on shoppers whose verdicts it was not fitted to, and takes over only where it is better there;
as every run measures anew, it also gives way again (rollback) as soon as verdicts no longer say so. Only verdicts of
before the run's moment are known to it, and features as far as they are known then.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from models.calibrate import order_statistics
from models.detector import Detector, taught_version
from models.feedback import FeedbackParams, Lesson, Worth, is_enough, out_of_fold, worth
from models.matrix import latest_stage
from models.rate import rated, signs


@dataclass(frozen=True, slots=True)
class Teaching:
    """What came of it: how many RMAs had verdicts, how many of them fraud, what learning is worth (None: too few)."""

    n_verdicts: int
    n_fraud: float
    worth: Worth | None
    is_used: bool


def teach(
    detector: Detector, features: pl.DataFrame, verdicts: pl.DataFrame, params: FeedbackParams, *, may_use: bool
) -> tuple[Detector, Teaching]:
    """Return the detector with the lessons of the verdicts, or as it was, and what came of it.

    ``features`` as for the detector, ``verdicts`` as of ``verdicts.settled_verdicts``; without ``may_use`` the
    challenger is only measured. The same rows in any order give the same detector.
    """
    latest = latest_stage(features).join(
        verdicts.select("rma_id", "fraud_share"), on="rma_id", how="left", maintain_order="left"
    )
    told = latest.filter(pl.col("fraud_share").is_not_null())
    shares = told["fraud_share"].to_numpy()
    if told.is_empty() or not is_enough(shares, params):
        return detector, Teaching(told.height, float(shares.sum()), None, is_used=False)
    lesson = _lesson(detector, latest, told, params)
    found = worth(lesson, out_of_fold(lesson, params), params)
    is_used = found.is_better and may_use
    teaching = Teaching(told.height, float(shares.sum()), found, is_used)
    return (_taught(detector, latest, lesson, params) if is_used else detector), teaching


def _lesson(detector: Detector, latest: pl.DataFrame, told: pl.DataFrame, params: FeedbackParams) -> Lesson:
    """Return the RMAs with verdicts, and as anchors some without one, drawn at random."""
    rest = latest.filter(pl.col("fraud_share").is_null())
    rng = np.random.default_rng(params.seed)
    drawn = rng.permutation(rest.height)[: int(params.anchors * told.height)]
    shopper = pl.coalesce("customer_id", pl.concat_str(pl.lit("anonymous "), "rma_id"))
    shoppers = told.select(shopper.rank("dense").cast(pl.Int64)).to_series().to_numpy()
    return Lesson(
        signs(detector, told),
        told["fraud_share"].to_numpy(),
        shoppers,
        signs(detector, rest[np.sort(drawn)]),
        detector.params.assumed_fraud_share,
    )


def _taught(detector: Detector, latest: pl.DataFrame, lesson: Lesson, params: FeedbackParams) -> Detector:
    """Return the detector with the weights of the lesson, and the order of its training scores by them."""
    weights = lesson.fit(params)
    taught = replace(detector, taught=weights, version=taught_version(detector.version, weights))
    raw = rated(taught, latest).raw
    return replace(taught, quantiles=order_statistics(raw, detector.params.quantile_points))

"""How rare a value is among the RMAs of the training window, as a power of ten.

For a column whose higher values are more suspicious, with ``n`` known training values:

* ``p(x) = (number of training values >= x, plus 1) / (n + 2)``, the upper tail with one imagined value
  on each side, so that no finite sample calls anything impossible. A group of ties counts whole:
  a value that a third of all RMAs share has a tail of a third.
* evidence is ``-log10(2 p)`` above the training median, never below 0: half of all RMAs lie above it,
  so evidence begins at 0 there, and 2 means that one in two hundred reaches the value. It is 0 at or
  below the median (the harmless direction), where the value is not known, and for columns that are
  constant or hardly known in training.
* Counts cannot tell the largest value from one a thousand times larger. Beyond an anchor ``u`` the
  tail is therefore also read as a Pareto tail of the distance ``d`` above the median,
  ``evidence(u) + a * log10(d(x) / d(u))``, and the larger of the two readings counts. ``u`` is the
  value that ``tail_share`` of the known values reach and ``1/a`` is Hill's estimate: the mean of
  ``ln(d(v) / d(u))`` over those values (Hill 1975, Annals of Statistics 3:1163). ``a`` never exceeds
  ``tail_index_max``, so the growth stays logarithmic. With fewer than ``tail_min`` values there is
  nothing to estimate: ``u`` is the training maximum and ``a`` is 1.

Beyond the training maximum evidence goes on growing by ``a * log10`` of the distance. So a higher
value never has less evidence, and every value beyond the maximum has more evidence than the maximum.
"""

from __future__ import annotations

import numpy as np

from models.matrix import FloatArray, IntArray

EXACT_COUNTS = 1_000
"""The largest so many training values are kept one by one; below them only a grid is."""

GRID_RATIO = 1.005
"""Neighbouring ranks of that grid differ by half a percent, which is 0.002 of evidence."""


def kept_ranks(n: int) -> IntArray:
    """Return the ranks (1 is the largest value) that are remembered of ``n`` sorted values, ascending."""
    exact = np.arange(1, min(n, EXACT_COUNTS) + 1)
    if n <= EXACT_COUNTS:
        return exact
    steps = int(np.log(n / EXACT_COUNTS) / np.log(GRID_RATIO)) + 1
    grid = np.unique(np.floor(EXACT_COUNTS * GRID_RATIO ** np.arange(1, steps + 1)).astype(np.int64))
    return np.concatenate([exact, grid[(grid > EXACT_COUNTS) & (grid <= n)], [n]])


class Tail:
    """The suspicious tail of one column: values above the median with their evidence, and beyond them.

    ``knots`` ascend strictly; ``levels`` are their evidence. Without knots the column gives no evidence.
    """

    def __init__(self, known: FloatArray, share: float, minimum: int, index_max: float) -> None:
        ordered = np.sort(known)
        self.median = float(np.median(ordered)) if ordered.size else 0.0
        above = ordered[ordered > self.median]
        values = np.unique(np.take(above, above.size - kept_ranks(above.size)))
        reached = ordered.size - np.searchsorted(ordered, values, side="left")
        self.knots = values
        self.levels = np.maximum(-np.log10(2.0 * (reached + 1) / (ordered.size + 2)), 0.0)
        self._set_anchor(above, int(np.ceil(share * ordered.size)), minimum, index_max)

    def _set_anchor(self, above: FloatArray, wanted: int, minimum: int, index_max: float) -> None:
        """Choose where the Pareto tail begins and how fast it falls."""
        self.anchor, self.anchor_level, self.index = 0.0, 0.0, 1.0
        if not above.size:
            return
        count = min(wanted, above.size)
        self.anchor = float(above[-count] if count >= minimum else above[-1])
        self.anchor_level = float(self.levels[int(np.searchsorted(self.knots, self.anchor))])
        if count >= minimum:
            excess = float(np.mean(np.log(above[-count:] - self.median)) - np.log(self.anchor - self.median))
            self.index = min(index_max, 1.0 / excess) if excess > 0 else index_max

    def evidence(self, values: FloatArray) -> FloatArray:
        """Return the evidence of ``values`` (NaN: 0)."""
        result = np.zeros(values.shape)
        if not self.knots.size:
            return result
        high = values > self.median
        chosen = values[high]
        seen = np.minimum(chosen, self.knots[-1])
        counted = self.levels[np.searchsorted(self.knots, seen, side="left")]
        pareto = self.anchor_level + self._growth(np.maximum(seen, self.anchor), self.anchor)
        result[high] = np.where(seen > self.anchor, np.maximum(counted, pareto), counted) + self._growth(chosen, seen)
        return result

    def _growth(self, values: FloatArray, start: FloatArray | float) -> FloatArray:
        """Return what the Pareto tail adds between ``start`` and ``values``, both above the median."""
        return self.index * (np.log10(values - self.median) - np.log10(start - self.median))

"""Rows that pages ask for again and again, kept for as long as their set is shown.

A published set never changes, so what a function gives for a set and filters is the same each time. The
oldest are dropped first; only rows that a person could read are kept, never whole tables.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

import polars as pl

from dashboards.view import View

MOST = 128
"""Frames kept in a process."""

LARGEST = 20_000
"""Rows of the largest frame that is kept."""

_kept: OrderedDict[Hashable, pl.DataFrame] = OrderedDict()
_lock = threading.Lock()


def remembered(view: View, frame: Callable[[View], pl.DataFrame]) -> pl.DataFrame:
    """Return what ``frame`` gives for the view; ``frame`` may look at the set and the filters alone."""
    key = (view.published.path, frame, view.filters.search())
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    rows = frame(view)
    if rows.height <= LARGEST:
        with _lock:
            _kept[key] = rows
            while len(_kept) > MOST:
                _kept.popitem(last=False)
    return rows

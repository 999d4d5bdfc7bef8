"""Where every case stands, kept in a process and brought up to date by what has changed since.

A page of the queue needs the states of all cases to filter and count them; of twenty thousand that people have touched
a few have moved since the last page.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import bindparam, func, select

from dashboards.reviews.database import reading
from dashboards.reviews.models import cases
from dashboards.reviews.rules import CaseState
from dashboards.reviews.store import ReviewStore, state_of

_CHANGED = select(cases).where(cases.c.stamp > bindparam("after"))
_COUNT = select(func.count()).select_from(cases)


class LiveStates:
    """The cases of a store that somebody has opened."""

    def __init__(self, store: ReviewStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._held: dict[str, CaseState] = {}
        self._stamp = 0

    def current(self) -> Mapping[str, CaseState]:
        """Return where every case stands now; the mapping is not to be held on to."""
        with self._lock:
            self._follow()
            return MappingProxyType(self._held)

    def _follow(self) -> None:
        """Take in what has changed; all of it again where a case has got another name, as an erasure does."""
        with reading(self._store.engine) as connection:
            rows = connection.execute(_CHANGED, {"after": self._stamp}).mappings().all()
            count = connection.execute(_COUNT).scalar_one()
            if rows:
                self._held = {**self._held, **{row["case_id"]: state_of(row) for row in rows}}
                self._stamp = max(row["stamp"] for row in rows)
            if count != len(self._held):
                rows = connection.execute(select(cases)).mappings().all()
                self._held = {row["case_id"]: state_of(row) for row in rows}

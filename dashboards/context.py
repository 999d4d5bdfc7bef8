"""What the pages stand on: the current published set, the decision store, and the desk.

What belongs here: following ``current`` when a new set is published, and what the serving process hands
to the pages. What does not: who may do what (``view.py``) and what a decision leads to (``reviews/``).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dashboards.data import PublishedSet
from dashboards.reviews.live import LiveStates
from dashboards.reviews.rules import CaseState
from dashboards.reviews.store import ReviewStore
from dashboards.serving import Desk


def nobody() -> Sequence[str]:
    """Return no reviewers: cases cannot be given to anybody then."""
    return ()


@dataclass(slots=True)
class AppContext:
    """What every request shares.

    ``home`` is the program's home; ``reviews`` the decision store, None where pages are only read;
    ``reviewers`` names the people to whom cases can be given; ``live`` keeps the store's states at hand.
    """

    home: Path
    reviews: ReviewStore | None = None
    desk: Desk = field(default_factory=Desk)
    reviewers: Callable[[], Sequence[str]] = nobody
    live: LiveStates | None = None
    _opened: PublishedSet | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def states(self) -> Mapping[str, CaseState]:
        """Return where every case that somebody has opened stands; empty without a store."""
        if self.live is not None:
            return self.live.current()
        return self.reviews.touched() if self.reviews else {}

    def published(self) -> PublishedSet:
        """Return the current set, opened anew when ``current`` has moved on. PublishedSetError where there is none."""
        current = (self.home / "published" / "current").resolve()
        with self._lock:
            if self._opened is None or self._opened.path != current:
                self._opened = PublishedSet.open(current)
            return self._opened

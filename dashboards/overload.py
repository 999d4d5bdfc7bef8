"""A worker takes on what it can: so many requests at a time, so many that wait, and the rest is told to come again.

A request that waits longer than anybody would is turned away too, so that after a rush the worker is at once back with
those who are still there.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

BUSY = b"The server has more to do than it can. Please try again in a moment.\n"


class Gate:
    """Stands before an application. ``active`` and ``waiting`` are counts of requests, ``patience`` is seconds."""

    def __init__(self, application: WSGIApplication, active: int, waiting: int, patience: float) -> None:
        self._application = application
        self._turns = threading.BoundedSemaphore(active)
        self._seats = threading.BoundedSemaphore(active + waiting)
        self._patience = patience

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request, or turn it away."""
        if not self._seats.acquire(blocking=False):
            return _turned_away(start_response)
        try:
            if not self._turns.acquire(timeout=self._patience):
                return _turned_away(start_response)
            try:
                return self._answered(environ, start_response)
            finally:
                self._turns.release()
        finally:
            self._seats.release()

    def _answered(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Return the whole answer, so that a turn lasts until all of it is made."""
        answer = self._application(environ, start_response)
        try:
            return list(answer)
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()


def _turned_away(start_response: StartResponse) -> list[bytes]:
    """Answer that there is too much to do."""
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Retry-After", "1"), ("Content-Length", str(len(BUSY)))]
    start_response("503 Service Unavailable", headers)
    return [BUSY]

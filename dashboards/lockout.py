"""The lock that closes after failed log-ins, in the store, so that every worker sees the same count.

A try is counted before the password is looked at, so that many at the same moment count as many.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from sqlalchemy import Connection, Engine, delete, insert, select, update

from dashboards.clock import now
from dashboards.errors import DashboardError
from dashboards.reviews.database import writing
from dashboards.reviews.ledger import Clock
from dashboards.reviews.models import attempts

NAME_TRIES, ADDRESS_TRIES = 5, 30
"""Tries that fail before the lock closes: of one name, and of one address, behind which many people may sit."""
WINDOW = timedelta(minutes=15)


class LockedError(DashboardError):
    """Too many log-ins have failed."""

    status = 429


class Lock:
    """Counts tries by name and by address. ``key`` hashes both."""

    def __init__(self, engine: Engine, key: bytes, clock: Clock = now) -> None:
        self._engine = engine
        self._key = key
        self._clock = clock

    def count(self, name: str, address: str) -> None:
        """Count a try. LockedError where there were too many: then the password is not to be looked at."""
        with writing(self._engine) as connection:
            is_locked = [
                self._count(connection, self._subject("name", name.lower()), NAME_TRIES),
                self._count(connection, self._subject("address", address), ADDRESS_TRIES),
            ]
        if any(is_locked):
            minutes = int(WINDOW.total_seconds() // 60)
            raise LockedError("too many log-ins have failed; wait {minutes} minutes, or ask an admin", minutes=minutes)

    def succeeded(self, name: str, address: str) -> None:
        """Forget the tries of a name; of its address the last one alone, because others may try from there."""
        with writing(self._engine) as connection:
            connection.execute(delete(attempts).where(attempts.c.subject == self._subject("name", name.lower())))
            at_address = attempts.c.subject == self._subject("address", address)
            connection.execute(update(attempts).where(at_address).values(failures=attempts.c.failures - 1))

    def _count(self, connection: Connection, subject: str, allowed: int) -> bool:
        """Count one try and return whether it is one too many."""
        at = self._clock()
        connection.execute(delete(attempts).where(attempts.c.since <= at - WINDOW))
        chosen = select(attempts).where(attempts.c.subject == subject)
        held = connection.execute(chosen).mappings().one_or_none()
        if held is None:
            connection.execute(insert(attempts).values(subject=subject, failures=1, since=at))
            return False
        failures = held["failures"] + 1
        values = {"failures": failures, "since": at if failures > allowed else held["since"]}
        connection.execute(update(attempts).where(attempts.c.subject == subject).values(values))
        return bool(failures > allowed)

    def _subject(self, kind: str, what: str) -> str:
        """Return what stands for a name or an address."""
        said = f"{kind} {what}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, said, hashlib.sha256).hexdigest()

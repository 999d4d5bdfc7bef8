"""Who may work here: accounts with a role and an argon2 password, and what lets them in.

Belongs here: accounts, sessions of browsers, tokens of programs, and the lock that closes after failed log-ins. Does
not: what HTTP makes of it (``auth.py``). What opens a door is stored as a hash only.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Engine, bindparam, delete, insert, select, update

from dashboards.clock import now
from dashboards.errors import ConflictError, DashboardError, ForbiddenError, NotThereError
from dashboards.reviews.database import reading, writing
from dashboards.reviews.ledger import Clock
from dashboards.reviews.models import accounts, sessions, tokens
from dashboards.serving import ANALYST, ROLES

NAME = re.compile(r"[^\x00-\x20<>\"'&\\]{1,100}")
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200
SCOPES = ("queue:read", "case:read", "scores:read", "decision:write")
NOT_FOR_ANALYSTS = frozenset({"decision:write"})
TOUCH = timedelta(minutes=1)
"""How often a session's last use is written down."""

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_TURNS = threading.BoundedSemaphore(2)
"""Passwords that a worker checks at a time: each takes 19 MB and most of a core."""
_BEARER = (  # made once: every request of a program asks it
    select(accounts, tokens.c.scopes)
    .join_from(accounts, tokens)
    .where(tokens.c.token == bindparam("of_token"), tokens.c.expires_at > bindparam("at"))
)


@dataclass(frozen=True, slots=True)
class Account:
    """A person who may work here."""

    name: str
    role: str
    is_disabled: bool
    created_at: datetime
    has_password: bool


@dataclass(frozen=True, slots=True)
class Bearer:
    """A program that acts for an account, within some scopes."""

    account: Account
    scopes: frozenset[str]


class AccountStore:
    """The accounts of a store. ``key`` is that of sessions; ``session`` and ``idle`` say how long a door stays open."""

    def __init__(
        self,
        engine: Engine,
        key: bytes,
        session: timedelta = timedelta(hours=12),
        idle: timedelta = timedelta(minutes=60),
        clock: Clock = now,
    ) -> None:
        self._engine = engine
        self._key = key
        self._session = session
        self._idle = idle
        self._clock = clock

    def add(self, name: str, role: str, password: str | None) -> Account:
        """Make an account; without a password only an identity provider lets the person in."""
        _check_account(name, role)
        hashed = None if password is None else hash_password(password)
        with writing(self._engine) as connection:
            if _account(connection, name) is not None:
                raise ConflictError(f"account {name} is there already; choose another name, or give it a new password")
            row = {"name": name, "role": role, "password": hashed, "is_disabled": False, "created_at": self._clock()}
            connection.execute(insert(accounts).values(row))
        return self.get(name)

    def get(self, name: str) -> Account:
        """Return an account. NotThereError where there is none of that name."""
        with reading(self._engine) as connection:
            found = _account(connection, name)
        if found is None:
            raise NotThereError(f"there is no account {name[:100]}; `returnwatch users list` tells which there are")
        return found

    def all(self) -> tuple[Account, ...]:
        """Return every account, by name."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(accounts).order_by(accounts.c.name)).mappings()
            return tuple(_made(row) for row in rows)

    def vouch(self, name: str, role: str) -> Account:
        """Make or change an account as an identity provider says. ForbiddenError where it is disabled here."""
        _check_account(name, role)
        with writing(self._engine) as connection:
            held = _account(connection, name)
            if held is None:
                row = {"name": name, "role": role, "is_disabled": False, "created_at": self._clock()}
                connection.execute(insert(accounts).values(row))
            elif held.is_disabled or held.has_password:
                raise ForbiddenError("this account is not the identity provider's to open; ask an admin")
            else:
                connection.execute(update(accounts).where(accounts.c.name == name).values(role=role))
        return self.get(name)

    def set_password(self, name: str, password: str) -> None:
        """Give an account a new password; who is logged in with the old one is logged out."""
        self.get(name)
        self._change(name, {"password": hash_password(password)})

    def disable(self, name: str) -> None:
        """Close an account: its sessions and tokens end at once, what it decided stays."""
        self.get(name)
        self._change(name, {"is_disabled": True})

    def _change(self, name: str, values: Mapping[str, Any]) -> None:
        """Change an account and close its doors."""
        with writing(self._engine) as connection:
            connection.execute(update(accounts).where(accounts.c.name == name).values(**values))
            for table in (sessions, tokens):
                connection.execute(delete(table).where(table.c.account == name))

    def verified(self, name: str, password: str) -> Account | None:
        """Return the account that a name and a password open; None where they open none, in the same time."""
        # what cannot be a name is not even asked for: a database may refuse the question itself
        asked = name if NAME.fullmatch(name) else ""
        with reading(self._engine) as connection:
            row = connection.execute(select(accounts).where(accounts.c.name == asked)).mappings().one_or_none()
        hashed = row["password"] if row is not None else None
        is_right = _matches(hashed or _decoy(), password) and hashed is not None
        return _made(row) if row is not None and is_right and not row["is_disabled"] else None

    def open_session(self, name: str) -> str:
        """Begin a session and return what the browser is to hold; sessions that have ended are removed."""
        raw, at = secrets.token_urlsafe(32), self._clock()
        with writing(self._engine) as connection:
            connection.execute(delete(sessions).where(sessions.c.expires_at <= at))
            row = {"token": self._hash(raw), "account": name, "created_at": at, "seen_at": at}
            connection.execute(insert(sessions).values(row | {"expires_at": at + self._session}))
        return raw

    def session_account(self, raw: str) -> Account | None:
        """Return whose session it is; None where it has ended, or its account is disabled."""
        at, token = self._clock(), self._hash(raw)
        chosen = select(accounts, sessions.c.seen_at).join_from(accounts, sessions).where(
            sessions.c.token == token, sessions.c.expires_at > at, sessions.c.seen_at > at - self._idle
        )  # fmt: skip
        with reading(self._engine) as connection:
            row = connection.execute(chosen).mappings().one_or_none()
        if row is None or row["is_disabled"]:
            return None
        if at - row["seen_at"] > TOUCH:
            with writing(self._engine) as connection:
                connection.execute(update(sessions).where(sessions.c.token == token).values(seen_at=at))
        return _made(row)

    def close_session(self, raw: str) -> None:
        """End a session."""
        with writing(self._engine) as connection:
            connection.execute(delete(sessions).where(sessions.c.token == self._hash(raw)))

    def make_token(self, name: str, scopes: frozenset[str], lifetime: timedelta) -> str:
        """Make a token of a program that acts for an account; it is shown this once."""
        account = self.get(name)
        if account.is_disabled:
            raise ForbiddenError(f"account {name} is disabled; a token of it would open nothing")
        wrong = sorted(scopes - set(SCOPES))
        if wrong or not scopes:
            told = f"{wrong[0]!r} is no scope" if wrong else "a token needs a scope"
            raise DashboardError(f"{told}; use {', '.join(SCOPES)}")
        if account.role == ANALYST and scopes & NOT_FOR_ANALYSTS:
            raise ForbiddenError(f"account {name} is an analyst's, and they decide nothing; leave decision:write away")
        raw, at = f"rw_{secrets.token_urlsafe(32)}", self._clock()
        with writing(self._engine) as connection:
            row = {"token": self._hash(raw), "account": name, "scopes": " ".join(sorted(scopes)), "created_at": at}
            connection.execute(insert(tokens).values(row | {"expires_at": at + lifetime}))
        return raw

    def bearer(self, raw: str) -> Bearer | None:
        """Return for whom a token acts; None where it has ended, or its account is disabled."""
        with reading(self._engine) as connection:
            sent = {"of_token": self._hash(raw), "at": self._clock()}
            row = connection.execute(_BEARER, sent).mappings().one_or_none()
        if row is None or row["is_disabled"]:
            return None
        account = _made(row)
        scopes = frozenset(row["scopes"].split())
        return Bearer(account, scopes - NOT_FOR_ANALYSTS if account.role == ANALYST else scopes)

    def _hash(self, raw: str) -> str:
        """Return what is stored of what opens a door."""
        return hmac.new(self._key, raw.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def hash_password(password: str) -> str:
    """Return the argon2 hash of a new password. DashboardError where it is too short or too long."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise DashboardError(f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters; choose another one")
    return _HASHER.hash(password)


def _matches(hashed: str, password: str) -> bool:
    """Whether a password is the one of a hash."""
    if len(password) > LONGEST_PASSWORD:
        return False
    try:
        with _TURNS:
            return _HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def _decoy() -> str:
    """Return the hash of a password that nobody has, so that an unknown name takes as long as a known one."""
    return "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$4oMdhKhEC4FQ5KcDjEvVnF0BAv6ZmQzcm0dk0oOIgc4"


def _check_account(name: str, role: str) -> None:
    """Raise DashboardError for a name or a role that cannot be."""
    if not NAME.fullmatch(name):
        raise DashboardError(r"a name has 1 to 100 characters, without spaces, quotes and < > & \; choose another one")
    if role not in ROLES:
        raise DashboardError(f"{role[:40]!r} is no role; use {', '.join(ROLES)}")


def _account(connection: Connection, name: str) -> Account | None:
    """Return an account; None where there is none of that name."""
    row = connection.execute(select(accounts).where(accounts.c.name == name)).mappings().one_or_none()
    return None if row is None else _made(row)


def _made(row: Mapping[Any, Any]) -> Account:
    """Return a row as an account."""
    return Account(row["name"], row["role"], row["is_disabled"], row["created_at"], row["password"] is not None)

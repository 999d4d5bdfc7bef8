"""Tables of the decision store, the same on SQLite and PostgreSQL.

``entries`` is the only truth about decisions, and rows are only ever added. ``cases`` is where each case stands after
them, so that a page of the queue is one look-up. Moments are UTC without a zone; amounts are decimals as text, because
SQLite has no type for them.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMES)

entries = Table(
    "entries",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", DateTime, nullable=False),
    Column("actor", String(200), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("case_id", String(200), index=True),
    Column("key", String(200)),
    Column("facts", Text, nullable=False),
    Column("private", Text, nullable=False),
    Column("salt", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("actor", "key"),
)
"""What happened, in order. ``facts`` (JSON) says nothing of a shopper and is part of the chain; ``private`` (JSON) may,
and only its salted digest is, so that a person can be erased without breaking the chain."""

heads = Table(
    "heads",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("seal", String(64), nullable=False),
)
"""One row: the end of the chain. Whoever adds an entry locks it first."""

cases = Table(
    "cases",
    metadata,
    Column("case_id", String(200), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("rma_ids", Text, nullable=False),
    Column("value", String(40), nullable=False),
    Column("verdict", String(40)),
    Column("reason", Text),
    Column("decided_by", String(200)),
    Column("decided_at", DateTime),
    Column("claimed_by", String(200)),
    Column("claimed_until", DateTime),
    Column("assigned_to", String(200), index=True),
    Column("opened_at", DateTime, nullable=False),
    Column("stamp", Integer, nullable=False, index=True),
)
"""``stamp`` grows with every change of any case, in the order of their commits: who follows asks for what is newer."""

accounts = Table(
    "accounts",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("role", String(20), nullable=False),
    Column("password", String(300)),
    Column("is_disabled", Boolean, nullable=False),
    Column("created_at", DateTime, nullable=False),
)
"""``password`` is an argon2 hash; null where an identity provider vouches for the person."""

attempts = Table(
    "attempts",
    metadata,
    Column("subject", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("since", DateTime, nullable=False),
    Column("locked_until", DateTime),
)
"""Failed log-ins of a name or an address (each a keyed hash), seen by every worker."""

sessions = Table(
    "sessions",
    metadata,
    Column("token", String(64), primary_key=True),
    Column("account", String(200), ForeignKey("accounts.name", ondelete="CASCADE"), nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("seen_at", DateTime, nullable=False),
    Column("expires_at", DateTime, nullable=False),
)
"""``token`` is the hash of what the browser holds: a copy of this table opens nothing."""

tokens = Table(
    "tokens",
    metadata,
    Column("token", String(64), primary_key=True),
    Column("account", String(200), ForeignKey("accounts.name", ondelete="CASCADE"), nullable=False),
    Column("scopes", String(200), nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("expires_at", DateTime, nullable=False),
)
"""Bearer tokens of other systems, hashed as ``sessions`` are."""

saved_views = Table(
    "saved_views",
    metadata,
    Column("account", String(200), primary_key=True),
    Column("name", String(100), primary_key=True),
    Column("search", Text, nullable=False),
)
"""A person's views of the queue: the query part of an address, under a name."""

Index("ix_sessions_account", sessions.c.account)
Index("ix_tokens_account", tokens.c.account)

"""The first tables: entries and their chain, cases, accounts, sessions, tokens."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _make_entries()
    _make_cases()
    _make_accounts()
    _make_doors()


def _make_entries() -> None:
    """Make the chain."""
    op.create_table(
        "entries",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("case_id", sa.String(200)),
        sa.Column("key", sa.String(200)),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("private", sa.Text, nullable=False),
        sa.Column("salt", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.UniqueConstraint("actor", "key", name="uq_entries_actor"),
    )
    op.create_index("ix_entries_case_id", "entries", ["case_id"])
    op.create_table(
        "heads",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
    )


def _make_cases() -> None:
    """Make the table of where each case stands."""
    op.create_table(
        "cases",
        sa.Column("case_id", sa.String(200), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("rma_ids", sa.Text, nullable=False),
        sa.Column("value", sa.String(40), nullable=False),
        sa.Column("verdict", sa.String(40)),
        sa.Column("reason", sa.Text),
        sa.Column("decided_by", sa.String(200)),
        sa.Column("decided_at", sa.DateTime),
        sa.Column("claimed_by", sa.String(200)),
        sa.Column("claimed_until", sa.DateTime),
        sa.Column("assigned_to", sa.String(200)),
        sa.Column("opened_at", sa.DateTime, nullable=False),
        sa.Column("stamp", sa.Integer, nullable=False),
    )
    op.create_index("ix_cases_stamp", "cases", ["stamp"])
    op.create_index("ix_cases_state", "cases", ["state"])
    op.create_index("ix_cases_assigned_to", "cases", ["assigned_to"])


def _make_accounts() -> None:
    """Make the tables of people and their failed log-ins."""
    op.create_table(
        "accounts",
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("password", sa.String(300)),
        sa.Column("is_disabled", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "attempts",
        sa.Column("subject", sa.String(64), primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("since", sa.DateTime, nullable=False),
        sa.Column("locked_until", sa.DateTime),
    )


def _make_doors() -> None:
    """Make the tables of what lets somebody in: sessions of browsers, tokens of programs."""
    op.create_table(
        "sessions",
        sa.Column("token", sa.String(64), primary_key=True),
        _account(),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("seen_at", sa.DateTime, nullable=False),
        sa.Column("expires_at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_sessions_account", "sessions", ["account"])
    op.create_table(
        "tokens",
        sa.Column("token", sa.String(64), primary_key=True),
        _account(),
        sa.Column("scopes", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("expires_at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_tokens_account", "tokens", ["account"])
    op.create_table(
        "saved_views",
        sa.Column("account", sa.String(200), primary_key=True),
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("search", sa.Text, nullable=False),
    )


def _account() -> sa.Column[str]:
    """Return the column of whose door it is."""
    return sa.Column("account", sa.String(200), sa.ForeignKey("accounts.name", ondelete="CASCADE"), nullable=False)

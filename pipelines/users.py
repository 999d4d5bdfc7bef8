"""The commands about who may work on the review pages: accounts, passwords, tokens of other systems."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from dashboards.accounts import AccountStore
from dashboards.reviews.database import open_database
from dashboards.reviews.ledger import Note
from dashboards.reviews.store import ReviewStore
from dashboards.secrets import chain_key, derived, session_key
from pipelines.console import print_json
from pipelines.errors import WrongArgumentError
from pipelines.reviews import store_url
from pipelines.settings import load_settings

ADMINISTRATOR = "(command line)"
"""Who did it, in the chain of decisions: whoever may run programs in the home."""


@contextmanager
def opened(home: Path, config: Path | None) -> Iterator[tuple[AccountStore, ReviewStore]]:
    """Yield the accounts of a home, and the store that writes down what is done to them."""
    settings = load_settings(config)
    engine = open_database(home, store_url(settings.reviews))
    try:
        key = derived(session_key(home), "doors")
        yield AccountStore(engine, key), ReviewStore(engine, chain_key(home))
    finally:
        engine.dispose()


def add_user(  # noqa: PLR0913 - the command's options
    home: Path, config: Path | None, name: str, role: str, *, from_stdin: bool, as_json: bool
) -> None:
    """Make an account."""
    password = read_password(from_stdin=from_stdin)
    with opened(home, config) as (accounts, store):
        made = accounts.add(name, role, password)
        store.ledger.write(Note(ADMINISTRATOR, "account_added", None, {"account": made.name, "role": made.role}))
    _say({"name": made.name, "role": made.role}, f"{made.name} may work here as {made.role}.", as_json=as_json)


def change_password(home: Path, config: Path | None, name: str, *, from_stdin: bool, as_json: bool) -> None:
    """Give an account a new password."""
    with opened(home, config) as (accounts, store):
        accounts.get(name)
        accounts.set_password(name, read_password(from_stdin=from_stdin))
        store.ledger.write(Note(ADMINISTRATOR, "password_changed", None, {"account": name}))
    _say({"name": name}, f"{name} has a new password, and was logged out everywhere.", as_json=as_json)


def list_users(home: Path, config: Path | None, *, as_json: bool) -> None:
    """Print every account."""
    with opened(home, config) as (accounts, _):
        found = accounts.all()
    rows = [{"name": one.name, "role": one.role, "is_disabled": one.is_disabled} for one in found]
    lines = [f"{one.name}  {one.role}{'  disabled' if one.is_disabled else ''}" for one in found]
    _say(
        {"users": rows}, "\n".join(lines) or "Nobody yet: `returnwatch users add NAME --role reviewer`", as_json=as_json
    )


def disable_user(home: Path, config: Path | None, name: str, *, as_json: bool) -> None:
    """Close an account."""
    with opened(home, config) as (accounts, store):
        accounts.disable(name)
        store.ledger.write(Note(ADMINISTRATOR, "account_disabled", None, {"account": name}))
    _say({"name": name, "is_disabled": True}, f"{name} may not work here any more.", as_json=as_json)


def make_token(  # noqa: PLR0913 - the command's options
    home: Path, config: Path | None, name: str, scopes: Sequence[str], days: int, *, as_json: bool
) -> None:
    """Make a token of a program that acts for an account."""
    with opened(home, config) as (accounts, store):
        token = accounts.make_token(name, frozenset(scopes), timedelta(days=days))
        said = {"account": name, "scopes": sorted(set(scopes)), "days": days}
        store.ledger.write(Note(ADMINISTRATOR, "token_made", None, said))
    _say({"token": token, "days": days}, token, as_json=as_json)


def read_password(*, from_stdin: bool) -> str:
    """Return a password from stdin's first line, else from a prompt that asks twice."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise WrongArgumentError("there is no terminal to ask for a password; give --password-stdin and pipe it in")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != password:
        raise WrongArgumentError("the two passwords differ; begin again")
    return password


def _say(content: dict[str, object], line: str, *, as_json: bool) -> None:
    """Print a command's result, for a program or for people."""
    if as_json:
        print_json(content)
    else:
        sys.stdout.write(f"{line}\n")

"""Keys of the serving side: from a variable, else from a file of the home that is made at first use (mode 0600)."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from dashboards.errors import StoreError

SESSION_VARIABLE, SESSION_FILE = "RETURNWATCH_SECRET_KEY", "secret_key"
"""Signs cookies and hashes what opens doors: a new one logs everybody out."""
CHAIN_VARIABLE, CHAIN_FILE = "RETURNWATCH_CHAIN_KEY", "chain_key"
"""Makes the chain of decisions: without it nobody can tell whether they were changed."""
MIN_LENGTH = 32


def session_key(home: Path) -> bytes:
    """Return the key of sessions. StoreError where it is too short or cannot be read."""
    return _load(home / SESSION_FILE, SESSION_VARIABLE)


def chain_key(home: Path) -> bytes:
    """Return the key of the chain. StoreError as for ``session_key``."""
    return _load(home / CHAIN_FILE, CHAIN_VARIABLE)


def derived(key: bytes, purpose: str) -> bytes:
    """Return a key for one purpose, from which nobody can tell the other ones."""
    return hmac.new(key, purpose.encode(), hashlib.sha256).digest()


def _load(file: Path, variable: str) -> bytes:
    """Return a key from its variable, else from its file."""
    given = os.environ.get(variable)
    try:
        content = given.encode("utf-8", "surrogateescape") if given is not None else _file(file)
    except OSError as error:
        raise StoreError(
            f"{file}: cannot read or make the key ({error.strerror}); check the rights of the home"
        ) from None
    key = content.strip()
    if len(key) < MIN_LENGTH:
        place = f"${variable}" if given is not None else str(file)
        raise StoreError(f"{place}: the key has fewer than {MIN_LENGTH} characters; use a longer one")
    return key


def _file(file: Path) -> bytes:
    """Return a key's file, made where there is none; of two workers that make one the first one's stays."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f".{file.name}-{secrets.token_hex(8)}")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as out:
            out.write(secrets.token_hex(32) + "\n")
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(part, file)
        except FileExistsError:
            pass  # another worker was first, and its key counts
        finally:
            part.unlink()
    return file.read_bytes()

"""The key of the keyed hashes that stand for personal data."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from pipelines.errors import ReturnwatchError

VARIABLE = "RETURNWATCH_KEY"
MIN_LENGTH = 16
BLOCK_BYTES = 64
"""The block of SHA-256."""


def load_key(home: Path) -> bytes:
    """Return the key: from ``$RETURNWATCH_KEY``, else from ``HOME/key``, which is made at first use (mode 0600).

    Whoever loses the key cannot link new deliveries to old ones; whoever leaks it can test guesses
    of an e-mail address against the hashes. Raises ReturnwatchError for a key that is too short.
    """
    given = os.environ.get(VARIABLE)
    if given is not None:
        return _checked(given.encode("utf-8", "surrogateescape"), f"${VARIABLE}")
    path = home / "key"
    try:
        if not path.exists():
            _make_key(path)
        return _checked(path.read_bytes(), str(path))
    except OSError as error:
        raise ReturnwatchError(
            f"{path}: cannot read or make the key ({error.strerror}); check the permissions of the home folder"
        ) from None


def _make_key(path: Path) -> None:
    """Write a new key in one step: a run that dies meanwhile leaves none. The lock of the home keeps others out."""
    part = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _checked(key: bytes, place: str) -> bytes:
    """Return the key without blanks around it; ReturnwatchError where it is too short to protect anything."""
    key = key.strip()
    if len(key) < MIN_LENGTH:
        raise ReturnwatchError(f"{place}: the key has fewer than {MIN_LENGTH} characters; give it a long random one")
    return key


def key_fingerprint(key: bytes) -> str:
    """Return what tells one key from another without telling the key: an HMAC of a fixed text, cut short."""
    return hmac.new(key, b"returnwatch key check", hashlib.sha256).hexdigest()[:16]


def hmac_pads(key: bytes) -> tuple[bytes, bytes]:
    """Return the inner and outer pad of HMAC-SHA256 (RFC 2104): what a database needs to compute it itself."""
    block = key if len(key) <= BLOCK_BYTES else hashlib.sha256(key).digest()
    padded = block.ljust(BLOCK_BYTES, b"\0")
    return bytes(byte ^ 0x36 for byte in padded), bytes(byte ^ 0x5C for byte in padded)

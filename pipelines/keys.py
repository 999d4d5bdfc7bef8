"""The key of the keyed hashes that stand for personal data."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from pipelines.errors import ReturnwatchError

VARIABLE = "RETURNWATCH_KEY"
NEW_VARIABLE = "RETURNWATCH_NEW_KEY"
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


def new_key() -> bytes:
    """Return the key that a rotation changes to: ``$RETURNWATCH_NEW_KEY``, else one drawn at random."""
    given = os.environ.get(NEW_VARIABLE)
    if given is None:
        return secrets.token_hex(32).encode("ascii")
    return _checked(given.encode("utf-8", "surrogateescape"), f"${NEW_VARIABLE}")


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
    """Return the key without blanks around it; ReturnwatchError where it is too short to protect anything.

    A key longer than a block is taken for its SHA-256, as HMAC itself does.
    """
    key = key.strip()
    if len(key) < MIN_LENGTH:
        raise ReturnwatchError(f"{place}: the key has fewer than {MIN_LENGTH} characters; give it a long random one")
    return key if len(key) <= BLOCK_BYTES else hashlib.sha256(key).digest()


def key_fingerprint(key: bytes) -> str:
    """Return what tells one key from another without telling the key: an HMAC of a fixed text, cut short."""
    return hmac.new(key, b"returnwatch key check", hashlib.sha256).hexdigest()[:16]


def key_block(key: bytes) -> bytes:
    """Return the block that HMAC-SHA256 makes of a key: the key itself (a long one hashed), filled up with zeros."""
    return (key if len(key) <= BLOCK_BYTES else hashlib.sha256(key).digest()).ljust(BLOCK_BYTES, b"\0")


def hmac_pads(key: bytes) -> tuple[bytes, bytes]:
    """Return the inner and outer pad of HMAC-SHA256 (RFC 2104): what a database needs to compute it itself."""
    padded = key_block(key)
    return bytes(byte ^ 0x36 for byte in padded), bytes(byte ^ 0x5C for byte in padded)


def chain_of(retired: Sequence[bytes], newest: bytes) -> bytes:
    """Return the keys that hash a value, one after the other, as one: the oldest first, a block each.

    Where no key was ever retired that is the one key itself.
    """
    return b"".join(map(key_block, (*retired, newest))) if retired else newest


def links_of(key: bytes) -> list[bytes]:
    """Return the keys of a chain, the oldest first; a single key is a chain of one.

    A single key is never longer than a block: ``load_key`` sees to that.
    """
    if len(key) > BLOCK_BYTES and len(key) % BLOCK_BYTES == 0:
        return [key[start : start + BLOCK_BYTES] for start in range(0, len(key), BLOCK_BYTES)]
    return [key]


def relinked(key: bytes, held: str) -> str:
    """Return a stored hash as it is under one more key: what ``sql/ingest/relinked_hash.sql`` computes."""
    return hmac.new(key, held.encode(), hashlib.sha256).hexdigest()[:32]


def seal(key: bytes, retired: bytes) -> str:
    """Return a retired key as it may be stored: useless without the key that took its place.

    The block is masked with HMAC-SHA512 of a number that is used once, and signed.
    """
    once = secrets.token_bytes(16)
    mask = hmac.new(key, b"mask" + once, hashlib.sha512).digest()
    masked = bytes(one ^ other for one, other in zip(key_block(retired), mask, strict=True))
    return (once + masked + _signed(key, once + masked)).hex()


def unseal(key: bytes, sealed: str) -> bytes:
    """Return the retired key of ``seal``; ReturnwatchError where another key sealed it."""
    content = bytes.fromhex(sealed)
    once, masked, signature = content[:16], content[16:-32], content[-32:]
    if not hmac.compare_digest(signature, _signed(key, once + masked)):
        raise ReturnwatchError("the warehouse's retired keys were sealed with another key; restore the key")
    mask = hmac.new(key, b"mask" + once, hashlib.sha512).digest()
    return bytes(one ^ other for one, other in zip(masked, mask, strict=True))


def _signed(key: bytes, content: bytes) -> bytes:
    """Return the signature of sealed content."""
    return hmac.new(key, b"sign" + content, hashlib.sha256).digest()

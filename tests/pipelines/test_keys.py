from __future__ import annotations

import hashlib
import hmac
import os
import stat
from pathlib import Path

import duckdb
import pytest

from pipelines.errors import ReturnwatchError
from pipelines.ingest.hashing import define_hash
from pipelines.keys import VARIABLE, chain_of, hmac_pads, key_block, links_of, load_key, relinked, seal, unseal


@pytest.fixture(autouse=True)
def _no_key_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


def test_a_key_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    key = load_key(tmp_path)
    assert len(key) == 64
    assert load_key(tmp_path) == key
    assert [place.name for place in tmp_path.iterdir()] == ["key"]
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_two_homes_have_two_keys(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert load_key(tmp_path / "a") != load_key(tmp_path / "b")


def test_the_variable_wins_and_makes_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "sixteen letters!")
    assert load_key(tmp_path) == b"sixteen letters!"
    assert list(tmp_path.iterdir()) == []


def test_blanks_around_a_key_say_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text("  a key of my own, long\r\n", encoding="ascii")
    assert load_key(tmp_path) == b"a key of my own, long"
    monkeypatch.setenv(VARIABLE, "a key of my own, long\n")
    assert load_key(tmp_path) == b"a key of my own, long"


def test_a_key_may_hold_any_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = bytes(range(200, 232))
    (tmp_path / "key").write_bytes(key)
    assert load_key(tmp_path) == key
    monkeypatch.setenv(VARIABLE, os.fsdecode(key))
    assert load_key(tmp_path) == key


@pytest.mark.parametrize("text", ["", "short", " " * 40])
def test_a_short_key_protects_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv(VARIABLE, text)
    with pytest.raises(ReturnwatchError, match=r"\$RETURNWATCH_KEY: the key has fewer than 16"):
        load_key(tmp_path)
    monkeypatch.delenv(VARIABLE)
    (tmp_path / "key").write_text(text, encoding="ascii")
    with pytest.raises(ReturnwatchError, match="key: the key has fewer than 16"):
        load_key(tmp_path)


def test_a_home_that_cannot_hold_a_key_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReturnwatchError, match="cannot read or make the key"):
        load_key(tmp_path / "none")
    (tmp_path / "key").mkdir()
    with pytest.raises(ReturnwatchError, match="cannot read or make the key"):
        load_key(tmp_path)


@pytest.mark.parametrize("key", [b"k" * 16, b"k" * 64, b"k" * 65, bytes(range(100))])
def test_the_pads_make_hmac_sha256(key: bytes) -> None:
    inner, outer = hmac_pads(key)
    made = hashlib.sha256(outer + hashlib.sha256(inner + b"message").digest()).digest()
    assert made == hmac.new(key, b"message", hashlib.sha256).digest()


FIRST, SECOND = (
    b"the first key of all",
    b"a second key, much longer than a block of SHA-256, so that HMAC hashes it first",
)


def test_a_chain_of_keys_comes_apart_again() -> None:
    assert links_of(FIRST) == [FIRST]
    assert chain_of([], SECOND) == SECOND
    assert links_of(chain_of([FIRST], SECOND)) == [key_block(FIRST), key_block(SECOND)]


def test_a_long_key_is_taken_for_its_hash_as_hmac_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "k" * 128)
    assert load_key(tmp_path) == hashlib.sha256(b"k" * 128).digest()
    assert hmac.digest(load_key(tmp_path), b"m", "sha256") == hmac.digest(b"k" * 128, b"m", "sha256")


def test_each_key_of_a_chain_hashes_in_turn() -> None:
    with duckdb.connect() as connection:
        define_hash(connection, chain_of([FIRST, SECOND], FIRST))
        ((made, none),) = connection.execute("select keyed_hash('email', 'a@b'), keyed_hash('email', null)").fetchall()
    once = hmac.new(FIRST, b"email:a@b", hashlib.sha256).hexdigest()[:32]
    assert made == relinked(FIRST, relinked(SECOND, once))
    assert none is None


def test_a_sealed_key_opens_with_the_key_that_sealed_it_alone() -> None:
    sealed = seal(SECOND, FIRST)
    assert unseal(SECOND, sealed) == key_block(FIRST)
    assert FIRST.hex() not in sealed
    assert sealed != seal(SECOND, FIRST)
    with pytest.raises(ReturnwatchError, match="sealed with another key"):
        unseal(FIRST, sealed)
    with pytest.raises(ReturnwatchError, match="sealed with another key"):
        unseal(SECOND, sealed[:-1] + ("0" if sealed[-1] != "0" else "1"))

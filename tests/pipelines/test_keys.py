from __future__ import annotations

import hashlib
import hmac
import os
import stat
from pathlib import Path

import pytest

from pipelines.errors import ReturnwatchError
from pipelines.keys import VARIABLE, hmac_pads, load_key


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

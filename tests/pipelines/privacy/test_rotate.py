"""A new key: the same person keeps one hash, the old key tests nothing, and nobody who was erased comes back."""

from __future__ import annotations

import hashlib
import hmac
import json
import stat
from pathlib import Path

import polars as pl
import pytest

from pipelines.errors import ReturnwatchError
from pipelines.keys import key_fingerprint, relinked
from pipelines.privacy.forget import ForgetRequest, forget
from pipelines.privacy.rotate import rotate
from tests.privacy_tools import CUSTOMER, KEY, PERSONAL, ROWS, csv_text, deliver, found_in, rows_of, table

NEW = "the next key, just as long as the first"
EMAIL = PERSONAL["email"].lower()


@pytest.fixture(autouse=True)
def _new_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETURNWATCH_NEW_KEY", NEW)


def hashed(key: bytes, kind: str, value: str) -> str:
    return hmac.new(key, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()[:32]


def hashes(home: Path) -> dict[str, pl.DataFrame]:
    return {name: table(home, f"raw.{name}").select("^.*_hash$") for name in ("orders", "customers", "returns")}


def test_every_hash_is_hashed_once_more_and_nothing_else_changes(home: Path) -> None:
    before = {name: table(home, f"raw.{name}") for name in ROWS}
    done = rotate(home, None)
    assert done["rows"] == {"raw.customers": 2, "raw.orders": 3, "raw.returns": 1}
    for name, frame in before.items():
        new = table(home, f"raw.{name}")
        assert new.select(pl.exclude("^.*_hash$")).equals(frame.select(pl.exclude("^.*_hash$")))
        for column in frame.select("^.*_hash$").columns:
            assert new[column].to_list() == [held and relinked(NEW.encode(), held) for held in frame[column]]


def test_the_old_key_matches_nothing_any_more(home: Path) -> None:
    old = hashed(KEY, "email", EMAIL)
    assert old in found_in(home, [old])
    assert (home / "key").read_bytes() == KEY
    rotate(home, None)
    stored = str(hashes(home))
    assert found_in(home, [old, hashed(NEW.encode(), "email", EMAIL), KEY.decode()]) == {}
    assert relinked(NEW.encode(), old) in {*table(home, "raw.orders")["email_hash"]}, stored
    assert (home / "key").read_text(encoding="ascii").strip() == NEW
    assert stat.S_IMODE((home / "key").stat().st_mode) == 0o600
    assert table(home, "raw.key_check")["fingerprint"].to_list() == [key_fingerprint(NEW.encode())]
    assert not (home / "switch").exists()


@pytest.mark.parametrize("times", [1, 3])
def test_the_same_person_delivered_later_has_the_same_hash(
    home: Path, landing: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    for number in range(times):
        monkeypatch.setenv("RETURNWATCH_NEW_KEY", f"{NEW} {number}")
        rotate(home, None)
    assert table(home, "raw.retired_keys").height == times
    order = rows_of("orders")[0] | {"order_id": "PLO-99"}
    (landing / "canonical" / "orders_later.csv").write_text(csv_text([order, rows_of("orders")[1]]), encoding="utf-8")
    (row,) = deliver(home, landing)
    assert (row["rows_loaded"], row["rows_duplicate"], row["rows_updated"]) == (1, 1, 0)
    orders = table(home, "raw.orders").filter(pl.col("customer_id") == CUSTOMER)
    assert orders.height == 3
    for column in orders.select("^.*_hash$").columns:
        assert orders[column].n_unique() == 1, column


@pytest.mark.slow
def test_who_was_erased_stays_so_under_the_new_key(home: Path, landing: Path) -> None:
    receipt = forget(ForgetRequest(home, CUSTOMER))
    erased = {name: sorted(table(home, f"raw.{name}").rows(), key=str) for name in ROWS if name != "orders"}
    rotate(home, None)
    assert forget(ForgetRequest(home, CUSTOMER))["status"] == "already_erased"
    deliver(home, landing, full_refresh=True)
    assert {name: sorted(table(home, f"raw.{name}").rows(), key=str) for name in erased}.keys() == erased.keys()
    assert set(table(home, "raw.orders")["customer_id"]) - {"OTHER-1"} == {
        row for row in table(home, "raw.customers")["customer_id"] if row.startswith("erased-")
    }
    assert sorted(table(home, "raw.order_lines").rows(), key=str) == erased["order_lines"]
    held = json.loads((home / receipt["receipt"]).read_text(encoding="utf-8"))
    assert held["subject"] == relinked(NEW.encode(), receipt["subject"])


def test_another_key_is_refused_and_a_full_refresh_does_not_get_round_it(home: Path, landing: Path) -> None:
    forget(ForgetRequest(home, CUSTOMER))
    (home / "key").write_bytes(b"quite another key, never seen")
    with pytest.raises(ReturnwatchError, match="restore that key: without it, people who were erased would come back"):
        deliver(home, landing, full_refresh=True)


def test_a_lost_list_of_the_erased_is_noticed(home: Path, landing: Path) -> None:
    forget(ForgetRequest(home, CUSTOMER))
    (home / "warehouse.duckdb").unlink()
    with pytest.raises(ReturnwatchError, match="the list of whom went with the old warehouse"):
        deliver(home, landing)


def test_a_key_from_the_environment_needs_a_new_one_from_there(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETURNWATCH_KEY", KEY.decode())
    monkeypatch.delenv("RETURNWATCH_NEW_KEY")
    (home / "key").unlink()
    with pytest.raises(ReturnwatchError, match=r"the key comes from \$RETURNWATCH_KEY; give the new one"):
        rotate(home, None)
    monkeypatch.setenv("RETURNWATCH_NEW_KEY", NEW)
    assert rotate(home, None)["next"] == "Set $RETURNWATCH_KEY to the new key from now on."
    assert not (home / "key").exists()
    monkeypatch.setenv("RETURNWATCH_KEY", NEW)
    assert rotate(home, None)["status"] == "already_rotated"
    monkeypatch.setenv("RETURNWATCH_NEW_KEY", "short")
    with pytest.raises(ReturnwatchError, match="fewer than 16"):
        rotate(home, None)


def test_a_key_is_drawn_where_none_is_given(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RETURNWATCH_NEW_KEY")
    rotate(home, None)
    assert len((home / "key").read_text(encoding="ascii").strip()) == 64

"""Verdicts on other RMAs of the shopper and of the ring, and how far each is believed."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from models.precedents import Decided, Heard, Pairs, credited

START = datetime(2026, 6, 1)  # noqa: DTZ001 - core timestamps are UTC without a zone


def rmas(*rows: tuple[str, str | None, str | None, int]) -> pl.DataFrame:
    """Return RMAs of a shopper and a ring, requested on a day; decided (where they are) the day after."""
    names = ["rma_id", "customer_id", "ring_id", "day"]
    told = pl.DataFrame(rows, schema=names, orient="row", schema_overrides=dict.fromkeys(names[:3], pl.String))
    requested = [START + timedelta(days=day) for day in told["day"].to_list()]
    return told.with_columns(
        pl.Series("requested_at", requested, dtype=pl.Datetime("us")),
        pl.Series("decided_at", [moment + timedelta(days=1) for moment in requested], dtype=pl.Datetime("us")),
    )


DECIDED = rmas(("a1", "ann", None, 0), ("a2", "ann", None, 5), ("b1", "bob", "R", 0), ("x1", None, None, 0))


def pairs(rows: pl.DataFrame, *, at_request: bool = False) -> list[tuple[int, int, int]]:
    found = Decided.of(DECIDED, "salt").pairs(rows, at_request=at_request)
    return list(zip(found.rows.tolist(), found.decided.tolist(), found.kinds.tolist(), strict=True))


def test_precedents_are_the_decided_rmas_of_the_shopper_and_of_the_ring() -> None:
    asked = rmas(("a3", "ann", None, 3), ("c1", "cara", "R", 3), ("b2", "bob", "R", 3), ("d1", "dan", None, 3))
    # bob's own is the shopper's, and not counted again as the ring's
    assert pairs(asked) == [(0, 0, 0), (0, 1, 0), (1, 2, 1), (2, 2, 0)]


def test_an_own_verdict_is_no_precedent() -> None:
    assert pairs(rmas(("a1", "ann", None, 0), ("b1", "bob", "R", 0))) == [(0, 1, 0)]


def test_anonymous_returns_have_nothing_in_common() -> None:
    assert pairs(rmas(("x2", None, None, 3))) == []


def test_at_the_request_only_earlier_decisions_are_known() -> None:
    asked = rmas(("a3", "ann", None, 3), ("a4", "ann", None, 1), ("a5", "ann", None, 9))
    assert pairs(asked, at_request=True) == [(0, 0, 0), (2, 0, 0), (2, 1, 0)]


def test_frames_without_rings_have_shoppers_all_the_same() -> None:
    decided = Decided.of(DECIDED.drop("ring_id"), "salt")
    found = decided.pairs(rmas(("a3", "ann", None, 3), ("c1", "cara", "R", 3)).drop("ring_id"))
    assert found.rows.tolist() == [0, 0]


def test_what_is_heard_is_the_sum_of_what_is_credited() -> None:
    found = Pairs(3, np.array([0, 0, 2]), np.array([0, 1, 1]), np.array([0, 0, 1])).heard(np.array([1.0, 0.25]))
    assert found.fraud.tolist() == [[1.25, 0.0], [0.0, 0.0], [0.0, 0.25]]
    assert found.honest.tolist() == [[0.75, 0.0], [0.0, 0.0], [0.0, 0.75]]


def test_confirmed_abuse_raises_the_odds_and_honest_verdicts_lower_them() -> None:
    heard = Heard(np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [0.0, 0.0], [0.0, 1.0]]),
                  np.array([[0.0, 0.0], [0.0, 0.0], [0.0, 0.0], [3.0, 0.0], [0.0, 0.0]]))  # fmt: skip
    shifts = heard.shifts(0.02, 1.0)

    assert shifts[0].tolist() == [0.0, 0.0]
    # one confirmed: the shopper's share becomes (1 + 0.02) / 2
    assert shifts[1, 0] == pytest.approx(np.log(0.51 / 0.49) - np.log(0.02 / 0.98))
    assert shifts[2, 0] > shifts[1, 0]
    assert shifts[3, 0] < 0
    # the ring's counts half
    assert 0 < shifts[4, 1] < shifts[1, 0]
    assert shifts[4, 0] == 0.0


def test_a_shopper_is_the_better_known_the_more_was_decided() -> None:
    heard = Heard(np.array([[0.0, 5.0], [0.5, 0.0], [2.0, 0.0]]), np.array([[0.0, 5.0], [0.5, 0.0], [1.0, 0.0]]))
    assert heard.known(1.0).tolist() == [0.0, 0.5, 0.75]


def test_a_verdict_is_believed_as_far_as_it_is_likely() -> None:
    likely, unlikely = 0.9, 0.01
    credit = credited(np.array([1.0, 1.0, 0.0, 0.5]), np.array([likely, unlikely, likely, likely]), 0.1)

    assert credit[0] > 0.98
    assert credit[1] == pytest.approx(0.01 * 0.9 / (0.01 * 0.9 + 0.99 * 0.1))
    assert credit[2] == 0.0
    assert credit[3] == pytest.approx(credit[0] / 2)


def test_nobodys_name_is_kept() -> None:
    described = json.dumps(Decided.of(DECIDED, "salt").described())
    assert not any(f'"{name}"' in described for name in ("ann", "bob", "a1", "R"))


def test_decided_rmas_are_read_back() -> None:
    decided = Decided.of(DECIDED, "salt")
    again = Decided.read(json.loads(json.dumps(decided.described())))
    assert again.rmas.select(decided.rmas.columns).equals(decided.rmas)
    assert again.salt == decided.salt

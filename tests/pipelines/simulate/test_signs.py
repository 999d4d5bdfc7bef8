from __future__ import annotations

import numpy as np
import pytest

from pipelines.simulate.draw import NONE
from pipelines.simulate.plan import CLUMSY_CARRIER, EMPTY_BOX, TENDER_SWITCH
from pipelines.simulate.signs import ABUSE, LOOKS, ORDINARY, Sign, SignTable, draw_signs, shows
from pipelines.simulate.vocabulary import ARCHETYPES, LOOKALIKES

N = 40_000


def drawn(archetype: int = NONE, lookalike: int = NONE, progress: float = 0.0) -> SignTable:
    """Return the signs of many RMAs of one sort."""
    rng = np.random.default_rng(5)
    return draw_signs(rng, np.full(N, archetype), np.full(N, lookalike), np.full(N, progress))


def test_there_is_a_column_for_each_sign() -> None:
    assert drawn().shape == (N, 22)
    assert sorted(Sign) == list(range(22))


def test_everybody_shows_signs_now_and_then() -> None:
    signs = drawn()
    for sign in (Sign.LIGHT, Sign.FOREIGN_SERIAL, Sign.MISROUTED, Sign.OTHER_TENDER, Sign.NO_ORDER, Sign.DISPUTED):
        assert 0 < shows(signs, sign).mean() < 0.05


def test_abuse_shows_its_signs_mostly_but_leaves_them_out_at_times() -> None:
    signs = drawn(EMPTY_BOX)
    assert 0.5 < shows(signs, Sign.LIGHT).mean() < 0.95
    assert 0.5 < shows(signs, Sign.EMPTIED).mean() < 0.95
    assert not (shows(signs, Sign.LIGHT) | shows(signs, Sign.EMPTIED)).all()


def test_signs_of_one_kind_are_not_those_of_another() -> None:
    assert shows(drawn(TENDER_SWITCH), Sign.LIGHT).mean() == pytest.approx(shows(drawn(), Sign.LIGHT).mean(), abs=0.003)


def test_abusers_learn() -> None:
    early, late = (shows(drawn(EMPTY_BOX, progress=moment), Sign.LIGHT).mean() for moment in (0.0, 1.0))
    assert late < early - 0.02


def test_a_clumsy_carrier_loses_and_misroutes_more() -> None:
    for sign in (Sign.UNSEEN, Sign.MISROUTED, Sign.LIGHT):
        assert shows(drawn(lookalike=CLUMSY_CARRIER), sign).mean() > 1.5 * shows(drawn(), sign).mean()


def test_abuse_is_never_shown_less_than_by_everybody() -> None:
    usual = drawn().mean(axis=0)
    for archetype in range(len(ARCHETYPES)):
        assert (drawn(archetype).mean(axis=0) > usual - 0.02).all()


def test_no_rmas_have_no_signs() -> None:
    none = np.zeros(0, dtype=np.int64)
    assert draw_signs(np.random.default_rng(0), none, none, np.zeros(0)).shape == (0, len(Sign))


def test_the_rates_are_shares_of_known_kinds() -> None:
    assert set(ABUSE) <= set(range(len(ARCHETYPES)))
    assert set(LOOKS) <= set(range(len(LOOKALIKES)))
    for rates in (ORDINARY, *ABUSE.values(), *LOOKS.values()):
        assert all(0 <= rate < 1 for rate in rates.values())

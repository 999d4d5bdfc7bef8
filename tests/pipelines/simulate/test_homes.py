from __future__ import annotations

import numpy as np
import pytest

from pipelines.simulate.draw import NEVER
from pipelines.simulate.homes import FORWARDED, MOVES, Homes, addresses, make_homes, shared
from pipelines.simulate.params import SimulationParams

PARAMS = SimulationParams(orders=27_000)
SHOPPERS, PEOPLE = 10_000, 11_000


@pytest.fixture(scope="module")
def homes() -> Homes:
    return make_homes(np.random.default_rng(3), PARAMS, SHOPPERS, PEOPLE)


def test_a_home_is_that_of_somebody_who_lives_there(homes: Homes) -> None:
    lives_alone = homes.home == np.arange(PEOPLE)
    assert 0.85 < lives_alone.mean() < 0.97
    assert (homes.place == homes.place[homes.home]).all()


def test_a_forwarder_has_many_unrelated_shoppers(homes: Homes) -> None:
    at_hub = homes.forwarder >= 0
    assert at_hub.mean() == pytest.approx(FORWARDED, abs=0.003)
    for hub in np.unique(homes.forwarder[at_hub]):
        mine = homes.forwarder == hub
        assert mine.sum() > 8
        assert len(np.unique(homes.home[:SHOPPERS][mine])) == 1
    assert not homes.shares[at_hub].any()


def test_some_move_house_within_the_time(homes: Homes) -> None:
    moves = homes.moved < NEVER
    assert moves.mean() == pytest.approx(MOVES, abs=0.007)
    assert (homes.moved[moves] >= PARAMS.starts_at).all()
    assert (homes.moved[moves] < PARAMS.ends_at).all()
    assert (homes.former >= SHOPPERS).all()
    assert not (moves & homes.shares).any()


def test_a_household_has_one_address_but_for_how_the_flat_is_written(homes: Homes) -> None:
    table = addresses(np.random.default_rng(1), homes)
    mine = np.flatnonzero(homes.shares)
    head = homes.home[mine]
    for name in ("city", "postcode", "country"):
        assert table[name][mine].equals(table[name][head])
    plain = table["address"].str.replace(r" (Apt|Flat|No\.|Unit) (\d+)$", " $2")
    assert plain[mine].equals(plain[head])
    assert not table["address"][mine].equals(table["address"][head])


def test_a_forwarders_shoppers_have_a_box_each(homes: Homes) -> None:
    table = addresses(np.random.default_rng(1), homes)
    at_hub = np.flatnonzero(homes.forwarder >= 0)
    assert table["address"][at_hub].str.contains(r" Box \d+$").all()
    assert table["address"][at_hub].n_unique() > 0.9 * len(at_hub)


def test_only_households_share(homes: Homes) -> None:
    own = np.arange(SHOPPERS) + 100
    result = shared(np.random.default_rng(2), homes, own, 0.5)
    differs = result != own
    assert differs.any()
    assert homes.shares[differs].all()
    assert (result[differs] == own[homes.home[:SHOPPERS][differs]]).all()


def test_one_shopper_is_enough() -> None:
    homes = make_homes(np.random.default_rng(0), SimulationParams(orders=1), 1, 2)
    assert addresses(np.random.default_rng(0), homes).height == 2

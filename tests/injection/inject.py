"""Put the whole together: a base, a shop, cases of abuse, look-alikes, and everyday life around them."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from tests.injection.baskets import Base
from tests.injection.cases import Kind, play
from tests.injection.crowds import CROWDS
from tests.injection.honest import everyday, expected_returns
from tests.injection.kinds_claims import KINDS as CLAIMS
from tests.injection.kinds_goods import KINDS as GOODS
from tests.injection.kinds_money import KINDS as MONEY
from tests.injection.kinds_people import KINDS as PEOPLE
from tests.injection.lookalikes import LOOKALIKES
from tests.injection.opening import opened
from tests.injection.shop import Rma, Shop

KINDS: tuple[Kind, ...] = (*GOODS, *CLAIMS, *MONEY, *PEOPLE)
ABUSE_RATE = 0.025
LOOKALIKE_RATE = 0.06
BOLDNESS = 0.2
NIGHT_ENDS = 6


def injected(base: Base, orders: int, seed: int, abuse_rate: float = ABUSE_RATE, boldness: float = BOLDNESS) -> Shop:
    """Return a shop in which so large a share of the RMAs is abuse, about equally much of every kind."""
    shop = opened(base, orders, seed)
    shop.boldness = boldness
    returns = expected_returns(shop)
    _spend(shop, KINDS, round(returns * abuse_rate), is_abuse=True)
    likes = round(returns * LOOKALIKE_RATE)
    share = len(LOOKALIKES) / (len(LOOKALIKES) + len(CROWDS))
    _spend(shop, LOOKALIKES, round(likes * share), is_abuse=False)
    for crowd in CROWDS:
        for rma in crowd.act(shop, max(3, round(likes * (1 - share) / len(CROWDS)))):
            rma.lookalike = crowd.name
    everyday(shop)
    for rma in shop.rmas:
        _by_day(shop, rma)
    return shop


def _by_day(shop: Shop, rma: Rma) -> None:
    """Let few ask for a return while others sleep, whoever they are; only who has a small child does."""
    if rma.requested.hour < NIGHT_ENDS and rma.lookalike != "new_parents" and shop.sign(0.85):
        rma.shift(timedelta(hours=shop.dice.randint(7, 14)))


def _spend(shop: Shop, kinds: tuple[Kind, ...], budget: int, *, is_abuse: bool) -> None:
    """Let actors act until so many RMAs are made, of the kinds in turn; each kind at least once."""
    made: Counter[str] = Counter()
    while made.total() < budget or len(made) < len(kinds):
        least = min(made[kind.name] for kind in kinds)
        kind = shop.dice.choice([one for one in kinds if made[one.name] <= least + 1])
        rmas = play(shop, kind)
        made[kind.name] += max(1, len(rmas))
        for rma in rmas:
            if is_abuse:
                rma.kind = kind.name
            else:
                rma.lookalike = kind.name

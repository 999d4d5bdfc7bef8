"""What shoppers raise besides: questions to the support and disputes with their banks."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipelines.simulate.draw import DAY, HOUR, NONE, Flags, Floats, Ints, chance, pick, pick_by_row, unique_numbers
from pipelines.simulate.parcels import Parcels, agent_count
from pipelines.simulate.plan import BAD_LOT, DAMAGED, GIFT_CARD_LAUNDERING, MISSING, NOT_RECEIVED, WARRANTY
from pipelines.simulate.requests import Requests
from pipelines.simulate.shop import Shop
from pipelines.simulate.signs import Sign
from pipelines.simulate.texts import moments, money, numbered, only, words
from pipelines.simulate.vocabulary import CHARGEBACK_OUTCOMES, CHARGEBACK_REASONS, RESOLUTIONS, TOPICS

WHERE_IS_IT, QUESTION, REFUND_STATUS, DEFECTIVE, NOT_THERE, INVOICE = range(len(TOPICS))
CONTACTED = 0.04
"""Share of the orders about which somebody asks something, return or not."""
DISPUTED = 0.0015
"""Share of the delivered orders that are disputed without an RMA being the cause."""
DISPUTE_DAYS = 25
DISPUTE_REASONS = ((25, 30, 20, 25), (80, 5, 10, 5), (3, 3, 4, 90))
"""Why payments are disputed: usually, after a claim of non-receipt, and by the owner of a stolen card."""


def contacts_table(rng: np.random.Generator, shop: Shop, requests: Requests) -> pl.DataFrame:
    """Draw the questions to the support about returns and about orders; one row a contact, earliest first."""
    n, end = len(shop.orders), shop.params.ends_at
    asking = np.flatnonzero(chance(rng, _contact_rate(requests), len(requests.number)))
    before = chance(rng, 0.35, len(asking))
    waited = rng.exponential(5, len(asking)) * DAY
    about_return = requests.asked[asking] + np.where(before, -rng.uniform(0.5, 6, len(asking)) * HOUR, waited)
    other = np.flatnonzero(chance(rng, CONTACTED, n))
    about_order = shop.orders.ordered[other] + rng.exponential(4, len(other)) * DAY
    at = np.concatenate([about_return, about_order]).astype(np.int64)
    order = np.concatenate([requests.order[asking], other])
    topic = np.concatenate([_topic(rng, requests.kind[asking], before), _general_topic(rng, len(other))])
    number = unique_numbers(rng, len(at))
    sequence = np.lexsort((number, at))
    sequence = sequence[at[sequence] <= end]
    at, order, topic, number = at[sequence], order[sequence], topic[sequence], number[sequence]
    n = len(at)
    return pl.DataFrame(
        {
            "contact_id": numbered("K", number),
            "contacted_at": moments(at, end),
            "customer_id": numbered("C", shop.shoppers.number[shop.orders.shopper[order]]),
            "order_id": only(numbered("O", shop.orders.number[order]), chance(rng, 0.93, n)),
            "topic": words(topic, TOPICS),
            "agent_id": numbered("A", rng.integers(1, agent_count(shop) + 1, n)),
            "resolution": words(np.where(chance(rng, 0.2, n), NONE, pick(rng, (50, 8, 20, 7, 15), n)), RESOLUTIONS),
        }
    )


def _contact_rate(requests: Requests) -> Floats:
    """Return how often somebody asks about each RMA: claims and faults more, and those of a bad lot."""
    by_kind = np.array((0.1, 0.55, 0.5, 0.45, 0.4))[requests.kind]
    return np.where(requests.lookalike == BAD_LOT, 0.4, by_kind)


def _topic(rng: np.random.Generator, kind: Ints, before: Flags) -> Ints:
    """Draw what a question about a return is about, given what is asked and whether it comes before the request."""
    first = np.select(
        [(kind == NOT_RECEIVED) | (kind == MISSING), (kind == DAMAGED) | (kind == WARRANTY)],
        [NOT_THERE, DEFECTIVE],
        np.where(chance(rng, 0.3, len(kind)), DEFECTIVE, QUESTION),
    )
    return np.where(before, first, np.where(chance(rng, 0.7, len(kind)), REFUND_STATUS, first))


def _general_topic(rng: np.random.Generator, n: int) -> Ints:
    """Draw what a question about an order is about."""
    return np.array((WHERE_IS_IT, QUESTION, INVOICE, NOT_THERE))[pick(rng, (60, 20, 17, 3), n)]


def chargebacks_table(rng: np.random.Generator, shop: Shop, requests: Requests, parcels: Parcels) -> pl.DataFrame:
    """Draw the disputes with banks; at most one an order, earliest first, amounts up to what the goods cost."""
    end, n = shop.params.ends_at, len(shop.orders)
    rate = np.where(shop.arrived, DISPUTED, 0.0)
    rate[requests.order[parcels.is_denied]] = 0.04
    rate[requests.order[requests.shows(Sign.DISPUTED)]] = 1.0
    opened = shop.orders.delivered + ((3 + rng.exponential(DISPUTE_DAYS, n)) * DAY).astype(np.int64)
    np.maximum.at(opened, requests.order, requests.asked + rng.integers(2 * DAY, 18 * DAY, len(requests.order)))
    order = np.flatnonzero(chance(rng, rate, n) & shop.arrived & (opened <= end) & (shop.orders.payment >= 0))
    order = order[np.argsort(opened[order], kind="stable")]
    goods = np.bincount(shop.lines.order, weights=shop.lines.amount, minlength=n).astype(np.int64)
    had_claim = np.bincount(requests.order[requests.kind == NOT_RECEIVED], minlength=n)[order] > 0
    was_stolen = np.bincount(requests.order[requests.archetype == GIFT_CARD_LAUNDERING], minlength=n)[order] > 0
    profile = np.where(was_stolen, 2, had_claim.astype(np.int64))
    return pl.DataFrame(
        {
            "chargeback_id": numbered("B", unique_numbers(rng, len(order))),
            "order_id": numbered("O", shop.orders.number[order]),
            "opened_at": moments(opened[order], end),
            "amount": money(goods[order]),
            "reason": words(pick_by_row(rng, DISPUTE_REASONS, profile), CHARGEBACK_REASONS),
            "outcome": words(
                np.where(opened[order] + 45 * DAY > end, NONE, pick(rng, (4, 5, 1), len(order))), CHARGEBACK_OUTCOMES
            ),
        }
    )

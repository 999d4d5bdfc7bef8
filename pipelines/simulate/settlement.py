"""How each RMA line ends: what the inspection found, what the parcel weighed, and what was paid back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.simulate.catalogue import CATEGORIES
from pipelines.simulate.draw import NEVER, NONE, Flags, Ints, chance, later, pick_by_row, unique_numbers, unless, wait
from pipelines.simulate.parcels import KEEP_IT, MAIL, PICKUP, STORE, Parcels
from pipelines.simulate.plan import GIFT_CARD_LAUNDERING, RETURN, reason
from pipelines.simulate.requests import Requests
from pipelines.simulate.shop import Shop
from pipelines.simulate.signs import Sign

GRADE_A, GRADE_B, GRADE_C, GRADE_D, WRONG, EMPTY, GONE = range(7)
GRADE_WEIGHTS = (
    (890, 105, 3, 2, 0, 0, 0),  # ordinary goods
    (590, 340, 20, 50, 0, 0, 0),  # said to be defective or damaged
    (40, 250, 660, 50, 0, 0, 0),  # worn for an occasion
    (0, 0, 30, 20, 60, 330, 200),  # sent without the goods
    (0, 0, 10, 10, 80, 0, 0),  # another article
    (0, 30, 150, 320, 10, 0, 0),  # no longer of use
)
"""What inspections find, by what was sent."""
OPENED = {"electronics": 0.5, "beauty": 0.3, "dresses": 0.4, "jeans": 0.4, "tops": 0.4, "shoes": 0.45}
OTHERS_OPENED = 0.3
REJECTED = (0.0, 0.004, 0.03, 0.2, 0.5, 0.55, 0.5)
"""How often a line of each grade is refused."""
PACKAGING = 90
"""Grams of box and paper with each line."""
ORIGINAL, STORE_CREDIT, GIFT_CARD, CASH, EXCHANGE, OTHER_CARD, NO_REFUND = range(7)


@dataclass(frozen=True, slots=True)
class Settlement:
    """By RMA line: findings, weights (g) and money (cents). Moments NEVER, codes NONE where there is none."""

    grade: Ints
    is_opened: Flags
    restocked: Flags
    received_quantity: Ints
    received_serial: Ints
    scan_weight: Ints
    is_rejected: Flags
    refund_method: Ints
    other_card: Ints
    refund_amount: Ints
    refunded: Ints
    closed: Ints
    restocking_fee: Ints
    label_cost: Ints


def settle(rng: np.random.Generator, shop: Shop, requests: Requests, parcels: Parcels) -> Settlement:
    """Draw the end of each RMA line."""
    n, rma = len(requests.rma), requests.rma
    grade = pick_by_row(rng, GRADE_WEIGHTS, _nature(requests))
    is_opened = _is_opened(rng, shop, requests)
    in_advance = parcels.refund_due < parcels.inspected
    is_rejected = chance(rng, np.array(REJECTED)[grade], n) & (parcels.inspected < NEVER)[rma]
    never_paid = is_rejected & ~in_advance[rma]
    fee = _restocking_fee(rng, shop, requests, is_opened & (parcels.inspected < NEVER)[rma] & ~in_advance[rma])
    refunded = unless(never_paid, parcels.refund_due[rma])
    return Settlement(
        grade=grade,
        is_opened=is_opened,
        restocked=chance(rng, np.array((0.96, 0.6, 0.1, 0, 0, 0, 0))[grade], n) & ~is_rejected,
        received_quantity=_received_quantity(rng, requests, grade),
        received_serial=_received_serial(rng, shop, requests, grade),
        scan_weight=_scan_weight(rng, shop, requests, parcels),
        is_rejected=is_rejected,
        refund_method=_refund_method(rng, requests, parcels),
        other_card=_other_card(rng, shop, requests),
        refund_amount=_refund_amount(rng, shop, requests, fee),
        refunded=refunded,
        closed=_closed(rng, requests, parcels, refunded),
        restocking_fee=fee,
        label_cost=_label_cost(shop, requests, parcels),
    )


def _nature(requests: Requests) -> Ints:
    """Return which row of ``GRADE_WEIGHTS`` fits what was really sent."""
    is_faulty = (requests.reason == reason("defective")) | (requests.reason == reason("damaged"))
    sent = [Sign.EMPTIED, Sign.WRONG_ITEM, Sign.SCRAPPED, Sign.WORN]
    return np.select([*(requests.shows(sign)[requests.rma] for sign in sent), is_faulty], [3, 4, 5, 2, 1], 0)


def _is_opened(rng: np.random.Generator, shop: Shop, requests: Requests) -> Flags:
    """Draw whether the goods had been opened or tried on."""
    rates = np.array([OPENED.get(entry.name, OTHERS_OPENED) for entry in CATEGORIES])
    usual = rates[shop.category[requests.line]]
    return requests.shows(Sign.OPENED)[requests.rma] | chance(rng, usual, len(requests.rma))


def _restocking_fee(rng: np.random.Generator, shop: Shop, requests: Requests, is_due: Flags) -> Ints:
    """Return the fee for opened goods that were sold to be returned unopened, or are electronics: 15 % at times."""
    names = [entry.name for entry in CATEGORIES]
    sku = shop.lines.sku[requests.line]
    is_charged = shop.catalogue.unopened_only[sku] | (shop.catalogue.category[sku] == names.index("electronics"))
    is_ours = (requests.reason == reason("defective")) | (requests.reason == reason("wrong_item"))
    is_waived = requests.shows(Sign.EXCEPTION)[requests.rma]
    is_return = (requests.kind == RETURN)[requests.rma]
    applies = is_due & is_return & ~is_waived & is_charged & ~is_ours & chance(rng, 0.85, len(sku))
    paid = requests.quantity * shop.lines.unit_price[requests.line]
    return np.where(applies, paid * 15 // 100, 0)


def _received_serial(rng: np.random.Generator, shop: Shop, requests: Requests, grade: Ints) -> Ints:
    """Return the serial number read at the dock: the sold one, or that of a unit sold to someone else or unknown."""
    sold = shop.lines.serial[requests.line]
    n = len(sold)
    known = shop.lines.serial[shop.lines.serial >= 0]
    unknown = rng.integers(10**8, 10**9, n)
    elses = known[rng.integers(0, max(1, len(known)), n)] if len(known) else unknown
    other = np.where(chance(rng, 0.6, n), elses, unknown)
    is_other = requests.shows(Sign.FOREIGN_SERIAL)[requests.rma] | ((grade == WRONG) & chance(rng, 0.5, n))
    serial = np.where(is_other, other, sold)
    return np.where((sold >= 0) & (grade < EMPTY) & chance(rng, 0.92, n), serial, NONE)


def _scan_weight(rng: np.random.Generator, shop: Shop, requests: Requests, parcels: Parcels) -> Ints:
    """Return the carrier's weight for each line (NONE: not scanned): near the expected one unless a sign says else."""
    n, rma = len(requests.rma), requests.rma
    goods = (requests.quantity * shop.catalogue.weight[shop.lines.sku[requests.line]]).astype(np.float64)
    factor = rng.lognormal(0, 0.06, n)
    factor = np.where(requests.shows(Sign.OFF_WEIGHT)[rma], rng.uniform(0.35, 1.8, n), factor)
    factor = np.where(requests.shows(Sign.LIGHT)[rma], rng.uniform(0.02, 0.65, n), factor)
    weight = (goods * factor + PACKAGING * rng.uniform(0.7, 1.4, n)).astype(np.int64)
    is_scanned = (parcels.carrier >= 0)[rma] & chance(rng, 0.88, n)
    return np.where(is_scanned, weight, NONE)


def _received_quantity(rng: np.random.Generator, requests: Requests, grade: Ints) -> Ints:
    """Return the units of each line that were there: of a short RMA fewer of its first line."""
    is_short = requests.shows(Sign.SHORT)[requests.rma] & requests.is_first_line
    fewer = (requests.quantity * rng.random(len(grade))).astype(np.int64)
    return np.where(grade >= EMPTY, 0, np.where(is_short, fewer, requests.quantity))


def _refund_amount(rng: np.random.Generator, shop: Shop, requests: Requests, fee: Ints) -> Ints:
    """Return what is paid back for each line: what was paid less the fee, or by mistake or grace the list price."""
    price, listed = shop.lines.unit_price[requests.line], shop.catalogue.list_price[shop.lines.sku[requests.line]]
    n = len(price)
    too_much = requests.shows(Sign.OVER_REFUND)[requests.rma]
    # Where nothing was taken off the price, too much is the fee for the dispatch.
    extra = np.where(
        listed > price, requests.quantity * (listed - price), np.array((395, 495, 795))[rng.integers(0, 3, n)]
    )
    return requests.quantity * price - fee + np.where(too_much, extra, 0)


def _refund_method(rng: np.random.Generator, requests: Requests, parcels: Parcels) -> Ints:
    """Draw how money is paid back: as it came mostly, as credit for presents, in goods for a wrong size."""
    n = len(requests.number)
    in_store = (parcels.method == STORE) & chance(rng, 0.05, n)
    tenders = [Sign.OTHER_TENDER, Sign.CASH, Sign.AS_CREDIT]
    launders = requests.archetype == GIFT_CARD_LAUNDERING
    as_credit = np.where(chance(rng, np.where(launders, 0.1, 0.94), n), STORE_CREDIT, GIFT_CARD)
    to_card = np.select(
        [*(requests.shows(sign) for sign in tenders), in_store], [OTHER_CARD, CASH, as_credit, CASH], ORIGINAL
    )
    is_return = (requests.kind == RETURN) & (parcels.method != KEEP_IT)
    drawn = np.where(is_return & (to_card == ORIGINAL) & chance(rng, 0.05, n), EXCHANGE, to_card)
    return drawn[requests.rma]


def _other_card(rng: np.random.Generator, shop: Shop, requests: Requests) -> Ints:
    """Return the card beside that of the order: the shopper's second one, one used before, or a new one."""
    shopper = shop.orders.shopper[requests.order]
    n = len(shopper)
    always = unique_numbers(rng, shop.shoppers.n)
    second = shop.shoppers.payments[shopper, 1]
    is_abuse = requests.archetype >= 0
    for_many = always[(shopper // 3) * 3]
    own = np.where(is_abuse, np.where(chance(rng, 0.5, n), for_many, always[shopper]), second)
    card = np.where(chance(rng, np.where(is_abuse, 0.6, 0.5), n), own, unique_numbers(rng, n))
    is_same = card == shop.orders.payment[requests.order]
    return np.where(is_same, always[shopper], card)[requests.rma]


def _closed(rng: np.random.Generator, requests: Requests, parcels: Parcels, refunded: Ints) -> Ints:
    """Draw when each line is closed: after the last that happens to it, and not all ever are."""
    rma, n = requests.rma, len(requests.rma)
    ended = np.where((parcels.is_denied | parcels.is_cancelled)[rma], parcels.decided[rma], refunded)
    ended = np.where(ended >= NEVER, parcels.inspected[rma], ended)
    inspected, received = parcels.inspected[rma], parcels.received[rma]
    last = np.where((inspected < NEVER) & (inspected > ended), inspected, ended)
    last = np.where((received < NEVER) & (received > last), received, last)
    return unless(chance(rng, 0.2, n), later(last, wait(rng, n, least_hours=2, mean_hours=96)))


def _label_cost(shop: Shop, requests: Requests, parcels: Parcels) -> Ints:
    """Return what the return label cost the shop, on the first line of each RMA that went by carrier; NONE else."""
    goods = requests.quantity * shop.catalogue.weight[shop.lines.sku[requests.line]]
    weight = np.bincount(requests.rma, weights=goods, minlength=len(requests.number)).astype(np.int64)
    method = parcels.method[requests.rma]
    surcharge = np.where(method == PICKUP, 400, np.where(method == MAIL, 60, 0))
    cost = 340 + weight[requests.rma] // 20 + surcharge
    return np.where((parcels.carrier >= 0)[requests.rma] & requests.is_first_line, cost, NONE)

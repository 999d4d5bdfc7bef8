"""How each RMA line ends: what the inspection found, what the parcel weighed, and what was paid back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.simulate.catalogue import CATEGORIES
from pipelines.simulate.draw import NEVER, NONE, Flags, Ints, chance, later, pick_by_row, unique_numbers, unless, wait
from pipelines.simulate.parcels import KEEP_IT, MAIL, PICKUP, STORE, Parcels
from pipelines.simulate.plan import EMPTY_BOX, GIFT_SEASON, RETURN, WARDROBING, reason
from pipelines.simulate.requests import Requests
from pipelines.simulate.shop import Shop

GRADE_A, GRADE_B, GRADE_C, GRADE_D, WRONG, EMPTY, GONE = range(7)
GRADE_WEIGHTS = (
    (790, 125, 45, 20, 8, 6, 6),  # ordinary goods
    (240, 250, 270, 230, 4, 3, 3),  # said to be defective or damaged
    (340, 340, 250, 50, 10, 5, 5),  # worn for an occasion
    (330, 60, 30, 20, 130, 330, 100),  # sent without the goods
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
    grade = pick_by_row(rng, GRADE_WEIGHTS, _nature(rng, requests))
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
        received_quantity=np.where((grade >= EMPTY) | chance(rng, 0.004, n), 0, requests.quantity),
        received_serial=_received_serial(rng, shop, requests, grade),
        scan_weight=_scan_weight(rng, shop, requests, parcels, grade >= EMPTY),
        is_rejected=is_rejected,
        refund_method=_refund_method(rng, requests, parcels),
        other_card=unique_numbers(rng, n),
        refund_amount=requests.quantity * shop.lines.unit_price[requests.line] - fee,
        refunded=refunded,
        closed=_closed(rng, requests, parcels, refunded),
        restocking_fee=fee,
        label_cost=_label_cost(shop, requests, parcels),
    )


def _nature(rng: np.random.Generator, requests: Requests) -> Ints:
    """Return which row of ``GRADE_WEIGHTS`` fits what was really sent; abusers are careful now and then."""
    archetype, n = requests.archetype[requests.rma], len(requests.rma)
    is_faulty = (requests.reason == reason("defective")) | (requests.reason == reason("damaged"))
    shows = chance(rng, 0.8, n)
    conditions = [(archetype == WARDROBING) & shows, archetype == EMPTY_BOX, is_faulty]
    return np.select(conditions, [2, 3, 1], 0)


def _is_opened(rng: np.random.Generator, shop: Shop, requests: Requests) -> Flags:
    """Draw whether the goods had been opened or tried on."""
    rates = np.array([OPENED.get(entry.name, OTHERS_OPENED) for entry in CATEGORIES])
    usual = rates[shop.category[requests.line]]
    is_worn = requests.archetype[requests.rma] == WARDROBING
    return chance(rng, np.where(is_worn, 0.85, usual), len(requests.rma))


def _restocking_fee(rng: np.random.Generator, shop: Shop, requests: Requests, is_due: Flags) -> Ints:
    """Return the fee for opened goods that were sold to be returned unopened, or are electronics: 15 % at times."""
    names = [entry.name for entry in CATEGORIES]
    sku = shop.lines.sku[requests.line]
    is_charged = shop.catalogue.unopened_only[sku] | (shop.catalogue.category[sku] == names.index("electronics"))
    is_ours = (requests.reason == reason("defective")) | (requests.reason == reason("wrong_item"))
    applies = is_due & is_charged & ~is_ours & chance(rng, 0.6, len(sku)) & (requests.kind == RETURN)[requests.rma]
    paid = requests.quantity * shop.lines.unit_price[requests.line]
    return np.where(applies, paid * 15 // 100, 0)


def _received_serial(rng: np.random.Generator, shop: Shop, requests: Requests, grade: Ints) -> Ints:
    """Return the serial number read at the dock: the sold one, seldom another; NONE where none is read."""
    sold = shop.lines.serial[requests.line]
    n = len(sold)
    other = chance(rng, np.where(grade == WRONG, 0.7, 0.004), n)
    serial = np.where(other, rng.integers(10**8, 10**9, n), sold)
    return np.where((sold >= 0) & (grade < EMPTY) & chance(rng, 0.92, n), serial, NONE)


def _scan_weight(rng: np.random.Generator, shop: Shop, requests: Requests, parcels: Parcels, is_gone: Flags) -> Ints:
    """Return the carrier's weight for each line (NONE: not scanned).

    It is near the expected one, far off now and then for anybody, and low where goods were left out. Goods that
    are gone at the inspection (``is_gone``) may have been stolen on the way, before the scan or after it.
    """
    n = len(requests.rma)
    goods = (requests.quantity * shop.catalogue.weight[shop.lines.sku[requests.line]]).astype(np.float64)
    factor = rng.lognormal(0, 0.06, n)
    factor = np.where(chance(rng, 0.03, n), rng.uniform(0.1, 1.7, n), factor)
    is_sent_empty = requests.archetype[requests.rma] == EMPTY_BOX
    is_empty = chance(rng, np.select([is_sent_empty, is_gone], [0.75, 0.6], 0.0), n)
    factor = np.where(is_empty, rng.uniform(0.02, 0.55, n), factor)
    weight = (goods * factor + PACKAGING * rng.uniform(0.7, 1.4, n)).astype(np.int64)
    is_scanned = (parcels.carrier >= 0)[requests.rma] & chance(rng, 0.88, n)
    return np.where(is_scanned, weight, NONE)


def _refund_method(rng: np.random.Generator, requests: Requests, parcels: Parcels) -> Ints:
    """Draw how money is paid back: as it came mostly, as credit for presents, in goods for a wrong size."""
    n_rmas = len(requests.number)
    gift = requests.lookalike == GIFT_SEASON
    in_store = parcels.method == STORE
    profile = np.where(gift, 1, np.where(in_store, 2, 0))
    weights = ((86, 9, 2, 0, 0, 3), (8, 74, 16, 0, 0, 2), (70, 10, 2, 15, 0, 3))
    drawn = pick_by_row(rng, weights, profile)
    is_return = (requests.kind == RETURN) & (parcels.method != KEEP_IT)
    drawn = np.where(is_return & ~gift & chance(rng, 0.04, n_rmas), EXCHANGE, drawn)
    return drawn[requests.rma]


def _closed(rng: np.random.Generator, requests: Requests, parcels: Parcels, refunded: Ints) -> Ints:
    """Draw when each line is closed: after the last that happens to it, and not all ever are."""
    rma, n = requests.rma, len(requests.rma)
    ended = np.where((parcels.is_denied | parcels.is_cancelled)[rma], parcels.decided[rma], refunded)
    ended = np.where(ended >= NEVER, parcels.inspected[rma], ended)
    inspected = parcels.inspected[rma]
    last = np.where((inspected < NEVER) & (inspected > ended), inspected, ended)
    return unless(chance(rng, 0.2, n), later(last, wait(rng, n, least_hours=2, mean_hours=96)))


def _label_cost(shop: Shop, requests: Requests, parcels: Parcels) -> Ints:
    """Return what the return label cost the shop, on the first line of each RMA that went by carrier; NONE else."""
    goods = requests.quantity * shop.catalogue.weight[shop.lines.sku[requests.line]]
    weight = np.bincount(requests.rma, weights=goods, minlength=len(requests.number)).astype(np.int64)
    method = parcels.method[requests.rma]
    surcharge = np.where(method == PICKUP, 400, np.where(method == MAIL, 60, 0))
    cost = 340 + weight[requests.rma] // 20 + surcharge
    return np.where((parcels.carrier >= 0)[requests.rma] & requests.is_first_line, cost, NONE)

"""What honest shoppers ask back, and why and when, the look-alikes of abuse among them."""

from __future__ import annotations

import numpy as np

from pipelines.simulate.catalogue import CATEGORIES, SIZED, WARRANTED, Catalogue, typical_price
from pipelines.simulate.draw import DAY, HOUR, NEVER, NONE, Flags, Floats, Ints, chance, pick, pick_by_row
from pipelines.simulate.plan import (
    BAD_LOT,
    BRACKETING,
    CLUMSY_CARRIER,
    DAMAGED,
    FREIGHT_FORWARDER,
    GIFT_SEASON,
    HOUSEHOLD,
    MISSING,
    MOVED_HOUSE,
    NOT_RECEIVED,
    RETURN,
    WARRANTY,
    Plan,
    reason,
)
from pipelines.simulate.season import days_into, in_gift_weeks
from pipelines.simulate.shop import Shop
from pipelines.simulate.troubles import Troubles, make_troubles

REASON_WEIGHTS = (
    # too large, too small, changed mind, defective, not as described, damaged, late, wrong item, gift
    (0, 0, 38, 16, 20, 8, 5, 7, 6),
    (22, 26, 20, 5, 14, 3, 3, 4, 3),
)
"""Why ordinary goods come back, and why goods with sizes do."""
CLAIM_RATES = (0.0035, 0.0025, 0.006, 0.012)
"""How many orders are claimed honestly as not received (before the proof of delivery is looked at), as incomplete,
as damaged; and how many lines under a warranty."""
PROOF_FACTORS = (4.0, 1.0, 0.15, 0.06)
"""How much likelier an honest claim of non-receipt is with each proof of delivery."""
LOST_CLAIMED = 0.8
MISSED = 0.009
"""How many miss the return window."""
BAD_LOT_DAYS = 75
BAD_LOT_RATE = 0.42
KEEPS_ONE = 0.82
"""Share of the bracketed articles of which one size is kept."""


def honest_plan(rng: np.random.Generator, shop: Shop) -> Plan:
    """Draw what would come back if nobody abused returns."""
    in_bad_lot = _bad_lot(rng, shop) & chance(rng, BAD_LOT_RATE, len(shop.lines))
    bracketed = _bracketed(rng, shop)
    is_back = chance(rng, return_probability(shop), len(shop.lines)) | in_bad_lot
    is_back = np.where(shop.lines.bracket >= 0, bracketed, is_back)
    fails = WARRANTED[shop.category] & chance(rng, CLAIM_RATES[3], len(shop.lines))
    troubles = make_troubles(rng, shop)
    kind = _kind(rng, shop, troubles, is_back, fails)
    back = _units(rng, shop, kind, is_back, fails)
    gift = _is_gift_return(shop, kind)
    lookalike = np.where(kind == RETURN, _lookalike(shop, in_bad_lot, gift, bracketed), NONE)
    lookalike = np.where(lookalike == NONE, _circumstances(shop, troubles), lookalike)
    asked = _asked(rng, shop, kind, lookalike)
    kind = np.where(asked <= shop.params.ends_at, kind, NONE)
    return Plan(
        kind=kind,
        asked=asked,
        archetype=np.full(len(kind), NONE),
        lookalike=np.where(kind >= 0, lookalike, NONE),
        back=np.where(kind[shop.lines.order] >= 0, back, 0),
        reason=_reasons(rng, shop, kind, lookalike, in_bad_lot),
    )


def return_probability(shop: Shop) -> Floats:
    """Return how likely an honest shopper sends each line back: goods, style, price, person, final sale."""
    category, sku = shop.category, shop.lines.sku
    base = np.array([entry.return_rate for entry in CATEGORIES])[category]
    dear = np.clip((shop.lines.unit_price / typical_price(category)) ** 0.2, 0.75, 1.35)
    style = shop.catalogue.style_return[shop.catalogue.style[sku]]
    final = np.where(shop.catalogue.final_sale[sku], 0.12, 1.0)
    return np.minimum(base * dear * style * final * shop.shoppers.fussiness[shop.line_shopper], 0.85)


def bad_lot_styles(rng: np.random.Generator, catalogue: Catalogue) -> Ints:
    """Draw the styles that were delivered defective for a while, among the popular ones without sizes."""
    unsized = np.flatnonzero(~SIZED[catalogue.style_category])
    popular = unsized[np.argsort(-catalogue.style_demand[unsized], kind="stable")][: max(4, len(unsized) // 5)]
    return rng.choice(popular, max(2, len(unsized) // 50), replace=False)


def _bad_lot(rng: np.random.Generator, shop: Shop) -> Flags:
    """Return which lines come from a defective lot: one style, ordered within a few weeks."""
    styles = bad_lot_styles(rng, shop.catalogue)
    starts = rng.integers(shop.params.starts_at, shop.params.ends_at, len(styles))
    begin = np.full(len(shop.catalogue.first), NEVER)
    begin[styles] = starts
    age = shop.orders.ordered[shop.lines.order] - begin[shop.catalogue.style[shop.lines.sku]]
    in_lot: Flags = (age >= 0) & (age < BAD_LOT_DAYS * DAY)
    return in_lot


def _bracketed(rng: np.random.Generator, shop: Shop) -> Flags:
    """Return which lines are the sizes of a bracketed article that do not stay."""
    group = np.maximum(shop.lines.bracket, 0)
    keeps = chance(rng, KEEPS_ONE, int(group.max()) + 1)[group]
    nth = _nth_of_bracket(shop.lines.bracket)
    return (shop.lines.bracket >= 0) & ((nth > 0) | ~keeps) & chance(rng, 0.93, len(group))


def _nth_of_bracket(bracket: Ints) -> Ints:
    """Return the place of each line within its bracket (they stand together), 0 for the first."""
    starts = np.concatenate([[True], bracket[1:] != bracket[:-1]])
    position = np.arange(len(bracket))
    return position - np.maximum.accumulate(np.where(starts, position, 0))


def _circumstances(shop: Shop, troubles: Troubles) -> Ints:
    """Return which look-alike the shopper's home, or the parcel's route, makes of anything that comes back."""
    shopper, homes = shop.orders.shopper, shop.shoppers.homes
    _, card, users = np.unique(shop.shoppers.payments[:, 0], return_inverse=True, return_counts=True)
    pays_alike = users[card] > 1
    conditions = [troubles.moved, troubles.clumsy, homes.forwarder[shopper] >= 0, pays_alike[shopper]]
    return np.select(conditions, [MOVED_HOUSE, CLUMSY_CARRIER, FREIGHT_FORWARDER, HOUSEHOLD], NONE)


def _kind(rng: np.random.Generator, shop: Shop, troubles: Troubles, is_back: Flags, fails: Flags) -> Ints:
    """Draw what is asked on each order: a claim goes before an ordinary return; NONE where all is kept."""
    n = len(shop.orders)
    _, missing_rate, damaged_rate, _ = CLAIM_RATES
    is_lost = (shop.orders.delivered > shop.params.ends_at) & (shop.orders.shipped + 20 * DAY < shop.params.ends_at)
    claims_lost = chance(rng, _lost_rate(shop, troubles), n)
    arrived = np.select(
        [
            claims_lost,
            chance(rng, missing_rate, n),
            chance(rng, np.maximum(damaged_rate, troubles.damages), n),
            shop.orders_with(is_back),
            shop.orders_with(fails),
        ],
        [NOT_RECEIVED, MISSING, DAMAGED, RETURN, WARRANTY],
        NONE,
    )
    return np.where(shop.arrived, arrived, np.where(is_lost & chance(rng, LOST_CLAIMED, n), NOT_RECEIVED, NONE))


def _lost_rate(shop: Shop, troubles: Troubles) -> Floats:
    """Return how likely each parcel that arrived is claimed honestly all the same: with a proof it is seldom."""
    factor = np.array(PROOF_FACTORS)[shop.orders.proof]
    rate: Floats = np.maximum(CLAIM_RATES[0] * factor, troubles.loses * np.minimum(factor, 1))
    return rate


def _units(rng: np.random.Generator, shop: Shop, kind: Ints, is_back: Flags, fails: Flags) -> Ints:
    """Return the units of each line that are asked back: one line for goods missing or damaged, all if lost."""
    lines, n = shop.lines, len(shop.lines)
    of_order = kind[lines.order]
    chosen = np.zeros(n, dtype=bool)
    chosen[lines.first + (rng.random(len(kind)) * lines.count).astype(np.int64)] = True
    is_asked = np.select(
        [of_order == RETURN, of_order == NOT_RECEIVED, of_order == WARRANTY, of_order >= 0],
        [is_back, np.ones(n, dtype=bool), fails, chosen],
        np.zeros(n, dtype=bool),
    )
    some = 1 + (rng.random(n) * lines.quantity).astype(np.int64)
    units = np.where(chance(rng, 0.7, n) | (of_order == NOT_RECEIVED), lines.quantity, some)
    return np.where(is_asked, units, 0)


def _is_gift_return(shop: Shop, kind: Ints) -> Flags:
    """Return which orders are presents of the season that come back: they wait until after Christmas."""
    gift: Flags = shop.orders.is_gift & in_gift_weeks(shop.orders.ordered) & (kind == RETURN)
    return gift


def _lookalike(shop: Shop, in_bad_lot: Flags, gift: Flags, bracketed: Flags) -> Ints:
    """Return which look-alike each order's return is, NONE for an ordinary one."""
    conditions = [shop.orders_with(in_bad_lot), gift, shop.orders_with(bracketed)]
    return np.select(conditions, [BAD_LOT, GIFT_SEASON, BRACKETING], NONE)


def _asked(rng: np.random.Generator, shop: Shop, kind: Ints, lookalike: Ints) -> Ints:
    """Draw when each request is made; NEVER where the order was never delivered and is not claimed."""
    n = len(kind)
    quick = np.exp(rng.normal(np.log(4.0), 0.5, n))
    days = np.where(lookalike == BRACKETING, quick, ordinary_days(rng, shop.window))
    days = np.where((kind == NOT_RECEIVED) | (kind == MISSING) | (kind == DAMAGED), rng.gamma(2.0, 1.8, n) + 0.3, days)
    days = np.where(kind == WARRANTY, rng.uniform(40, 400, n), days)
    asked = shop.orders.delivered + (days * DAY).astype(np.int64)
    after_christmas = shop.orders.ordered - (days_into(shop.orders.ordered, 12, 27) * DAY).astype(np.int64)
    gift = np.maximum(after_christmas, shop.orders.delivered) + ((rng.exponential(8, n) + 0.4) * DAY).astype(np.int64)
    asked = np.where(lookalike == GIFT_SEASON, gift, asked)
    lost = shop.orders.shipped + ((8 + rng.exponential(4, n)) * DAY).astype(np.int64)
    return in_waking_hours(rng, np.where(shop.arrived, asked, lost), shop.orders.delivered)


def ordinary_days(rng: np.random.Generator, window: Floats) -> Floats:
    """Draw days from delivery to an honest request: soon mostly, some put it off, few miss the window."""
    n = len(window)
    soon = np.exp(rng.normal(np.log(6.0 + window / 20), 0.8, n))
    days = np.where(chance(rng, 0.14, n), window * rng.uniform(0.6, 1.0, n), soon)
    in_time = np.where(days > window, window * rng.uniform(0.3, 1.0, n), days)
    too_late = np.where(chance(rng, 0.15, n), rng.uniform(1.4, 2.0, n), rng.uniform(1.0, 1.4, n))
    return np.where(chance(rng, MISSED, n), window * too_late, in_time)


def in_waking_hours(rng: np.random.Generator, moment: Ints, after: Ints) -> Ints:
    """Move requests out of the night (0 to 7 o'clock) onto the day, never before ``after``."""
    at_night = moment % DAY < 7 * HOUR
    moved = np.where(at_night, moment + rng.integers(7 * HOUR, 14 * HOUR, len(moment)), moment)
    return np.where(after < NEVER, np.maximum(moved, after + HOUR), moved)


def _reasons(rng: np.random.Generator, shop: Shop, kind: Ints, lookalike: Ints, in_bad_lot: Flags) -> Ints:
    """Draw the reason of each line, as if it came back."""
    n = len(shop.lines)
    drawn = pick_by_row(rng, REASON_WEIGHTS, SIZED[shop.category].astype(np.int64))
    of_kind, of_look = kind[shop.lines.order], lookalike[shop.lines.order]
    fits = np.where(chance(rng, 0.5, n), reason("size_too_large"), reason("size_too_small"))
    faulty = np.array([reason("defective"), reason("not_as_described")])[pick(rng, (0.85, 0.15), n)]
    return np.select(
        [
            of_kind == NOT_RECEIVED,
            of_kind == MISSING,
            of_kind == DAMAGED,
            of_kind == WARRANTY,
            in_bad_lot,
            (of_look == GIFT_SEASON) & chance(rng, 0.8, n),
            (shop.lines.bracket >= 0) & chance(rng, 0.85, n),
        ],
        [*map(reason, ("not_received", "missing_item", "damaged", "defective")), faulty, reason("gift"), fits],
        drawn,
    )

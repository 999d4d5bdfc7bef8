"""Make a shop of a base: people around the real baskets, deliveries, payments; nothing has been returned yet."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from tests.injection.baskets import Base, Basket, drawn
from tests.injection.goods import goods_of
from tests.injection.people import Person, address, moved_in, network, stranger, token
from tests.injection.shop import Line, Order, Shop

CARRIERS = {"DE": ["DHL", "Hermes", "DPD", "GLS"], "GB": ["Royal Mail", "Evri", "DPD", "Yodel"]}
CODES = ("WELCOME10", "SPRING", "SALE20", "NEWS5", "THANKYOU", "SPEND100", "3FOR2")
HOUSEHOLD = 0.08
EMPLOYEES = 0.004
FREE_GIFT = 0.015
SEVERAL = 0.012
"""Lines of one piece that are several here; bads, unlike other shops, has hardly any."""
FIRST_HOUR, LAST_HOUR = 8, 20
"""When parcels are brought."""


def opened(base: Base, orders: int, seed: int) -> Shop:
    """Return a shop with about so many orders of the base, each with what is known of it until it is delivered."""
    dice = Random(seed)  # noqa: S311 - the same shop for the same seed
    shoppers, registered = drawn(base, orders, dice)
    moments = [basket.at for own in shoppers.values() for basket in own]
    land = base.country
    shop = Shop(
        base=base,
        dice=dice,
        start=min(moments),
        end=max(moments) + timedelta(days=25),
        goods=goods_of(base, dice),
        depots=[address(dice, land)[2], address(dice, land)[2]],
        agents=[f"agent-{number}" for number in dice.sample(range(100, 1000), 18)],
        stores=(stores := [f"store-{number:02d}" for number in range(1, dice.choice((1, 5, 9)))]),
        clerks=[f"agent-{number}" for number in dice.sample(range(1000, 2000), 3 * len(stores))],
        carriers=CARRIERS[land],
        parcel_weight=seed % 2 == 1,
    )
    for who, own in shoppers.items():
        _welcome(shop, own, registered.get(who))
    return shop


def _welcome(shop: Shop, baskets: list[Basket], created: datetime | None) -> None:
    """Let a shopper of the base come in with all baskets."""
    dice = shop.dice
    first = min(basket.at for basket in baskets)
    created = created or first - timedelta(
        days=dice.choice((0, dice.expovariate(1 / 250))), minutes=dice.randint(1, 90)
    )
    segment = dice.choices(("retail", "business", "vip"), (90, 6, 4))[0]
    if dice.random() < EMPLOYEES:
        segment = "employee"
    person = stranger(dice, baskets[0].country, min(created, first), segment)
    if shop.people and dice.random() < HOUSEHOLD:
        moved_in(person, dice.choice(shop.people), dice)
    shop.people.append(person)
    for basket in sorted(baskets, key=lambda one: one.at):
        place(shop, person, basket, basket.at, basket.delivered)


def place(shop: Shop, person: Person, basket: Basket, at: datetime, delivered: datetime | None = None) -> Order:
    """Let a person order the things of a basket at a moment, and return the order, which the shop now has."""
    dice = shop.dice
    lines = [_line(shop, at, *each) for each in ((one.item.sku, one.quantity, one.paid) for one in basket.lines)]
    for line, bought in zip(lines, basket.lines, strict=True):
        line.to_return, line.lag_days = bought.returned, bought.lag_days
        if line.quantity == 1 and dice.random() < SEVERAL:
            line.quantity, line.serial = dice.choice((2, 2, 2, 3, 4, 6)), None
            line.to_return *= dice.randint(1, line.quantity)
    if dice.random() < FREE_GIFT:
        present = Line(shop.goods[dice.choice(sorted(shop.goods))], 1, 0, 0)
        present.list_price = present.good.item.price
        lines.append(present)
    order = Order(
        person, at, delivered, lines,
        device=person.devices[0] if dice.random() < 0.75 else dice.choice(person.devices),
        network=dice.choice(person.networks) if dice.random() < 0.9 else network(dice),
        card=person.cards[0] if dice.random() < 0.9 else dice.choice(person.cards),
        method=person.pays_with if dice.random() < 0.9 else dice.choice(("card", "paypal", "gift_card")),
        ship_to=person.home,
        ship_country=person.country,
    )  # fmt: skip
    if dice.random() < 0.04:
        order.ship_to = address(dice, person.country)
        order.is_gift = dice.random() < 0.6
    if dice.random() < 0.004:
        order.device = token(dice)
    _deliver(shop, order, basket)
    person.orders.append(order)
    shop.orders.append(order)
    return order


def _line(shop: Shop, at: datetime, sku: str, quantity: int, paid: int) -> Line:
    """Return a line as it is sold; a piece has a number where the good is of that kind, and one is sold."""
    good = shop.goods[sku]
    serial = shop.serial(at) if good.is_serialised and quantity == 1 else None
    return Line(good, quantity, paid, max(paid, good.item.price), serial)


def _deliver(shop: Shop, order: Order, basket: Basket) -> None:
    """Draw payment details and the way to the shopper; what a base never delivered was cancelled before."""
    dice = shop.dice
    order.bill_postcode = order.person.postcode
    order.channel = dice.choices(("web", "app", "marketplace", "phone"), (60, 30, 7, 3))[0]
    if order.value < sum(line.list_price * line.quantity for line in order.lines) * 0.93 and dice.random() < 0.6:
        order.code = dice.choice(CODES)
    order.fee = 0 if order.value > 5000 else 495
    if shop.base.name == "bads" and basket.delivered is None and order.delivered is None and dice.random() < 0.9:
        order.status = "cancelled"
        return
    order.shipped = order.at + timedelta(days=dice.gammavariate(2, 0.5) + 0.1)
    if order.delivered is None or order.delivered <= order.shipped:
        order.delivered = order.shipped + timedelta(days=dice.gammavariate(3, 0.6) + 0.6)
    if not FIRST_HOUR <= order.delivered.hour <= LAST_HOUR:
        by_day = order.delivered.replace(hour=dice.randint(FIRST_HOUR, LAST_HOUR))
        order.delivered = by_day if by_day > order.shipped else by_day + timedelta(days=1)
    order.proof = dice.choices(("none", "scan", "photo", "signature"), (8, 62, 18, 12))[0]

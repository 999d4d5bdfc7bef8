"""The rows of each table of the contract, and the ids of things, which are drawn and say nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from tests.injection.shop import Entry, Order, Rma, Shop

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Numbers:
    """The ids of orders, shoppers and RMAs by identity."""

    ids: dict[int, str]

    @classmethod
    def drawn(cls, shop: Shop) -> Numbers:
        """Draw an id for each thing."""
        dice = Random(shop.dice.getrandbits(32))  # noqa: S311 - not for secrets
        found: dict[int, str] = {}
        for prefix, things in (("O", shop.orders), ("C", shop.people), ("R", shop.rmas)):
            numbers = dice.sample(range(10**6, 10**7), len(things))
            found |= {id(thing): f"{prefix}{number}" for thing, number in zip(things, numbers, strict=True)}
        return cls(found)

    def rma(self, rma: Rma) -> str:
        """Return the id of an RMA."""
        return self.ids[id(rma)]

    def of(self, thing: object) -> str | None:
        """Return the id of an order or a person; null for none."""
        return self.ids[id(thing)] if thing is not None else None


def money(cents: int | None) -> Decimal | None:
    """Return cents as an amount."""
    return None if cents is None else Decimal(cents) / 100


def orders(shop: Shop, numbers: Numbers) -> Iterator[Row]:
    """Yield the orders."""
    for order in shop.orders:
        person = order.person
        street, city, postcode = order.ship_to
        yield {
            "order_id": numbers.of(order), "customer_id": numbers.of(person), "ordered_at": order.at,
            "currency": shop.base.currency, "status": order.status, "channel": order.channel, "email": person.email,
            "phone": person.phone, "ship_name": person.name, "ship_address": street, "ship_city": city,
            "ship_postcode": postcode, "ship_country": order.ship_country, "bill_postcode": order.bill_postcode,
            "bill_country": person.country, "payment_method": order.method, "payment_fingerprint": order.card,
            "device_id": None if order.channel in {"phone", "marketplace"} else order.device,
            "ip_address": None if order.channel in {"phone", "marketplace"} else order.network,
            "shipping_fee": money(order.fee), "discount_code": order.code,
            "shipped_at": _known(shop, order.shipped), "delivered_at": _known(shop, order.delivered),
            "delivery_proof": order.proof if order.delivered else None, "is_gift": order.is_gift,
        }  # fmt: skip


def _known(shop: Shop, moment: object) -> object:
    """Return a moment if it came before the export."""
    return moment if moment is not None and moment < shop.end else None  # type: ignore[operator]


def lines(shop: Shop, numbers: Numbers) -> Iterator[Row]:
    """Yield the order lines."""
    for order in shop.orders:
        for number, line in enumerate(order.lines, 1):
            item = line.good.item
            yield {
                "order_id": numbers.of(order), "line_id": str(number), "sku": item.sku, "quantity": line.quantity,
                "unit_price": money(line.paid), "list_price": money(line.list_price),
                "unit_cost": money(line.good.cost), "product_name": item.name, "category": item.category,
                "style_id": item.style, "size": item.size, "color": item.color, "serial_number": line.serial,
            }  # fmt: skip


def returns(shop: Shop, numbers: Numbers) -> Iterator[Row]:
    """Yield the RMA lines. A shop weighs the parcel, and says so on each line, or says it of each line apart."""
    for rma in shop.rmas:
        whole = sum(entry.weight_g or 0 for entry in rma.entries)
        for number, entry in enumerate(rma.entries, 1):
            weight = entry.weight_g if not shop.parcel_weight or entry.weight_g is None else whole
            yield {
                "rma_id": numbers.rma(rma), "rma_line_id": str(number), "order_id": numbers.of(rma.order),
                "customer_id": numbers.of(rma.person), "currency": shop.base.currency,
                "scan_weight_g": None if weight is None else round(weight),
                "label_cost": money(rma.label_cost) if number == 1 else None,
                **_return(rma, entry),
            }  # fmt: skip


def _return(rma: Rma, entry: Entry) -> Row:
    """Return what an RMA and one of its lines say of themselves."""
    line_id = _place(rma.order, entry)
    return {
        "line_id": line_id, "sku": entry.good.item.sku, "quantity": entry.quantity,
        "requested_at": rma.requested, "status": status(rma), "claim_type": rma.claim, "reason_code": entry.reason,
        "customer_comment": entry.comment, "return_method": rma.method, "authorized_at": rma.authorized,
        "shipped_at": rma.shipped, "received_at": rma.received, "inspected_at": rma.inspected, "closed_at": rma.closed,
        "carrier": rma.carrier, "tracking_number": rma.tracking,
        "tracking_destination_postcode": rma.destination, "dock_received": rma.dock,
        "received_quantity": entry.received_quantity, "received_serial": entry.serial,
        "condition_grade": entry.grade, "is_opened": entry.opened, "restocked": entry.restocked,
        "refund_method": rma.refund_method if rma.refunded else None,
        "refund_amount": money(entry.refund) if rma.refunded else None, "refunded_at": rma.refunded,
        "refund_payment_fingerprint": rma.card, "restocking_fee": money(entry.fee) if rma.refunded else None,
        "agent_id": rma.agent, "store_id": rma.store,
    }  # fmt: skip


def _place(order: Order | None, entry: Entry) -> str | None:
    """Return which line of its order a line of an RMA is of; null where the shop does not know."""
    if order is None:
        return None
    return next((str(number) for number, line in enumerate(order.lines, 1) if line is entry.line), None)


def status(rma: Rma) -> str:
    """Return how far an RMA has come."""
    if rma.end is not None:
        return rma.end
    if rma.closed:
        return "closed"
    if rma.refunded:
        return {"exchange": "exchanged", "store_credit": "credited"}.get(rma.refund_method or "", "refunded")
    steps = {"inspected": rma.inspected, "received": rma.received, "in_transit": rma.shipped}
    return next((name for name, at in steps.items() if at), "authorized" if rma.authorized else "requested")


def products(shop: Shop) -> Iterator[Row]:
    """Yield the products."""
    for good in shop.goods.values():
        item = good.item
        yield {
            "sku": item.sku, "product_name": item.name, "category": item.category, "style_id": item.style,
            "unit_cost": money(good.cost), "list_price": money(item.price), "weight_g": good.weight_g,
            "return_window_days": good.window_days, "warranty_days": good.warranty_days,
            "unopened_only": good.unopened_only, "final_sale": good.final_sale, "is_serialised": good.is_serialised,
            "supplier_id": item.supplier,
        }  # fmt: skip


def customers(shop: Shop, numbers: Numbers) -> Iterator[Row]:
    """Yield the accounts."""
    for person in shop.people:
        yield {
            "customer_id": numbers.of(person), "created_at": person.created_at.replace(microsecond=0),
            "email": person.email, "phone": person.phone, "address": person.street, "city": person.city,
            "postcode": person.postcode, "country": person.country, "segment": person.segment,
        }  # fmt: skip


def contacts(shop: Shop, numbers: Numbers) -> Iterator[Row]:
    """Yield the contacts that there were before the export."""
    told = sorted((one for one in shop.contacts if one.at < shop.end), key=lambda one: one.at)
    for number, contact in enumerate(told, 1):
        yield {
            "contact_id": f"T{number:06d}", "contacted_at": contact.at, "customer_id": numbers.of(contact.person),
            "order_id": numbers.of(contact.order), "topic": contact.topic, "agent_id": contact.agent,
            "resolution": contact.resolution,
        }  # fmt: skip


def chargebacks(shop: Shop, numbers: Numbers) -> Iterator[Row]:
    """Yield the disputes that were opened before the export."""
    opened = sorted((one for one in shop.chargebacks if one.at < shop.end), key=lambda one: one.at)
    for number, one in enumerate(opened, 1):
        yield {
            "chargeback_id": f"B{number:06d}", "order_id": numbers.of(one.order), "opened_at": one.at,
            "amount": money(one.amount), "reason": one.reason, "outcome": one.outcome,
        }  # fmt: skip

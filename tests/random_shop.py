"""Random little shops: few shoppers, SKUs, devices and carriers, so that everything repeats and everything ties.

Moments are whole half days over 130 days. Some orders and returns are anonymous, some RMAs get a line later, every
fact of an RMA's life is there or missing, dated or not, early or late.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

import polars as pl

from features.params import FeatureParams
from features.shop import Shop
from features.stages import DATES, INSPECTION, OUTCOME, PARCEL, REFUSED
from tests.factories import Row, at, frame, order_lines, products, rma_lines

SENSITIVE = FeatureParams(least_surprise=0.0, least_excess=0.0, least_again=0.0, least_deviation=0.0, least_events=1.0)
"""Figures by which the least oddity counts, because in a little shop nothing is rare."""
LONG_AGO = datetime(1900, 1, 1)  # noqa: DTZ001 - core timestamps are UTC without a zone
SHOPPERS = ("c1", "c2", "c3", "c4", "c5", None)
COMMENTS = (
    None,
    "too small for me",
    "Too small for me!",
    "broken on arrival, please refund",
    "never worn, changed my mind",
)
LATE_COMMENTS = (*COMMENTS, *["never came, as the others say"] * 6)
"""What is written from day 100 on: a wording that everybody takes up."""
ONE_HAND = "as agreed between us, the seam is open"
"""What shoppers write whose accounts share what they can share, and nobody else."""
STRANGERS = tuple(f"s{number}" for number in range(40))
"""Shoppers who say something in their own words once, and have nothing in common with anybody."""


@dataclass(frozen=True, slots=True)
class RandomShop(Shop):
    """A shop's core frames, which can be cut at a moment and mixed."""

    def before(self, moment: datetime) -> RandomShop:
        """Return what the shop's exports would have held just before a moment.

        What happened at that moment or later is gone, and so is every fact that a later moment dates.
        """
        bought = _undated(self.order_lines.filter(pl.col("ordered_at") < moment), "delivered_at", moment)
        orders = self.orders.filter(pl.col("ordered_at") < moment)
        for dated in ("shipped_at", "delivered_at"):
            orders = _undated(orders, dated, moment)
        return replace(
            self,
            order_lines=bought,
            rma_lines=_cut_lines(self.rma_lines, moment),
            orders=orders,
            customers=_undated(self.customers, "created_at", moment),
            support_contacts=self.support_contacts.filter(pl.col("contacted_at") < moment),
            chargebacks=self.chargebacks.filter(pl.col("opened_at") < moment),
        )

    def shuffled(self, seed: int) -> RandomShop:
        """Return the same rows in another order."""
        names = self.__dataclass_fields__
        return RandomShop(**{name: getattr(self, name).sample(fraction=1, shuffle=True, seed=seed) for name in names})


def _cut_lines(lines: pl.DataFrame, moment: datetime) -> pl.DataFrame:
    """Return the RMA lines requested before a moment, without the facts that became known at it or later.

    What dates a fact follows ``features.stages``; facts without any date stand, as an export would give them.
    """
    cut = lines.filter(pl.col("requested_at") < moment)
    cut = _undated(cut, "ordered_at", moment, "matched_quantity", "paid_amount")
    cut = _undated(cut, "delivered_at", moment)
    dates = {
        PARCEL: ("received_at", "inspected_at", "closed_at", "refunded_at", "shipped_at"),
        INSPECTION: ("inspected_at", "closed_at", "refunded_at", "received_at"),
        OUTCOME: ("refunded_at", "closed_at"),
    }
    refused = pl.when(pl.col("status").is_in(REFUSED)).then(pl.coalesce("inspected_at", "authorized_at"))
    known = [
        pl.when(pl.coalesce(*by, refused if facts == OUTCOME else None, pl.lit(LONG_AGO)) < moment).then(pl.col(facts))
        for facts, by in dates.items()
    ]
    cut = cut.with_columns(known)
    for dated in DATES:
        cut = _undated(cut, dated, moment)
    return cut


def _undated(frame: pl.DataFrame, at_column: str, moment: datetime, *dated: str) -> pl.DataFrame:
    """Make a timestamp null where it is not before a moment, and the columns that it dates."""
    is_known = pl.col(at_column) < moment
    return frame.with_columns(pl.when(is_known).then(pl.col(at_column, *dated)))


def random_shop(seed: int, n_orders: int = 40, n_rmas: int = 30) -> RandomShop:
    """Return a random little shop."""
    draw = Random(seed)  # noqa: S311 - test data, not a secret
    bought = [line for number in range(n_orders) for line in _random_order(draw, number)]
    lines = order_lines(*bought)
    asked = [line for number in range(n_rmas) for line in _random_rma(draw, number, lines)]
    asked += [_strange_rma(shopper, number) for number, shopper in enumerate(STRANGERS)]
    return RandomShop(
        order_lines=lines,
        rma_lines=rma_lines(*asked),
        products=products(*(_product(sku) for sku in "ABCDE")),
        orders=frame("orders", *_random_orders(draw, lines)),
        customers=frame("customers", *(_random_customer(draw, shopper) for shopper in SHOPPERS if shopper)),
        support_contacts=frame("support_contacts", *(_random_contact(draw, number) for number in range(n_rmas))),
        chargebacks=frame("chargebacks", *(_random_chargeback(draw, n, lines) for n in range(n_orders // 5))),
    )


def with_mixed_rmas(shop: RandomShop) -> RandomShop:
    """Return the shop with another line on each RMA, which names the shopper of some other RMA."""
    lines = shop.rma_lines
    more = lines.with_columns(rma_line_id=lines["rma_line_id"] + "b", customer_id=lines["customer_id"].reverse())
    return replace(shop, rma_lines=lines.vstack(more))


def _product(sku: str) -> Row:
    rules = {"return_window_days": 14, "warranty_days": 30, "final_sale": sku == "A", "unopened_only": sku == "B"}
    goods = {"style_id": f"style{ord(sku) % 2}", "list_price": "30.00", "unit_cost": "9.00", "supplier_id": "s1"}
    return {
        "sku": sku,
        "category": _category(sku),
        "weight_g": 100 * ord(sku),
        "is_serialised": sku in "CD",
        **rules,
    } | goods


def _category(sku: object) -> str | None:
    """Return a SKU's category; E has none."""
    return {"A": "top", "B": "top", "C": "shoe", "D": "shoe"}.get(str(sku))


def _random_order(draw: Random, number: int) -> list[Row]:
    shopper = draw.choice(SHOPPERS)
    ordered_at = at(draw.randrange(260) / 2)
    delivered_at = ordered_at + timedelta(days=draw.randrange(1, 6)) if draw.random() < 0.8 else None
    head = {"order_id": f"o{number}", "customer_id": shopper, "ordered_at": ordered_at, "delivered_at": delivered_at}
    return [{**head, "line_id": str(line), **_random_goods(draw)} for line in range(draw.randrange(1, 4))]


def _random_goods(draw: Random) -> Row:
    sku, quantity, price = draw.choice("ABCDE"), draw.randrange(1, 4), draw.randrange(100, 5000)
    amounts = {"unit_price": f"{price / 100:.2f}", "line_amount": f"{price * quantity / 100:.2f}"}
    sold = {"list_price": draw.choice([None, "30.00", "60.00"]), "unit_cost": draw.choice([None, "9.00"])}
    made = {"style_id": f"style{ord(sku) % 2}", "size": draw.choice([None, "S", "M", "L"])}
    serial = f"n{draw.randrange(12)}" if sku in "CD" else None
    return (
        {"sku": sku, "category": _category(sku), "quantity": quantity, "serial_number": serial} | amounts | sold | made
    )


def _random_orders(draw: Random, lines: pl.DataFrame) -> list[Row]:
    heads = lines.select("order_id", "customer_id", "ordered_at", "delivered_at").unique("order_id").sort("order_id")
    return [
        row | _random_identity(draw) | _random_parcel(draw, row["ordered_at"]) for row in heads.iter_rows(named=True)
    ]


def _random_identity(draw: Random) -> dict[str, object]:
    """Return who an order seems to be from: any of few devices, addresses and cards, or unknown."""

    def some(prefix: str, n: int) -> str | None:
        return draw.choice([None, *(f"{prefix}{k}" for k in range(n))])

    return {
        "email_hash": some("e", 6), "phone_hash": some("p", 6), "ship_address_hash": some("a", 5),
        "ship_name_hash": some("n", 6), "ship_postcode": some("z", 3), "bill_postcode": some("z", 3),
        "ship_country": "NL", "bill_country": draw.choice(["NL", "DE"]), "device_id_hash": some("d", 5),
        "ip_address_hash": some("i", 4), "payment_fingerprint_hash": some("f", 5),
        "payment_method": draw.choice([None, "card", "gift_card", "invoice"]), "channel": draw.choice(["web", "app"]),
        "discount_code": draw.choice([None, "TEN"]), "is_gift": draw.choice([None, True, False]),
    }  # fmt: skip


def _random_parcel(draw: Random, ordered_at: datetime) -> dict[str, object]:
    proof = draw.choice([None, "none", "scan", "photo", "signature"])
    status = draw.choice(["paid", "cancelled"])
    return {"shipped_at": ordered_at + timedelta(days=draw.choice([0.5, 1])), "delivery_proof": proof, "status": status}


def _random_customer(draw: Random, shopper: str) -> Row:
    known = {name: f"{name}{draw.randrange(4)}" for name in ("email_hash", "phone_hash", "address_hash")}
    return {
        "customer_id": shopper,
        "created_at": at(draw.randrange(100) / 2),
        "postcode": "z1",
        "country": "NL",
    } | known


def _random_contact(draw: Random, number: int) -> Row:
    who = {"customer_id": draw.choice(SHOPPERS), "order_id": f"o{draw.randrange(40)}", "agent_id": "g1"}
    said = {
        "topic": draw.choice(["where_is_my_order", "defective_product", "address_change"]),
        "resolution": draw.choice([None, "answered"]),
    }
    return {"contact_id": f"k{number}", "contacted_at": at(draw.randrange(280) / 2)} | who | said


def _random_chargeback(draw: Random, number: int, lines: pl.DataFrame) -> Row:
    order = lines.row(draw.randrange(lines.height), named=True)
    opened_at = order["ordered_at"] + timedelta(days=draw.randrange(2, 60) / 2)
    said = {"reason": draw.choice([None, "not_received"]), "outcome": draw.choice([None, "won", "lost"])}
    return {
        "chargeback_id": f"b{number}",
        "order_id": order["order_id"],
        "opened_at": opened_at,
        "amount": "10.00",
    } | said


def _random_rma(draw: Random, number: int, bought: pl.DataFrame) -> list[Row]:
    """Return an RMA's lines, most of them of things that were bought (some often), some of them added later."""
    often = min(6, bought.height)
    purchase = bought.row(draw.randrange(draw.choice([often, bought.height])), named=True)
    # Some keep the second of a minute, as a clock would.
    days, seconds = draw.choice([-4, 0, 0.5, 1, 1.5, 2, 3, 6, 12, 20]), draw.choice([0, 0, 0, 61])
    requested_at = purchase["ordered_at"] + timedelta(days=days, seconds=seconds)
    head = {"rma_id": f"r{number}", "customer_id": purchase["customer_id"] if draw.random() < 0.9 else None}
    first = head | {"requested_at": requested_at, "rma_line_id": "1"} | _random_return(draw, requested_at, purchase)
    if number % 10 == 0:
        first["customer_comment"] = ONE_HAND
    return [first, *(_random_extra(draw, head, requested_at, line) for line in range(2, 2 + draw.randrange(3)))]


def _strange_rma(shopper: str, number: int) -> Row:
    """Return the only RMA of a stranger, who has a say in how common a wording is."""
    head = {"rma_id": f"r{shopper}", "customer_id": shopper, "requested_at": at(number / 4)}
    return head | {"customer_comment": f"{'quite ' * number}wrong", "sku": "A", "category": _category("A")}


def _random_extra(draw: Random, head: Row, requested_at: datetime, line: int) -> Row:
    """Return a further line of an RMA, of the same moment or added some half days later."""
    moment = requested_at + timedelta(days=draw.choice([0, 0, 0.5, 3]))
    return dict(head) | {"requested_at": moment, "rma_line_id": str(line)} | _random_return(draw, moment, None)


def _random_return(draw: Random, requested_at: datetime, purchase: Row | None) -> dict[str, object]:
    said: dict[str, object] = {
        "sku": draw.choice("ABCDE"),
        "quantity": draw.randrange(1, 4),
        "claim_type": draw.choice([None, "return", "warranty", "item_not_received", "missing_item"]),
        "reason_code": draw.choice([None, "size", "broken", "late"]),
        "requested_amount": draw.choice([None, "9.99", "25.00"]),
        "customer_comment": draw.choice(COMMENTS if requested_at < at(100) else LATE_COMMENTS),
        "return_method": draw.choice([None, "mail", "store", "keep_it"]),
    }
    for known in (_random_receipt, _random_inspection, _random_outcome):
        said.update(known(draw, requested_at))
    said["category"] = _category(said["sku"])
    return said if purchase is None else said | _random_match(draw, purchase)


def _later(draw: Random, requested_at: datetime, share: float) -> datetime | None:
    return requested_at + timedelta(days=draw.randrange(0, 40) / 2) if draw.random() < share else None


def _random_receipt(draw: Random, requested_at: datetime) -> Row:
    """Return what carrier and dock say, if they say anything."""
    if draw.random() < 0.25:
        return {}
    return {
        "authorized_at": _later(draw, requested_at, 0.8), "shipped_at": _later(draw, requested_at, 0.8),
        "received_at": _later(draw, requested_at, 0.7), "carrier": draw.choice([None, "north", "swift"]),
        "tracking_number": draw.choice([None, *(f"t{k}" for k in range(20))]),
        "scan_weight_g": draw.choice([None, 20, 6500, 6600, 13000]),
        "tracking_destination_postcode": draw.choice([None, "w1", "w1", "w1", "w2", "z9"]),
        "dock_received": draw.choice([None, True, False]), "received_quantity": draw.choice([None, 0, 1, 2]),
        "agent_id": draw.choice([None, "g1", "g2", "g3"]), "store_id": draw.choice([None, "s1", "s2"]),
    }  # fmt: skip


def _random_inspection(draw: Random, requested_at: datetime) -> Row:
    if draw.random() < 0.35:
        return {}
    return {
        "inspected_at": _later(draw, requested_at, 0.8), "received_serial": draw.choice([None, "n1", "n2", "n30"]),
        "condition_grade": draw.choice([None, "A", "B", "D", "wrong_item", "empty_box"]),
        "is_opened": draw.choice([None, True, False]), "restocked": draw.choice([None, True, False]),
    }  # fmt: skip


def _random_outcome(draw: Random, requested_at: datetime) -> dict[str, object]:
    refunded_at = _later(draw, requested_at, 0.7)
    status = draw.choice(["requested", "denied", "closed", "rejected"])
    end: dict[str, object] = {
        "status": "refunded" if refunded_at else status,
        "closed_at": _later(draw, requested_at, 0.3),
    }
    if refunded_at is None:
        return end
    return end | {
        "refunded_at": refunded_at, "refund_amount": draw.choice(["5.00", "9.99", "59.99"]),
        "refund_method": draw.choice([None, "original", "store_credit", "gift_card", "other_card"]),
        "refund_payment_fingerprint_hash": draw.choice([None, "f0", "f1", "f9"]),
        "restocking_fee": draw.choice([None, "0.00", "2.50"]),
    }  # fmt: skip


def _random_match(draw: Random, purchase: Row) -> dict[str, object]:
    """Return the purchase that an RMA line was matched to, all of its keys delivered or only some."""
    kept = draw.choice([("order_id", "line_id"), ("order_id",), ()])
    copied: dict[str, object] = {
        name: purchase[name] for name in ("sku", "category", "ordered_at", "delivered_at", *kept)
    }
    paid: dict[str, object] = {
        "matched_quantity": 1,
        "paid_amount": str(purchase["unit_price"]),
        "match_method": "keys",
    }
    return copied | paid | {"bought_quantity": purchase["quantity"]}

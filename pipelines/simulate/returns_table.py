"""The returns as they are exported: one row an RMA line, as it stands at the end of the simulation.

A cell is empty for as long as what it tells has not happened.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from pipelines.simulate.baskets import line_numbers
from pipelines.simulate.comments import comment_texts
from pipelines.simulate.draw import NONE, Flags, Ints
from pipelines.simulate.parcels import Parcels
from pipelines.simulate.requests import Requests
from pipelines.simulate.settlement import EXCHANGE, GIFT_CARD, NO_REFUND, ORIGINAL, OTHER_CARD, STORE_CREDIT, Settlement
from pipelines.simulate.shop import Shop
from pipelines.simulate.signs import Sign
from pipelines.simulate.texts import moments, money, numbered, only, words
from pipelines.simulate.vocabulary import (
    ARCHETYPES,
    CARRIERS,
    CURRENCY,
    GRADES,
    KINDS,
    LOOKALIKES,
    METHODS,
    REASONS,
    REFUND_METHODS,
)

STATUSES = (
    *("denied", "cancelled", "rejected", "closed", "exchanged", "credited", "refunded"),
    *("inspected", "received", "in_transit", "authorized", "requested"),
)
"""Latest first: an RMA line has the first of these that has happened to it."""
COLUMNS = (
    *("rma_id", "rma_line_id", "order_id", "line_id", "customer_id", "sku", "quantity", "requested_at", "status"),
    *("claim_type", "reason_code", "customer_comment", "return_method", "authorized_at", "shipped_at", "received_at"),
    *("inspected_at", "closed_at", "carrier", "tracking_number", "scan_weight_g", "tracking_destination_postcode"),
    *("dock_received", "received_quantity", "received_serial", "condition_grade", "is_opened", "restocked"),
    *("refund_method", "refund_amount", "refunded_at", "refund_payment_fingerprint", "restocking_fee", "label_cost"),
    *("agent_id", "store_id", "currency"),
)
"""The columns as they stand in the file."""


def returns_table(shop: Shop, requests: Requests, parcels: Parcels, settlement: Settlement) -> pl.DataFrame:
    """Return the RMA lines in the order of their requests, lines of an RMA together."""
    columns = (
        _request_columns(shop, requests, parcels)
        | _way_columns(shop, requests, parcels, settlement)
        | _finding_columns(shop, requests, parcels, settlement)
        | _refund_columns(shop, requests, parcels, settlement)
    )
    status = words(_status(shop, requests, parcels, settlement), STATUSES)
    return pl.DataFrame(columns | {"status": status}).with_columns(currency=pl.lit(CURRENCY)).select(COLUMNS)


def _status(shop: Shop, requests: Requests, parcels: Parcels, settlement: Settlement) -> Ints:
    """Return how far each RMA line has come by the end of the simulation: a position of ``STATUSES``."""
    end, rma = shop.params.ends_at, requests.rma
    is_decided, is_paid = (parcels.decided <= end)[rma], settlement.refunded <= end
    in_goods = settlement.refund_method == EXCHANGE
    as_credit = (settlement.refund_method == STORE_CREDIT) | (settlement.refund_method == GIFT_CARD)
    is_inspected = (parcels.inspected <= end)[rma]
    happened = [
        parcels.is_denied[rma] & is_decided,
        parcels.is_cancelled[rma] & is_decided,
        settlement.is_rejected & is_inspected,
        settlement.closed <= end,
        is_paid & in_goods,
        is_paid & as_credit,
        is_paid,
        is_inspected,
        (parcels.received <= end)[rma],
        (parcels.shipped <= end)[rma],
        (parcels.authorized <= end)[rma],
    ]
    return np.select(happened, list(range(len(happened))), len(happened))


def _request_columns(shop: Shop, requests: Requests, parcels: Parcels) -> dict[str, pl.Series]:
    """Return what is known when the RMA is requested."""
    rma, line, order = requests.rma, requests.line, requests.order[requests.rma]
    named = ~requests.shows(Sign.NO_ORDER)[rma]
    return {
        "rma_id": numbered("R", requests.number[rma]),
        "rma_line_id": pl.Series(np.arange(len(rma)) - requests.starts[rma] + 1).cast(pl.String),
        "order_id": only(numbered("O", shop.orders.number[order]), named),
        "line_id": only(pl.Series(line_numbers(shop.lines)[line]).cast(pl.String), named),
        "customer_id": numbered("C", shop.shoppers.number[shop.orders.shopper[order]]),
        "sku": shop.catalogue.table["sku"].gather(shop.lines.sku[line]),
        "quantity": pl.Series(requests.quantity),
        "requested_at": moments(requests.asked[rma], shop.params.ends_at),
        "claim_type": words(requests.kind[rma], KINDS),
        "reason_code": words(requests.reason, REASONS),
        "customer_comment": comment_texts(requests.comment),
        "return_method": words(parcels.method[rma], METHODS),
    }


def _way_columns(shop: Shop, requests: Requests, parcels: Parcels, settlement: Settlement) -> dict[str, pl.Series]:
    """Return the moments and the parcel's way back."""
    end, rma = shop.params.ends_at, requests.rma
    has_label = (parcels.authorized <= end)[rma]
    is_sent, has_carrier = (parcels.shipped <= end)[rma], (parcels.carrier >= 0)[rma]
    return {
        "authorized_at": moments(parcels.authorized[rma], end),
        "shipped_at": moments(parcels.shipped[rma], end),
        "received_at": moments(parcels.received[rma], end),
        "inspected_at": moments(parcels.inspected[rma], end),
        "closed_at": moments(settlement.closed, end),
        "carrier": words(_where(has_label, parcels.carrier[rma]), CARRIERS),
        "tracking_number": only(numbered("T", parcels.tracking[rma]), has_label & has_carrier),
        "scan_weight_g": only(pl.Series(settlement.scan_weight), is_sent & (settlement.scan_weight >= 0)),
        "tracking_destination_postcode": only(
            numbered("", parcels.destination[rma]), has_label & (parcels.destination >= 0)[rma]
        ),
        "label_cost": only(money(settlement.label_cost), is_sent & (settlement.label_cost >= 0)),
        "agent_id": only(numbered("A", parcels.agent[rma]), (parcels.agent >= 0)[rma]),
        "store_id": only(numbered("S", parcels.store[rma]), (parcels.store >= 0)[rma]),
    }


def _finding_columns(shop: Shop, requests: Requests, parcels: Parcels, settlement: Settlement) -> dict[str, pl.Series]:
    """Return what the dock and the inspection found."""
    end, rma = shop.params.ends_at, requests.rma
    is_inspected = (parcels.inspected <= end)[rma]
    received = (parcels.received <= end)[rma]
    has_serial = is_inspected & (settlement.received_serial >= 0)
    return {
        "dock_received": only(pl.Series(received & parcels.seen[rma]), received | (parcels.shipped <= end)[rma]),
        "received_quantity": only(pl.Series(settlement.received_quantity), is_inspected),
        "received_serial": only(numbered("SN", settlement.received_serial), has_serial),
        "condition_grade": words(_where(is_inspected, settlement.grade), GRADES),
        "is_opened": only(pl.Series(settlement.is_opened), is_inspected),
        "restocked": only(pl.Series(settlement.restocked), is_inspected),
    }


def _refund_columns(shop: Shop, requests: Requests, parcels: Parcels, settlement: Settlement) -> dict[str, pl.Series]:
    """Return what was paid back and how; an exchange is settled in goods and has no amount."""
    end, rma = shop.params.ends_at, requests.rma
    is_settled = settlement.refunded <= end
    is_paid = is_settled & (settlement.refund_method != EXCHANGE)
    is_refused = (parcels.is_denied & (parcels.decided <= end))[rma]
    is_refused |= settlement.is_rejected & (parcels.inspected <= end)[rma] & ~is_settled
    method = np.where(is_refused, NO_REFUND, _where(is_settled, settlement.refund_method))
    card = shop.orders.payment[requests.order[rma]]
    account = np.select([method == ORIGINAL, method == OTHER_CARD], [card, settlement.other_card], NONE)
    return {
        "refund_method": words(method, REFUND_METHODS),
        "refund_amount": only(money(settlement.refund_amount), is_paid),
        "refunded_at": moments(np.where(is_paid, settlement.refunded, end + 1), end),
        "refund_payment_fingerprint": only(numbered("pf", account), account >= 0),
        "restocking_fee": only(money(settlement.restocking_fee), is_paid),
    }


def _where(known: Flags, codes: Ints) -> Ints:
    """Return the codes where they are known, NONE elsewhere."""
    return np.where(known, codes, NONE)


def truth_table(requests: Requests) -> pl.DataFrame:
    """Return one row an RMA, by time of request: whether it is abuse, of which kind, or which kind it looks like."""
    return pl.DataFrame(
        {
            "rma_id": numbered("R", requests.number),
            "is_fraud": requests.archetype >= 0,
            "archetype": words(requests.archetype, ARCHETYPES),
            "lookalike": words(requests.lookalike, LOOKALIKES),
        }
    )

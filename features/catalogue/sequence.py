"""What was asked back before on the same purchase."""

from __future__ import annotations

from features.catalogue.model import Direction, Family, Feature

_NO_ORDER = "the RMA names no order"
_LOOKED_AT = "There was an earlier request for the same order, so we are looking at both together."

SEQUENCE = (
    Feature(
        "order_rmas_before",
        Family.SEQUENCE,
        "RMAs",
        "Earlier RMAs of the RMA's order.",
        _NO_ORDER,
        Direction.HIGH,
        "ORDER_IN_MANY_RMAS",
        "{value:,.0f} RMAs came from the same order before",
        customer_text=_LOOKED_AT,
    ),
    Feature(
        "order_rmas_split",
        Family.SEQUENCE,
        "RMAs",
        "order_rmas_before over one more than the square root of the order's further lines: a large order is sent back "
        "in parts.",
        _NO_ORDER,
        Direction.HIGH,
        "ORDER_ASKED_AGAIN",
        "the order had {order_rmas_before:,.0f} RMAs before",
        customer_text=_LOOKED_AT,
    ),
    Feature(
        "item_reasons_changed",
        Family.SEQUENCE,
        "RMA lines",
        "Lines of earlier RMAs that asked back the same item of the same order with another reason or claim.",
        "the RMA names no order, or gives no reason",
    ),
    Feature(
        "item_asked_after_no",
        Family.SEQUENCE,
        "RMA lines",
        "Lines of earlier RMAs for the same item of the same order that were refused by then.",
        _NO_ORDER,
        Direction.HIGH,
        "ASKED_AFTER_REFUSAL",
        "{value:,.0f} earlier requests for this item of the order were refused",
        customer_text=_LOOKED_AT,
    ),
    Feature(
        "reason_escalation",
        Family.SEQUENCE,
        "0 to 2",
        "1 where the RMA blames the shop (a defect, damage, a wrong or missing item) for an item that an earlier RMA "
        "of the order asked back by choice, 2 where a request for it was refused by then; else 0, and where that is so "
        "of no more than half of the items that are asked back again, less those that are blamed no more.",
        "the RMA names no order, or gives no reason",
        Direction.HIGH,
        "REASON_ESCALATED",
        "now blames the item, where an earlier request for it gave a reason of choice",
        customer_text=_LOOKED_AT,
    ),
)

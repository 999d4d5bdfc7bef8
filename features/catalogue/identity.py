"""Which other accounts stand behind the RMA."""

from __future__ import annotations

from features.catalogue.model import Direction, Family, Feature, Stage

_NO_ACCOUNT = "the shopper is not known, or no export has an identifier so far"
_NO_ORDER = "the RMA names no order of a known shopper, or the order has no such identifier"
_LOOKED_AT = "Some details of the account and the order need a second look before we go on."


def _degree(kind: str, words: str, code: str | None = None, text: str | None = None) -> Feature:
    """Return the feature that counts other accounts on one identifier of the RMA's order."""
    return Feature(
        f"{kind}_accounts",
        Family.IDENTITY,
        "accounts",
        f"Other accounts seen so far with the {words} of the RMA's order; the most over its orders.",
        _NO_ORDER,
        Direction.HIGH if code else Direction.CONTEXT,
        code,
        text,
        customer_text=_LOOKED_AT if code else None,
        cleared_by=("household_like",) if code else (),
    )


IDENTITY = (
    Feature(
        "linked_accounts",
        Family.IDENTITY,
        "accounts",
        "Other accounts linked to the shopper's so far, directly or through others: by a mailbox or card in common, by "
        "a telephone or device and a further identifier, or by an address with such a one. An identifier of many "
        "accounts links only its first few.",
        _NO_ACCOUNT,
        Direction.HIGH,
        "LINKED_ACCOUNTS",
        "{value:,.0f} other accounts share {ring_kinds:,.0f} kinds of identifiers with this one",
        customer_text=_LOOKED_AT,
        cleared_by=("ring_ordinary",),
    ),
    Feature(
        "ring_kinds",
        Family.IDENTITY,
        "kinds",
        "Kinds of identifiers (mailbox, telephone, card, device, address, IP address) that linked accounts share.",
        _NO_ACCOUNT,
    ),
    Feature(
        "ring_rmas",
        Family.IDENTITY,
        "RMAs",
        "Earlier RMAs of the linked accounts.",
        _NO_ACCOUNT,
    ),
    Feature(
        "ring_rmas_14d",
        Family.IDENTITY,
        "RMAs",
        "RMAs of the linked accounts in the last 14 days.",
        _NO_ACCOUNT,
        Direction.HIGH,
        "LINKED_RETURNS_TOGETHER",
        "linked accounts requested {value:,.0f} RMAs in the last 14 days; typical is {typical:,.0f}",
        customer_text=_LOOKED_AT,
        cleared_by=("household_like",),
    ),
    Feature(
        "ring_new_accounts_60d",
        Family.IDENTITY,
        "accounts",
        "Linked accounts that began in the last 60 days.",
        _NO_ACCOUNT,
        Direction.HIGH,
        "LINKED_NEW_ACCOUNTS",
        "{value:,.0f} linked accounts began in the last 60 days",
        customer_text=_LOOKED_AT,
    ),
    Feature(
        "ring_excess",
        Family.IDENTITY,
        "standard deviations",
        "Returned lines of the linked accounts and the shopper, this RMA's included, less what their baskets predict, "
        "over its standard deviation (at least 1 line); 0 without linked accounts.",
        _NO_ACCOUNT,
        Direction.HIGH,
        "LINKED_EXCESS_RETURNS",
        "the account and {linked_accounts:,.0f} linked ones return more than their baskets predict "
        "({value:,.1f} standard deviations)",
        customer_text=_LOOKED_AT,
    ),
    Feature(
        "ring_claims",
        Family.IDENTITY,
        "RMA lines",
        "RMA lines on which linked accounts claimed an item not received, missing or damaged in transit.",
        _NO_ACCOUNT,
        Direction.HIGH,
        "LINKED_CLAIMS",
        "linked accounts claimed non-receipt, missing items or transit damage on {value:,.0f} lines",
        customer_text=_LOOKED_AT,
    ),
    Feature(
        "ring_refused_lines",
        Family.IDENTITY,
        "RMA lines",
        "RMA lines of linked accounts that were refused so far, and chargebacks on their orders.",
        _NO_ACCOUNT,
        Direction.HIGH,
        "LINKED_REFUSED",
        "{value:,.0f} returns or payments of linked accounts were refused or charged back",
        customer_text=_LOOKED_AT,
    ),
    Feature(
        "ring_amiss_lines",
        Family.IDENTITY,
        "RMA lines",
        "RMA lines of linked accounts on which, by then, other goods were found than were sold, none, or fewer than "
        "were said.",
        _NO_ACCOUNT,
        Direction.HIGH,
        "LINKED_WRONG_CONTENT",
        "on {value:,.0f} lines of linked accounts the parcel held other goods, none, or fewer than were said",
        customer_text=_LOOKED_AT,
    ),
    Feature(
        "ring_returned_amount",
        Family.IDENTITY,
        "reporting currency",
        "Value asked back by linked accounts so far.",
        _NO_ACCOUNT,
    ),
    Feature(
        "ring_ordinary",
        Family.IDENTITY,
        "share",
        "How ordinary the linked accounts' returns are: 1 where ring_excess is 0 or less, 0 from 2 on, and "
        "without linked accounts.",
        _NO_ACCOUNT,
    ),
    Feature(
        "household_like",
        Family.IDENTITY,
        "share",
        "How much the linked accounts look like one household: ring_ordinary over one more than their claims, "
        "refusals and wrong parcels, 0 where they are more than 4 or one is new, or where there are none.",
        _NO_ACCOUNT,
    ),
    _degree("email", "mailbox", "MAILBOX_SHARED", "{value:,.0f} other accounts use the mailbox of this order"),
    _degree("phone", "telephone", "PHONE_SHARED", "{value:,.0f} other accounts use the telephone of this order"),
    _degree("payment", "payment card", "CARD_SHARED", "{value:,.0f} other accounts used the card of this order"),
    _degree("device", "device", "DEVICE_SHARED", "{value:,.0f} other accounts ordered from the device of this order"),
    _degree("address", "address"),
    _degree("ip", "IP address"),
    Feature(
        "address_hub",
        Family.IDENTITY,
        "share",
        "How much the order's address looks like a place for many (forwarder, dormitory): a / (a + 8) for a other "
        "accounts.",
        _NO_ORDER,
    ),
    Feature(
        "address_refusals",
        Family.IDENTITY,
        "standard deviations",
        "RMA lines of other accounts refused and orders of theirs charged back at the order's address so far, less "
        "what their RMA lines and the whole shop's predict, over its standard deviation (Poisson, at least 1), as far "
        "as it is above 1.",
        "the RMA names no order with an address, or nothing was refused so far",
        Direction.HIGH,
        "ADDRESS_REFUSED_BEFORE",
        "more returns of other accounts at this address were refused than usual ({value:,.1f} standard deviations)",
        customer_text=_LOOKED_AT,
        cleared_by=("address_hub",),
    ),
    Feature(
        "refund_card_accounts",
        Family.IDENTITY,
        "accounts",
        "Other accounts that had paid with the card that this RMA was refunded to, or were refunded to it; 0 where the "
        "shopper had paid with it by the request.",
        "the shopper is not known, or no card was refunded",
        Direction.HIGH,
        "REFUND_CARD_OF_OTHERS",
        "refunded to a card that {value:,.0f} other accounts used before",
        Stage.SETTLED,
        _LOOKED_AT,
    ),
)

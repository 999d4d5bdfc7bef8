"""What one account changes about itself."""

from __future__ import annotations

from features.catalogue.model import Direction, Family, Feature

_NEVER = "the shopper is not known, or no order of theirs told one so far"
_LOOKED_AT = "Some details of the account changed lately, so we are taking a second look."


def _new(name: str, words: str, code: str | None, cleared_by: tuple[str, ...] = ()) -> tuple[Feature, Feature]:
    """Return the features that count an account's new values of a kind, and compare them with its orders."""
    count = Feature(
        f"new_{name}_90d",
        Family.ACCOUNT,
        words,
        f"Further {words} with which the account began to order in the last 90 days; its first ever is none.",
        _NEVER,
    )
    excess = Feature(
        f"new_{name}_excess",
        Family.ACCOUNT,
        "standard deviations",
        f"new_{name}_90d less what the account's orders of these days and the whole shop's further {words} per order "
        "up to the day before predict, over its standard deviation (Poisson, at least 1), as far as it is above 1: one "
        "change is ordinary.",
        _NEVER,
        Direction.HIGH if code else Direction.CONTEXT,
        code,
        f"the account began to use {{new_{name}_90d:,.0f}} further {words} in 90 days" if code else None,
        customer_text=_LOOKED_AT if code else None,
        cleared_by=cleared_by,
    )
    return count, excess


ACCOUNT = (
    *_new("cards", "cards", "MANY_CARDS"),
    # A browser that forgets, or an app installed again, is a further device too: by itself it says little.
    *_new("devices", "devices", None),
    *_new("addresses", "addresses", "MANY_ADDRESSES", ("kept_card", "gift_like")),
    *_new("names", "recipients", "MANY_RECIPIENTS", ("kept_card", "gift_like")),
    *_new("billing_places", "billing places", "MANY_BILLING_PLACES", ("kept_card",)),
    Feature(
        "kept_card",
        Family.ACCOUNT,
        "0 or 1",
        "Whether the account began to use no further card in the last 90 days (no further device, where no order tells "
        "a card), as who sends gifts.",
        _NEVER,
    ),
    Feature(
        "kept_card_and_device",
        Family.ACCOUNT,
        "0 or 1",
        "Whether the account began to use neither a further card nor a further device in the last 90 days, as "
        "who moved house.",
        _NEVER,
    ),
    Feature(
        "moved_like",
        Family.ACCOUNT,
        "share",
        "How much the account looks like that of somebody who moved house or has a new card: 0.8 where the shopper "
        "told support of it in the last 365 days (by the contact's topic), half where the account began to use one "
        "further address in the last 90 days, each without a further device in these 90 days, else 0.",
        _NEVER,
    ),
    Feature(
        "order_new_identifiers",
        Family.ACCOUNT,
        "identifiers",
        "How many of mailbox, telephone, card, device and address of the RMA's order were new to its account, of those "
        "that the account's earlier orders told; the most over its orders.",
        "the RMA names no order of its shopper, or the account had no earlier order",
        Direction.HIGH,
        "ORDER_UNLIKE_ACCOUNT",
        "{value:,.0f} details of the order were new to the account; typical is {typical:,.0f}",
        customer_text=_LOOKED_AT,
        cleared_by=("kept_card_and_device", "gift_like"),
    ),
)

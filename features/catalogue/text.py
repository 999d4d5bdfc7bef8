"""What the customer wrote, against what others wrote before."""

from __future__ import annotations

from features.catalogue.model import Direction, Family, Feature

_NO_COMMENT = "the RMA has no comment"
_LOOKED_AT = "We are taking a second look at what was written about the return."

TEXT = (
    Feature(
        "comment_shoppers",
        Family.TEXT,
        "shoppers",
        "Other shoppers who wrote the comment before, in the same words or nearly so; the most over its comments.",
        _NO_COMMENT,
    ),
    Feature(
        "comment_burst",
        Family.TEXT,
        "standard deviations",
        "Other shoppers who first wrote the comment in the last 30 days, less what its share among all wordings before "
        "these days (one more counted) predicts, over its standard deviation (Poisson, at least 1); as far as it is "
        "above 3, for chance alone makes some of many wordings frequent.",
        "the RMA has no comment, or nobody wrote one before the last 30 days",
        Direction.HIGH,
        "COMMENT_REPEATED",
        "{comment_shoppers:,.0f} other shoppers wrote the same, of late far more than usual",
        customer_text=_LOOKED_AT,
        cleared_by=("comment_same_item",),
    ),
    Feature(
        "comment_same_item",
        Family.TEXT,
        "share",
        "Share of the other shoppers who wrote the comment in the last 30 days that wrote it of the same SKU: a faulty "
        "lot makes many write alike. 0 where nobody did.",
        _NO_COMMENT,
    ),
    Feature(
        "ring_same_comment",
        Family.TEXT,
        "powers of ten",
        "How unlikely it is that so many linked accounts wrote the comment before: -log10 of a bound of the tail "
        "(Chernoff), where each of their wordings is a chance to hit on it, as large as its share among what others "
        "wrote (one more counted), for shoppers who differ. 0 without linked accounts, or where chance brings it to "
        "one in ten.",
        "the RMA has no comment, or nobody wrote one before",
        Direction.HIGH,
        "LINKED_SAME_COMMENT",
        "accounts linked to this one wrote the same comment; chance would bring that to {value:one} accounts",
        customer_text=_LOOKED_AT,
    ),
    Feature(
        "own_comment_again",
        Family.TEXT,
        "standard deviations",
        "RMA lines on which the shopper wrote the comment before, less what the shopper's earlier comments and its "
        "share among all predict, over its standard deviation (Poisson, at least 1).",
        "the RMA has no comment, the shopper is not known, or nobody wrote one before",
        Direction.HIGH,
        "OWN_COMMENT_AGAIN",
        "the shopper wrote the same comment before, more often than chance ({value:,.1f} standard deviations)",
        customer_text=_LOOKED_AT,
    ),
)

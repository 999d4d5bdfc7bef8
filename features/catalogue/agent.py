"""Who handled the RMA."""

from __future__ import annotations

from features.catalogue.model import Direction, Family, Feature, Stage

NO_AGENT = "no export says who handled the RMA, or where"
CUSTOMER_TEXT = "We are checking how this return was handled on our side."

AGENT = (
    Feature(
        "agent_breach_excess",
        Family.AGENT,
        "standard deviations",
        "Lines out of policy (past the window, final sale, without a purchase) the RMA's agent handled before, over "
        "what peers' share predicts (those of the same store; by mail all others), standard deviation at least "
        "1; 0 where this RMA keeps to the policy.",
        NO_AGENT,
        Direction.HIGH,
        "AGENT_OUT_OF_POLICY",
        "out of policy, handled by an agent who grants this more often than peers ({value:.1f} standard deviations)",
        Stage.RECEIVED,
        CUSTOMER_TEXT,
        cleared_by=("gift_like",),
    ),
    Feature(
        "agent_payout_excess",
        Family.AGENT,
        "standard deviations",
        "Refunds of the RMA's agent before goods came or without asking for them, to cash, gift card or another card, "
        "or above the price: the sort that this RMA's is and that exceeds what peers' share predicts the most; 0 where "
        "this refund is none.",
        NO_AGENT,
        Direction.HIGH,
        "AGENT_UNUSUAL_REFUNDS",
        "refunded in a way that its agent uses more often than peers do ({value:.1f} standard deviations)",
        Stage.SETTLED,
        CUSTOMER_TEXT,
        cleared_by=("gift_like",),
    ),
    Feature(
        "store_exception_excess",
        Family.AGENT,
        "standard deviations",
        "Exceptions (out of policy, refunded before goods came or without asking for them, to cash, gift card or "
        "another card, above the price paid) of the RMA's store, of the sort that this RMA is, over what the other "
        "stores' share predicts.",
        "no export says which store handled the RMA",
        Direction.HIGH,
        "STORE_EXCEPTIONS",
        "an exception that its store makes more often than other stores do ({value:.1f} standard deviations)",
        Stage.RECEIVED,
        CUSTOMER_TEXT,
        cleared_by=("gift_like",),
    ),
    Feature(
        "agent_shopper_excess",
        Family.AGENT,
        "standard deviations",
        "RMAs of this shopper that this agent handled, this one included, over what the agent's share of the store's "
        "(by mail: of all) RMAs predicts, standard deviation at least 1; 0 at the first.",
        NO_AGENT + ", or the shopper is not known",
        Direction.HIGH,
        "SAME_AGENT_AGAIN",
        "the same agent handled {agent_shopper_rmas:,.0f} RMAs of this shopper, which chance does not explain",
        Stage.RECEIVED,
        CUSTOMER_TEXT,
    ),
    Feature(
        "agent_favour_excess",
        Family.AGENT,
        "standard deviations",
        "Exceptions that this agent made for this shopper, this RMA's included, over what peers would have made in as "
        "many lines; 0 unless this RMA is one and an earlier one was.",
        NO_AGENT + ", or the shopper is not known",
        Direction.HIGH,
        "AGENT_EXCEPTIONS_FOR_SHOPPER",
        "the same agent made exceptions for this shopper before ({value:.1f} standard deviations above peers)",
        Stage.SETTLED,
        CUSTOMER_TEXT,
    ),
    Feature(
        "agent_shopper_rmas",
        Family.AGENT,
        "RMAs",
        "RMAs of this shopper that the RMA's agent handled, this one included.",
        NO_AGENT + ", or the shopper is not known",
        stage=Stage.RECEIVED,
    ),
)

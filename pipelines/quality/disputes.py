"""What core must hold about what was said afterwards: contacts with support, chargebacks, verdicts."""

from __future__ import annotations

from pipelines.quality.columns import by_columns, delivered_key
from pipelines.quality.model import Check, Severity, Suite
from pipelines.quality.parts import as_delivered, breaches, keyed_suite


def support_contacts() -> Suite:
    """Return the suite of the contacts with support."""
    checks = (*by_columns("support_contacts"), as_delivered("support_contacts"))
    return keyed_suite("support_contacts", delivered_key("support_contacts"), checks)


def chargebacks() -> Suite:
    """Return the suite of the chargebacks."""
    order = Check(
        "order_listed",
        "`order_id` is in core.orders",
        "have order_id that core.orders lacks",
        Severity.WARNING,
        query=breaches("find_chargebacks_without_order"),
    )
    checks = (*by_columns("chargebacks"), order, as_delivered("chargebacks"))
    return keyed_suite("chargebacks", delivered_key("chargebacks"), checks, ("core.orders",))


def review_labels() -> Suite:
    """Return the suite of the verdicts that were delivered."""
    rma = Check(
        "rma_listed",
        "`rma_id` is in core.rmas",
        "have rma_id that core.rmas lacks",
        Severity.WARNING,
        query=breaches("find_verdicts_without_rma"),
    )
    checks = (*by_columns("review_labels"), rma, as_delivered("review_labels"))
    return keyed_suite("review_labels", delivered_key("review_labels"), checks, ("core.rmas",))

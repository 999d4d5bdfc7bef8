"""What core must hold about what came back: matches, RMA lines and RMAs."""

from __future__ import annotations

from features.contracts import Column, Kind, MatchMethod
from pipelines.quality.columns import by_columns, delivered_key, given_check
from pipelines.quality.model import Check, Severity, Suite
from pipelines.quality.parts import FX_RATE, SOURCE, as_delivered, breaches, keyed_suite

METHODS = tuple(MatchMethod)
FOUND = tuple(method for method in MatchMethod if method is not MatchMethod.NONE)


def rma_matches() -> Suite:
    """Return the suite of the purchases that RMA lines were matched to."""
    made = (
        *(Column(name, Kind.ID, required=True) for name in ("rma_id", "rma_line_id", "order_id", "line_id")),
        Column("quantity", Kind.QUANTITY, required=True),
        Column("paid_amount", Kind.MONEY, required=True),
        Column("match_method", Kind.WORD, required=True, words=FOUND),
    )
    checks = (
        *by_columns(None, made),
        Check(
            "purchase_exists",
            "the order line is in core.order_lines and has at least `quantity` units",
            "give back units that core.order_lines lacks",
            query=breaches("find_matches_without_purchase"),
        ),
    )
    return keyed_suite("rma_matches", ("rma_id", "rma_line_id", "order_id", "line_id"), checks, ("core.order_lines",))


def rma_lines() -> Suite:
    """Return the suite of the lines of RMAs."""
    made = (
        Column("match_method", Kind.WORD, required=True, words=METHODS),
        Column("matched_quantity", Kind.COUNT, required=True),
        Column("bought_quantity", Kind.QUANTITY),
        *(Column(name, Kind.MONEY) for name in ("paid_amount", "requested_amount", "unit_cost")),
        *(Column(name, Kind.TIMESTAMP) for name in ("ordered_at", "delivered_at")),
        SOURCE,
    )
    checks = (
        *(given_check(name) for name in ("rma_line_id", "currency")),
        *by_columns("returns", made),
        *FX_RATE,
        *_matching_checks(),
        Check(
            "sku_listed",
            "`sku` is in core.products",
            "have sku that core.products lacks",
            query=breaches("find_returned_unlisted"),
        ),
        Check(
            "customer_listed",
            "`customer_id` is null or in core.customers",
            "have customer_id that core.customers lacks",
            query=breaches("find_requests_unlisted"),
        ),
        Check(
            "codes_mapped",
            "each code of a source's returns (reason, status, …) is in the source's maps; one that is not is kept",
            "have a code that no map of their source knows",
            Severity.WARNING,
            subject="delivered row",
            query=breaches("find_unknown_codes"),
        ),
        as_delivered("rma_lines"),
    )
    return keyed_suite(
        "rma_lines", delivered_key("returns"), checks, ("core.customers", "core.products", "core.rma_matches")
    )


def _matching_checks() -> tuple[Check, ...]:
    """Return the checks of what an RMA line says about its purchase."""
    return (
        Check(
            "matched_within_quantity",
            "`matched_quantity` is not above `quantity`",
            "have matched_quantity above quantity",
            condition="matched_quantity > quantity",
        ),
        Check(
            "method_fits",
            "`match_method` is `none` where `matched_quantity` is 0, and only there",
            "have match_method that does not fit matched_quantity",
            condition="(match_method = 'none') <> (matched_quantity = 0)",
        ),
        Check(
            "named_purchase_found",
            "the order that an RMA line names has these goods, and was placed by the request",
            "name an order that has no such goods, was not delivered or was placed later",
            Severity.WARNING,
            condition="match_method = 'none' and order_id is not null",
        ),
        Check(
            "bought_before",
            "`ordered_at` is not after `requested_at`",
            "have ordered_at after requested_at",
            condition="ordered_at > requested_at",
        ),
        Check(
            "matches_kept",
            "each match names a line of this table",
            "name an RMA line that this table lacks",
            subject="allocation",
            query=breaches("find_matches_without_line"),
        ),
    )


def rmas() -> Suite:
    """Return the suite of the RMAs."""
    made = (
        Column("rma_id", Kind.ID, required=True),
        Column("requested_at", Kind.TIMESTAMP, required=True),
        *(Column(name, Kind.QUANTITY, required=True) for name in ("n_lines", "quantity")),
        *(Column(name, Kind.MONEY) for name in ("requested_amount", "refund_amount")),
        Column("n_matched_lines", Kind.COUNT, required=True),
        SOURCE,
    )
    checks = (
        *by_columns(None, made),
        given_check("requested_on"),
        Check(
            "lines_kept",
            "each RMA line names an RMA of this table",
            "name an RMA that this table lacks",
            subject="RMA line",
            query=breaches("find_lines_without_rma"),
        ),
        Check(
            "lines_add_up",
            "`n_lines` is the number of the RMA's lines",
            "have n_lines other than their lines",
            query=breaches("find_rmas_miscounted"),
        ),
    )
    return keyed_suite("rmas", ("rma_id",), checks, ("core.rma_lines",))

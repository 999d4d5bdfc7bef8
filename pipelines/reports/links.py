"""Which accounts are linked to which, and by what kind of thing: the evidence behind a ring."""

from __future__ import annotations

from types import MappingProxyType

from pipelines.reports.declare import ReportTable

ACCOUNT_LINKS = ReportTable(
    "report_account_links",
    "reports/list_account_links",
    "What accounts of one ring share with each other: the kind of identifier, never the identifier or its hash. "
    "Identifiers of many accounts (a mailbox or card of more than 50, a device or telephone of more than 20, an "
    "address of more than 8, an IP address of more than 4) are places or machines for all, and left out.",
    "one row a pair of accounts of a ring and kind of identifier",
    MappingProxyType(
        {
            "ring_id": "The ring, as in `rma_scores`.",
            "customer_id": "One account.",
            "other_customer_id": "The other one, later in the alphabet.",
            "kind": "`email` (a mailbox), `payment` (a card or account, paid with or refunded to), `device`, `phone`, "
            "`address` (a door in a postcode) or `ip`.",
            "n_shared": "How many identifiers of the kind both were seen with.",
            "n_accounts": "How many accounts were seen with the rarest of these.",
            "since_at": "Since when both were seen with one of them; null where no export dates it.",
        }
    ),
    ("core.customers", "core.orders", "core.rma_lines", "score.rma_scores"),
)

TABLES = (ACCOUNT_LINKS,)

"""What a report table is declared as, and the sentences that several of them share.

Belongs here: the form of a declaration. Does not: any table (its subject's module), how a column is computed (its
statement below ``sql/reports/``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SCHEMA = "report"
"""The DuckDB schema of the tables: ``report_by_sku`` is stored as ``report.report_by_sku``."""


@dataclass(frozen=True, slots=True)
class ReportTable:
    """One table: ``statement`` below ``sql/`` is its one select, ``grain`` says what a row is.

    ``reads`` names the tables that the statement reads, ``variables`` the DuckDB variables that it needs.
    """

    name: str
    statement: str
    description: str
    grain: str
    columns: Mapping[str, str]
    reads: tuple[str, ...]
    variables: tuple[str, ...] = ()
    is_published: bool = True
    """Whether it is part of a set; others are work that several tables share, and stay in the warehouse."""


RATE_BY_UNITS = "`{part}` over `units_sold`; null where nothing was sold."
COST = "Sum of the ledger: costs less recoveries."
REFUNDS = "The part of `cost` that was paid back to shoppers."
RETURNED_LINES = "RMA lines that count as returned."
RETURNED_UNITS = "Units of those lines."
COST_PER_LINE = "`cost` over `returned_lines`; null where nothing was returned."
COST_RANK = "1 is the dearest; ties in the order of the name."

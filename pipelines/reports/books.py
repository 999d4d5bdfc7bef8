"""Report tables about the deliveries themselves, made of the books that raw keeps, when a set is published.

Belongs here: their declarations, in the words of ``declare.py``. Does not: what is counted and when.
"""

from __future__ import annotations

from types import MappingProxyType

from pipelines.reports.declare import SCHEMA, ReportTable
from pipelines.warehouse import Warehouse

SCHEMA_DRIFT = ReportTable(
    "report_schema_drift",
    "reports/list_schema_drift",
    "How the files of a source changed: columns that came, went and came back. Files without rows say nothing.",
    "one row a table, column and change of it",
    MappingProxyType(
        {
            "source": "The source.",
            "table": "The raw table.",
            "column": "The column; a new one by its name in the file, in lower case.",
            "kind": "`new`: the table has no such column, and what stands there is kept in `extra`. `lost`: earlier "
            "files filled it and these lack it. `returned`: it is there again. `type_changed`: more than 1 % of a "
            "file's rows hold there what the column does not accept, and are in quarantine.",
            "first_delivery_id": "The first delivery with the change (`ingest_ledger`).",
            "last_delivery_id": "The last one.",
            "n_deliveries": "Deliveries with it.",
            "n_rows": "Their rows: those that fill a new column (null where it is not kept), all rows of files that "
            "lack or have again the column, the rows in quarantine because of it.",
            "is_current": "Whether the last file of the table has the change.",
            "loaded_at": "When the first delivery with it was read.",
        }
    ),
    ("raw.delivered_columns", "raw.ingest_ledger", "raw.quarantine"),
)

DATA_QUALITY = ReportTable(
    "report_data_quality",
    "reports/list_data_quality",
    "What every check of docs/data_quality.md found, for each state of the deliveries that was published. A run on the "
    "same deliveries replaces what an earlier one found; a full refresh begins anew.",
    "one row a state of the deliveries, table and check",
    MappingProxyType(
        {
            "delivery_id": "The state: the number of the last delivery (`ingest_ledger`).",
            "loaded_at": "When that delivery was read.",
            "table": "The checked table.",
            "check_name": "The check.",
            "severity": "`critical` or `warning`.",
            "n_rows": "Rows of the checked table.",
            "n_breaches": "How many break the check: rows, or columns, files or days where it is about these.",
            "value": "What is held against the threshold: `n_breaches`, or its share of `n_rows` where a check "
            "tolerates a share.",
            "threshold": "The most that is tolerated.",
            "is_ok": "Whether the check held.",
            "found": "What broke a check about columns, files or days, in words; null for checks of rows.",
        }
    ),
    ("raw.check_results",),
)

BOOK_TABLES = (SCHEMA_DRIFT, DATA_QUALITY)


def build_book_tables(warehouse: Warehouse) -> None:
    """Build the tables."""
    for table in BOOK_TABLES:
        warehouse.build(f"{SCHEMA}.{table.name}", table.statement)

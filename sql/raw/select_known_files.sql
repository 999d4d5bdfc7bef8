-- The files that the ledger knows: by path and content, and by content and table.
select
    path,
    sha256,
    "table",
    status,
    rows_read,
    error
from raw.ingest_ledger
order by delivery_id

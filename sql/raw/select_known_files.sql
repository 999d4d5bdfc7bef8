-- The files that the ledger knows: by path and content, and by content and table.
select
    l.delivery_id,
    l.path,
    l.sha256,
    l.table,
    l.status,
    l.rows_read,
    l.error,
    l.reader_options
from raw.ingest_ledger as l
order by l.delivery_id

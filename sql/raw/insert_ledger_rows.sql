-- What became of the delivered files of a run.
insert into raw.ingest_ledger by name
select
    d.delivery_id,
    d.path,
    d.sha256,
    d.source,
    d.table,
    d.rows_read,
    d.rows_loaded,
    d.rows_updated,
    d.rows_duplicate,
    d.rows_stale,
    d.rows_quarantined,
    d.status,
    d.error,
    d.unknown_columns,
    d.loaded_at,
    d.reader_options
from delivered_files as d
order by d.delivery_id

-- Deliveries of the last run into the checked table of which more than half was held already, row for row.
select
    1 as n_rows,
    l.path,
    printf('%d of %d rows', l.rows_duplicate, l.rows_read) as found
from raw.ingest_ledger as l
where
    'raw.' || l.table = getvariable('checked_table')
    and l.loaded_at = (select max(m.loaded_at) from raw.ingest_ledger as m)
    and l.status = 'loaded'
    and l.rows_duplicate > 0.5 * l.rows_read

-- Deliveries of the last run into the checked table of which more than one row in a hundred went to quarantine.
select
    1 as n_rows,
    l.path,
    printf('%d of %d rows', l.rows_quarantined, l.rows_read) as found
from raw.ingest_ledger as l
where
    'raw.' || l.table = getvariable('checked_table')
    and l.loaded_at = (select max(m.loaded_at) from raw.ingest_ledger as m)
    and l.rows_quarantined > 0.01 * l.rows_read

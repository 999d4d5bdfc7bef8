-- What an earlier run found in the checked table on the same deliveries.
delete from raw.check_results as r
where
    r.table = getvariable('checked_table')
    and r.delivery_id is not distinct from (select max(l.delivery_id) from raw.ingest_ledger as l)

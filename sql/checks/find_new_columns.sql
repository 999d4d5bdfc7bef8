-- Columns that the checked table does not have, in the deliveries of the last run.
select
    count(*) as n_rows,
    c.column
from raw.delivered_columns as c
inner join raw.ingest_ledger as l on c.delivery_id = l.delivery_id
where
    not c.is_known
    and 'raw.' || l.table = getvariable('checked_table')
    and l.loaded_at = (select max(m.loaded_at) from raw.ingest_ledger as m)
group by c.column

-- The difference between the rows that the checked raw table holds and those that the ledger says were loaded into it.
with held as (
    select count(*) as n_held
    from query_table(getvariable('checked_table'))
),

loaded as (
    select coalesce(sum(l.rows_loaded), 0) as n_loaded
    from raw.ingest_ledger as l
    where 'raw.' || l.table = getvariable('checked_table')
)

select
    abs(held.n_held - loaded.n_loaded) as n_rows,
    held.n_held || ' held, ' || loaded.n_loaded || ' loaded' as found
from held
cross join loaded
where held.n_held <> loaded.n_loaded

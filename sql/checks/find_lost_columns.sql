-- Columns that an earlier delivery of the checked table filled and its last one does not have.
with delivered as (
    select
        l.delivery_id,
        c.column,
        c.n_filled
    from raw.ingest_ledger as l
    inner join raw.delivered_columns as c on l.delivery_id = c.delivery_id
    where 'raw.' || l.table = getvariable('checked_table') and l.rows_read > 0 and c.is_known
),

last_one as (
    select max(delivery_id) as delivery_id
    from delivered
)

select
    1 as n_rows,
    d.column
from delivered as d
cross join last_one as o
group by d.column, o.delivery_id
having max(d.delivery_id) < o.delivery_id and max(d.n_filled) > 0

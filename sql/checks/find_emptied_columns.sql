-- Columns that the last delivery of the checked table fills less than half as often as all earlier ones did. Said of
-- a hundred rows and more, and of columns that one row in ten filled.
with delivered as (
    select
        l.delivery_id,
        l.rows_read,
        c.column,
        c.n_filled,
        max(l.delivery_id) over () as last_id
    from raw.ingest_ledger as l
    inner join raw.delivered_columns as c on l.delivery_id = c.delivery_id
    where 'raw.' || l.table = getvariable('checked_table') and c.is_known
),

shares as (
    select
        "column",
        sum(n_filled) filter (where delivery_id = last_id) / sum(rows_read) filter (where delivery_id = last_id)
            as share,
        sum(n_filled) filter (where delivery_id < last_id) / sum(rows_read) filter (where delivery_id < last_id)
            as share_before
    from delivered
    group by "column"
    having
        sum(rows_read) filter (where delivery_id = last_id) >= 100
        and sum(rows_read) filter (where delivery_id < last_id) >= 100
)

select
    1 as n_rows,
    s.column,
    printf('%.1f %% filled, %.1f %% before', 100 * s.share, 100 * s.share_before) as found
from shares as s
where s.share_before >= 0.1 and s.share < 0.5 * s.share_before

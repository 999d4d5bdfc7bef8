-- Deliveries of the last run into the checked table that have a column which more than one row in a hundred fills with
-- what the column does not accept: its type has changed.
with unreadable as (
    select
        l.path,
        l.rows_read,
        unnest(regexp_extract_all(q.error, '(\w+) is not (?:a readable|one of)', 1)) as column_name
    from raw.quarantine as q
    inner join raw.ingest_ledger as l on q.delivery_id = l.delivery_id
    where
        q.error_code = 'unreadable_value'
        and 'raw.' || l.table = getvariable('checked_table')
        and l.loaded_at = (select max(m.loaded_at) from raw.ingest_ledger as m)
)

select
    1 as n_rows,
    u.column_name,
    u.path,
    printf('%d of %d rows', count(*), u.rows_read) as found
from unreadable as u
group by u.column_name, u.path, u.rows_read
having count(*) > 0.01 * u.rows_read

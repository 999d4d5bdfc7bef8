-- One row a table, column and change of it: since which delivery, up to which one, in how many rows.
with files as (
    select
        l.delivery_id,
        l.source,
        l.table,
        l.rows_read,
        max(l.delivery_id) over (partition by l.table) as last_id
    from raw.ingest_ledger as l
    where l.status = 'loaded' and l.rows_read > 0
),

unknown as (
    select
        f.source,
        f.table,
        c.column,
        'new' as kind,
        f.delivery_id,
        f.last_id,
        c.n_filled as n_rows,
        0 as stretch
    from raw.delivered_columns as c
    inner join files as f on c.delivery_id = f.delivery_id
    where not c.is_known
),

filled as (
    select
        f.table,
        c.column,
        min(f.delivery_id) as first_id
    from raw.delivered_columns as c
    inner join files as f on c.delivery_id = f.delivery_id
    where c.is_known and c.n_filled > 0
    group by f.table, c.column
),

presence as (
    select
        f.source,
        f.table,
        d.column,
        f.delivery_id,
        f.last_id,
        f.rows_read as n_rows,
        (c.column is not null) as is_there
    from filled as d
    inner join files as f on d.table = f.table and d.first_id <= f.delivery_id
    left join raw.delivered_columns as c on f.delivery_id = c.delivery_id and d.column = c.column and c.is_known
),

turns as (
    select
        p.*,
        if(p.is_there = lag(p.is_there) over by_column, 0, 1) as turn
    from presence as p
    window by_column as (partition by p.table, p.column order by p.delivery_id)
),

-- the first stretch is that of the column's first coming; after it, it is lost and returns by turns
stretches as (
    select
        t.*,
        sum(t.turn) over (partition by t.table, t.column order by t.delivery_id) as stretch
    from turns as t
),

known as (
    select
        s.source,
        s.table,
        s.column,
        if(s.is_there, 'returned', 'lost') as kind,
        s.delivery_id,
        s.last_id,
        s.n_rows,
        s.stretch
    from stretches as s
    where s.stretch > 1
),

refused as (
    select
        q.delivery_id,
        unnest(regexp_extract_all(q.error, '(\w+) is not (?:a readable|one of)', 1)) as "column" -- noqa: RF06
    from raw.quarantine as q
    where q.error_code = 'unreadable_value'
),

unreadable as (
    select
        f.source,
        f.table,
        r.column,
        'type_changed' as kind,
        f.delivery_id,
        f.last_id,
        count(*) as n_rows,
        0 as stretch
    from refused as r
    inner join files as f on r.delivery_id = f.delivery_id
    group by all
    having count(*) > 0.01 * max(f.rows_read)
),

changes as (
    select * from unknown
    union all by name
    select * from known
    union all by name
    select * from unreadable
)

select
    c.source,
    c.table,
    c.column,
    c.kind,
    min(c.delivery_id) as first_delivery_id,
    max(c.delivery_id) as last_delivery_id,
    count(*) as n_deliveries,
    sum(c.n_rows)::bigint as n_rows,
    max(c.delivery_id) = max(c.last_id) as is_current,
    min(l.loaded_at) as loaded_at
from changes as c
inner join raw.ingest_ledger as l on c.delivery_id = l.delivery_id
group by c.source, c.table, c.column, c.kind, c.stretch
order by c.source, c.table, c.column, first_delivery_id, c.kind

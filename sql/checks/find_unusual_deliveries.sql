-- The day of the last run, where it delivered more or fewer rows of the checked table than deliveries on that weekday
-- usually did: further from the median of the last eight such days (four at least) than four times their spread.
with delivered as (
    select
        cast(l.loaded_at as date) as day,
        sum(l.rows_read) as n_rows
    from raw.ingest_ledger as l
    where 'raw.' || l.table = getvariable('checked_table') and l.status = 'loaded'
    group by cast(l.loaded_at as date)
),

last_run as (
    select max(cast(loaded_at as date)) as day
    from raw.ingest_ledger
),

history as (
    select
        f.day,
        f.n_rows,
        h.n_rows as n_before,
        median(h.n_rows) over (partition by f.day) as middle
    from delivered as f
    inner join last_run as r on f.day = r.day
    inner join delivered as h on f.day > h.day and (f.day - h.day) % 7 = 0
    qualify row_number() over (partition by f.day order by h.day desc) <= 8
),

usual as (
    select
        day,
        n_rows,
        middle,
        greatest(1.4826 * median(abs(n_before - middle)), sqrt(middle), 1) as spread
    from history
    group by day, n_rows, middle
    having count(*) >= 4
)

select
    1 as n_rows,
    'delivered on ' || dayname(u.day) || strftime(u.day, ' %Y-%m-%d') as day,
    format('{:,} rows', cast(u.n_rows as bigint)) as found,
    format(
        'usual {:,} to {:,}',
        cast(ceil(greatest(u.middle - 4 * u.spread, 0)) as bigint),
        cast(floor(u.middle + 4 * u.spread) as bigint)
    ) as usual
from usual as u
where abs(u.n_rows - u.middle) > 4 * u.spread

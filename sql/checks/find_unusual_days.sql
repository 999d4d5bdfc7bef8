-- Days of the checked table with more or fewer events than the same weekday usually has: further from the median of the
-- eight weeks before (four at least) than four times their spread. The spread is the median distance from the median,
-- as a standard deviation, and never less than that of chance (the root of the median, or 1). Judged are the last
-- fourteen days that were over at as_of.
with counted as (
    select
        e.day,
        e.n_rows,
        cast(cast(getvariable('as_of') as timestamp) as date) - 1 as last_day
    from event_days as e
    where e.table = getvariable('checked_table')
),

span as (
    select
        last_day,
        greatest(min(day), last_day - 400) as first_day
    from counted
    where day <= last_day
    group by last_day
),

spine as (
    select
        last_day,
        cast(unnest(generate_series(first_day, last_day, interval 1 day)) as date) as day
    from span
),

filled as (
    select
        s.day,
        s.last_day,
        coalesce(c.n_rows, 0) as n_rows
    from spine as s
    left join counted as c on s.day = c.day
),

history as (
    select
        f.day,
        f.n_rows,
        h.n_rows as n_before,
        median(h.n_rows) over (partition by f.day) as middle
    from filled as f
    inner join filled as h on h.day between f.day - 56 and f.day - 7 and (f.day - h.day) % 7 = 0
    where f.day > f.last_day - 14
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
    dayname(u.day) || strftime(u.day, ' %Y-%m-%d') as day,
    format('{:,} rows', u.n_rows) as found,
    format(
        'usual {:,} to {:,}',
        cast(ceil(greatest(u.middle - 4 * u.spread, 0)) as bigint),
        cast(floor(u.middle + 4 * u.spread) as bigint)
    ) as usual
from usual as u
where abs(u.n_rows - u.middle) > 4 * u.spread

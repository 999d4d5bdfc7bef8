-- The checked table, where its last event lies further back from as_of than twice the gap that 95 of 100 of its gaps
-- between days with events do not pass, and more than two days. Said of tables with eight gaps in a year.
with days as (
    select
        e.day,
        cast(cast(getvariable('as_of') as timestamp) as date) as as_of_day
    from event_days as e
    where e.table = getvariable('checked_table')
),

gaps as (
    select
        day,
        as_of_day,
        day - lag(day) over (order by day) as n_days
    from days
    where day between as_of_day - 366 and as_of_day
),

usual as (
    select
        as_of_day,
        max(day) as last_day,
        quantile_disc(n_days, 0.95) as gap
    from gaps
    group by as_of_day
    having count(n_days) >= 8
)

select
    1 as n_rows,
    'last on ' || dayname(u.last_day) || strftime(u.last_day, ' %Y-%m-%d') as last_on,
    u.as_of_day - u.last_day || ' days before as_of' as silent,
    'usual gap ' || u.gap as usual
from usual as u
where u.as_of_day - u.last_day > greatest(2 * u.gap, 2)

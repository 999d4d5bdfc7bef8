-- The difference between the rows of core.other_lines and those delivered that had happened by the cut.
with held as (
    select count(*) as n_held
    from core.other_lines
),

delivered as (
    select count(*) as n_delivered
    from delivered_other_lines
    where occurred_at <= getvariable('cut_at')
)

select
    abs(held.n_held - delivered.n_delivered) as n_rows,
    held.n_held || ' held, ' || delivered.n_delivered || ' delivered' as found
from held
cross join delivered
where held.n_held <> delivered.n_delivered

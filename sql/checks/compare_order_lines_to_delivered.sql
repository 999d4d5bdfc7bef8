-- The difference between the rows of core.order_lines and the delivered lines, less those of orders after the cut.
with held as (
    select count(*) as n_held
    from core.order_lines
),

later as (
    select order_id
    from delivered_orders
    where ordered_at > getvariable('cut_at')
),

delivered as (
    select count(*) as n_delivered
    from delivered_order_lines
    where order_id not in (select order_id from later)
)

select
    abs(held.n_held - delivered.n_delivered) as n_rows,
    held.n_held || ' held, ' || delivered.n_delivered || ' delivered' as found
from held
cross join delivered
where held.n_held <> delivered.n_delivered

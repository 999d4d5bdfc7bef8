-- One row a month and basis: of what was sold in a month, what came back ever (order_cohort); and what was sent
-- back in a month over what was sold in the same month (return_date).
with returned_lines as (
    select
        rma_id,
        rma_line_id,
        quantity,
        requested_amount,
        requested_at
    from core.rma_lines
    where status not in ('denied', 'cancelled', 'rejected') or coalesce(refund_amount > 0, false)
),

matches as (
    select
        rma_matches.order_id,
        rma_matches.quantity,
        rma_matches.paid_amount,
        orders.ordered_at,
        returned_lines.requested_at
    from core.rma_matches as rma_matches
    inner join returned_lines
        on rma_matches.rma_id = returned_lines.rma_id and rma_matches.rma_line_id = returned_lines.rma_line_id
    inner join core.orders as orders on rma_matches.order_id = orders.order_id
),

delays as (
    select quantile_disc(epoch_us(requested_at) - epoch_us(ordered_at), 0.95) as delay_us
    from matches
),

sold as (
    select
        date_trunc('month', ordered_at)::date as month,
        sum(quantity)::bigint as units_sold,
        sum(line_amount)::decimal(18, 4) as value_sold
    from core.order_lines
    where ordered_at is not null
    group by date_trunc('month', ordered_at)
),

placed as (
    select
        date_trunc('month', ordered_at)::date as month,
        count(*) as orders
    from core.orders
    group by date_trunc('month', ordered_at)
),

returned as (
    select
        'order_cohort' as basis,
        date_trunc('month', ordered_at)::date as month,
        sum(quantity)::bigint as units_returned,
        sum(paid_amount)::decimal(18, 4) as value_returned
    from matches
    group by date_trunc('month', ordered_at)
    union all
    select
        'return_date' as basis,
        date_trunc('month', requested_at)::date as month,
        sum(quantity)::bigint as units_returned,
        sum(requested_amount)::decimal(18, 4) as value_returned
    from returned_lines
    group by date_trunc('month', requested_at)
),

returned_orders as (
    select
        'order_cohort' as basis,
        date_trunc('month', ordered_at)::date as month,
        count(distinct order_id) as orders_with_return
    from matches
    group by date_trunc('month', ordered_at)
    union all
    select
        'return_date' as basis,
        date_trunc('month', requested_at)::date as month,
        count(distinct order_id) as orders_with_return
    from matches
    group by date_trunc('month', requested_at)
),

months as (
    select month from placed
    union
    select month from sold
    union
    select month from returned
),

bases as (
    select unnest(['order_cohort', 'return_date']) as basis
),

figures as (
    select
        months.month,
        bases.basis,
        coalesce(sold.units_sold, 0) as units_sold,
        coalesce(returned.units_returned, 0) as units_returned,
        coalesce(sold.value_sold, 0)::decimal(18, 4) as value_sold,
        coalesce(returned.value_returned, 0)::decimal(18, 4) as value_returned,
        coalesce(placed.orders, 0) as orders,
        coalesce(returned_orders.orders_with_return, 0) as orders_with_return
    from months
    cross join bases
    left join sold on months.month = sold.month
    left join placed on months.month = placed.month
    left join returned on months.month = returned.month and bases.basis = returned.basis
    left join returned_orders on months.month = returned_orders.month and bases.basis = returned_orders.basis
)

select
    figures.month,
    figures.basis,
    figures.units_sold,
    figures.units_returned,
    figures.value_sold,
    figures.value_returned,
    figures.orders,
    figures.orders_with_return,
    figures.units_returned::double / nullif(figures.units_sold, 0)::double as unit_return_rate,
    figures.value_returned::double / nullif(figures.value_sold, 0)::double as value_return_rate,
    figures.orders_with_return::double / nullif(figures.orders, 0)::double as order_return_rate,
    coalesce(
        figures.month
        + interval 1 month
        + to_microseconds(case figures.basis when 'order_cohort' then delays.delay_us else 0 end)
        <= getvariable('as_of')::timestamp,
        false
    ) as is_complete
from figures
cross join delays
order by figures.basis, figures.month

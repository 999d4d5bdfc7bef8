-- One row a product category that was sold or returned, the dearest first.
with line_costs as (
    select
        rma_id,
        rma_line_id,
        sum(amount) as cost,
        sum(amount) filter (where component = 'refund') as refunds
    from report.return_costs
    group by rma_id, rma_line_id
),

lines as (
    select
        coalesce(rma_lines.category, '(not given)') as category,
        rma_lines.quantity,
        line_costs.cost,
        line_costs.refunds,
        rma_lines.status not in ('denied', 'cancelled', 'rejected')
        or coalesce(rma_lines.refund_amount > 0, false) as is_returned
    from core.rma_lines as rma_lines
    left join line_costs on rma_lines.rma_id = line_costs.rma_id and rma_lines.rma_line_id = line_costs.rma_line_id
),

returned as (
    select
        category,
        coalesce(sum(cost), 0)::decimal(18, 4) as cost,
        coalesce(sum(refunds), 0)::decimal(18, 4) as refunds,
        count(*) filter (where is_returned) as returned_lines,
        coalesce(sum(quantity) filter (where is_returned), 0)::bigint as returned_units
    from lines
    group by category
),

sold as (
    select
        coalesce(category, '(not given)') as category,
        sum(quantity)::bigint as units_sold
    from core.order_lines
    group by coalesce(category, '(not given)')
),

figures as (
    select
        coalesce(returned.category, sold.category) as category,
        coalesce(returned.cost, 0)::decimal(18, 4) as cost,
        coalesce(returned.refunds, 0)::decimal(18, 4) as refunds,
        coalesce(returned.returned_lines, 0) as returned_lines,
        coalesce(returned.returned_units, 0) as returned_units,
        coalesce(sold.units_sold, 0) as units_sold
    from returned
    full outer join sold on returned.category = sold.category
)

select
    category,
    cost,
    refunds,
    returned_lines,
    returned_units,
    units_sold,
    returned_units::double / nullif(units_sold, 0)::double as unit_return_rate,
    round(cost / nullif(returned_lines, 0), 4)::decimal(18, 4) as cost_per_line,
    row_number() over (order by cost desc, category asc) as cost_rank
from figures
order by cost_rank

-- One row a reason that was given for a return, the dearest first.
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
        coalesce(rma_lines.reason_code, '(not given)') as reason,
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
        reason,
        coalesce(sum(cost), 0)::decimal(18, 4) as cost,
        coalesce(sum(refunds), 0)::decimal(18, 4) as refunds,
        count(*) filter (where is_returned) as returned_lines,
        coalesce(sum(quantity) filter (where is_returned), 0)::bigint as returned_units
    from lines
    group by reason
),

sold as (
    select sum(quantity) as units_sold
    from core.order_lines
)

select
    returned.reason,
    returned.cost,
    returned.refunds,
    returned.returned_lines,
    returned.returned_units,
    returned.returned_units::double / nullif(sold.units_sold, 0)::double as unit_return_rate,
    round(returned.cost / nullif(returned.returned_lines, 0), 4)::decimal(18, 4) as cost_per_line,
    row_number() over (order by returned.cost desc, returned.reason asc) as cost_rank
from returned
cross join sold
order by cost_rank

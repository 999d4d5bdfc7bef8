-- One row a product category that was sold or returned, the dearest first.
with returned as (
    select
        coalesce(category, '(not given)') as category,
        coalesce(sum(cost), 0)::decimal(18, 4) as cost,
        coalesce(sum(refunds), 0)::decimal(18, 4) as refunds,
        count(*) filter (where is_returned) as returned_lines,
        coalesce(sum(quantity) filter (where is_returned), 0)::bigint as returned_units
    from report.report_return_lines
    group by coalesce(category, '(not given)')
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

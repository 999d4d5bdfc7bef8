-- One row a reason that was given for a return, the dearest first.
with returned as (
    select
        reason,
        coalesce(sum(cost), 0)::decimal(18, 4) as cost,
        coalesce(sum(refunds), 0)::decimal(18, 4) as refunds,
        count(*) filter (where is_returned) as returned_lines,
        coalesce(sum(quantity) filter (where is_returned), 0)::bigint as returned_units
    from report.report_return_lines
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

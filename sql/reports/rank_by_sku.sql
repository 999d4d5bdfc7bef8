-- One row a SKU that was sold or returned, the dearest first.
with returned as (
    select
        sku,
        coalesce(sum(cost), 0)::decimal(18, 4) as cost,
        coalesce(sum(refunds), 0)::decimal(18, 4) as refunds,
        count(*) filter (where is_returned) as returned_lines,
        coalesce(sum(quantity) filter (where is_returned), 0)::bigint as returned_units
    from report.report_return_lines
    group by sku
),

sold as (
    select
        sku,
        sum(quantity)::bigint as units_sold
    from core.order_lines
    group by sku
),

figures as (
    select
        coalesce(returned.sku, sold.sku) as sku,
        coalesce(returned.cost, 0)::decimal(18, 4) as cost,
        coalesce(returned.refunds, 0)::decimal(18, 4) as refunds,
        coalesce(returned.returned_lines, 0) as returned_lines,
        coalesce(returned.returned_units, 0) as returned_units,
        coalesce(sold.units_sold, 0) as units_sold
    from returned
    full outer join sold on returned.sku = sold.sku
)

select
    figures.sku,
    products.product_name,
    products.category,
    figures.cost,
    figures.refunds,
    figures.returned_lines,
    figures.returned_units,
    figures.units_sold,
    figures.returned_units::double / nullif(figures.units_sold, 0)::double as unit_return_rate,
    round(figures.cost / nullif(figures.returned_lines, 0), 4)::decimal(18, 4) as cost_per_line,
    row_number() over (order by figures.cost desc, figures.sku asc) as cost_rank
from figures
left join core.products as products on figures.sku = products.sku
order by cost_rank

-- One row a line of an order placed by the cut, with its order's shopper and times; money in the reporting currency
-- at the rate of the order's day.
-- A line whose order was never delivered, or is in quarantine, is kept without shopper and time, and without its money,
-- of which nobody knows the currency until the order comes; but where no export names any currency, money is in none.
with span as (
    select
        min(rate_on) as first_on,
        max(rate_on) as last_on
    from core.exchange_rates
)

select
    l.order_id,
    l.line_id,
    o.customer_id,
    o.ordered_at,
    case when o.delivered_at <= getvariable('cut_at') then o.delivered_at end as delivered_at,
    l.sku,
    l.quantity,
    cast(l.unit_price * x.fx_rate as decimal(18, 4)) as unit_price,
    cast(l.list_price * x.fx_rate as decimal(18, 4)) as list_price,
    cast(coalesce(l.unit_cost * x.fx_rate, p.unit_cost) as decimal(18, 4)) as unit_cost,
    cast(l.quantity * cast(l.unit_price * x.fx_rate as decimal(18, 4)) as decimal(18, 4)) as line_amount,
    coalesce(l.product_name, p.product_name) as product_name,
    coalesce(l.category, p.category) as category,
    coalesce(l.style_id, p.style_id) as style_id,
    l.size,
    l.color,
    l.serial_number,
    l.source
from delivered_order_lines as l
left join delivered_orders as o on l.order_id = o.order_id
cross join span as s
left join core.exchange_rates as x
    on
        coalesce(o.currency, getvariable('unnamed_currency')) = x.currency
        and least(greatest(cast(o.ordered_at as date), s.first_on), s.last_on) = x.rate_on
left join delivered_products as p on l.sku = p.sku
where o.ordered_at is null or o.ordered_at <= getvariable('cut_at')
order by o.customer_id, o.ordered_at, l.order_id, l.line_id

-- One row an order placed by the cut; money in the reporting currency at the rate of its day, personal data as keyed
-- hash and mask.
with span as (
    select
        min(rate_on) as first_on,
        max(rate_on) as last_on
    from core.exchange_rates
),

goods as (
    select
        order_id,
        count(*) as n_lines,
        cast(sum(line_amount) as decimal(18, 4)) as goods_amount
    from core.order_lines
    group by order_id
)

select
    o.* exclude (shipping_fee, shipped_at, delivered_at, updated_at, source),
    x.fx_rate,
    cast(o.shipping_fee * x.fx_rate as decimal(18, 4)) as shipping_fee,
    case when o.shipped_at <= getvariable('cut_at') then o.shipped_at end as shipped_at,
    case when o.delivered_at <= getvariable('cut_at') then o.delivered_at end as delivered_at,
    coalesce(g.n_lines, 0) as n_lines,
    coalesce(g.goods_amount, 0) as goods_amount,
    o.source
from delivered_orders as o
cross join span as s
inner join core.exchange_rates as x
    on o.currency = x.currency and least(greatest(cast(o.ordered_at as date), s.first_on), s.last_on) = x.rate_on
left join goods as g on o.order_id = g.order_id
where o.ordered_at <= getvariable('cut_at')
order by o.order_id

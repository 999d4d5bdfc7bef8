-- One row a chargeback opened by the cut, its amount from its order's currency at the rate of its day.
with span as (
    select
        min(rate_on) as first_on,
        max(rate_on) as last_on
    from core.exchange_rates
)

select
    c.chargeback_id,
    c.order_id,
    c.opened_at,
    cast(c.amount * coalesce(x.fx_rate, 1) as decimal(18, 4)) as amount,
    c.reason,
    c.outcome
from delivered_chargebacks as c
left join delivered_orders as o on c.order_id = o.order_id
cross join span as s
left join core.exchange_rates as x
    on o.currency = x.currency and least(greatest(cast(c.opened_at as date), s.first_on), s.last_on) = x.rate_on
where c.opened_at <= getvariable('cut_at')
order by c.chargeback_id

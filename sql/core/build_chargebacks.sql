-- One row a chargeback opened by the cut, in the reporting currency of its order.
select
    c.chargeback_id,
    c.order_id,
    c.opened_at,
    cast(c.amount * coalesce(x.fx_rate, 1) as decimal(18, 4)) as amount,
    c.reason,
    c.outcome
from delivered_chargebacks as c
left join delivered_orders as o on c.order_id = o.order_id
left join core.exchange_rates as x on o.currency = x.currency
where c.opened_at <= getvariable('cut_at')
order by c.chargeback_id

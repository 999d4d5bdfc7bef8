-- Chargebacks whose order is not in core.orders.
select
    1 as n_rows,
    c.chargeback_id,
    c.order_id
from core.chargebacks as c
left join core.orders as o on c.order_id = o.order_id
where o.order_id is null

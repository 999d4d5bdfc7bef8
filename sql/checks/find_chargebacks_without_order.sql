-- Chargebacks whose order is not in core.orders.
select
    1 as n_rows,
    chargeback_id,
    order_id
from core.chargebacks
where
    order_id not in (select o.order_id from core.orders as o where o.order_id is not null)

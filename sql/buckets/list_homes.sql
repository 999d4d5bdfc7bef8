-- One row an order, or what is named like one, and its own bucket: that of its shopper, any where it has none.
select
    order_id,
    bucket_of(coalesce(customer_id, order_id)) as bucket
from orders
where order_id is not null
union all
select distinct
    strays.order_id,
    bucket_of(strays.order_id) as bucket
from (
    select order_id from order_lines
    union all
    select order_id from chargebacks
) as strays
left join orders on strays.order_id = orders.order_id
where strays.order_id is not null and orders.order_id is null

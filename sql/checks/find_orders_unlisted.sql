-- Orders whose shopper is not in core.customers.
select
    1 as n_rows,
    o.order_id,
    o.customer_id
from core.orders as o
left join core.customers as c on o.customer_id = c.customer_id
where c.customer_id is null and o.customer_id is not null

-- Orders whose shopper is not in core.customers.
select
    1 as n_rows,
    order_id,
    customer_id
from core.orders
where
    customer_id not in (select c.customer_id from core.customers as c where c.customer_id is not null)

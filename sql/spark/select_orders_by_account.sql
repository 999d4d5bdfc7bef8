-- Every account's rows of orders together.
select
    bucket_of(orders.customer_id) as bucket,
    orders.*
from orders
where orders.customer_id is not null

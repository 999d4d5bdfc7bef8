-- Every account's rows of order_lines together.
select
    bucket_of(order_lines.customer_id) as bucket,
    order_lines.*
from order_lines
where order_lines.customer_id is not null

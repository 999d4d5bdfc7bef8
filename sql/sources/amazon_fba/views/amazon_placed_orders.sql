-- When orders that Amazon's returns may name were placed: those of Amazon's own reports, else of the contract's files.
select
    order_id,
    ordered_at
from amazon_orders
union all
select
    order_id,
    ordered_at
from raw.orders
where order_id not in (select order_id from amazon_orders)

-- One row an order and bucket that needs it: its own (is_home), those of others who need what its shopper did, and
-- those of RMAs that name it.
select
    order_id,
    bucket,
    bool_or(is_home) as is_home
from (
    select
        order_id,
        bucket,
        true as is_home
    from homes
    union all
    select
        orders.order_id,
        shoppers.bucket,
        false as is_home
    from orders
    inner join shoppers on orders.customer_id = shoppers.customer_id
    where shoppers.bucket <> bucket_of(orders.customer_id)
    union all
    select
        order_lines.order_id,
        shoppers.bucket,
        false as is_home
    from order_lines
    inner join shoppers on order_lines.customer_id = shoppers.customer_id
    where shoppers.bucket <> bucket_of(order_lines.customer_id)
    union all
    select
        order_lines.order_id,
        bucket_of(order_lines.customer_id) as bucket,
        false as is_home
    from order_lines
    inner join homes on order_lines.order_id = homes.order_id
    where homes.bucket <> bucket_of(order_lines.customer_id)
    union all
    select
        rma_lines.order_id,
        rma_places.bucket,
        false as is_home
    from rma_lines
    inner join rma_places on rma_lines.rma_id = rma_places.rma_id
    where rma_lines.order_id is not null
) as needed
group by order_id, bucket

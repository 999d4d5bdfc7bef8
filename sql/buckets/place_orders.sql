-- One row an order and bucket that needs it: those of a bucket's shoppers, and those that its RMAs name.
select distinct
    order_id,
    bucket
from (
    select
        orders.order_id,
        shoppers.bucket
    from orders
    inner join shoppers on orders.customer_id = shoppers.customer_id
    union all
    select
        order_lines.order_id,
        shoppers.bucket
    from order_lines
    inner join shoppers on order_lines.customer_id = shoppers.customer_id
    union all
    select
        rma_lines.order_id,
        rma_places.bucket
    from rma_lines
    inner join rma_places on rma_lines.rma_id = rma_places.rma_id
) as needed
where order_id is not null

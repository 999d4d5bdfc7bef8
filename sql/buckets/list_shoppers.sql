-- One row a shopper and bucket that needs what they did: their own bucket, and that of an RMA whose shopper they are
-- or whose lines name them.
select distinct
    named.customer_id,
    bucket_of(coalesce(o.owner, o.rma_id)) as bucket
from (
    select
        rma_id,
        customer_id
    from rma_lines
    union all
    select
        rma_id,
        owner as customer_id
    from owners
) as named
inner join owners as o on named.rma_id = o.rma_id
where named.customer_id is not null
union
select
    seen.customer_id,
    bucket_of(seen.customer_id) as bucket
from (
    select customer_id from orders
    union all
    select customer_id from order_lines
    union all
    select customer_id from rma_lines
    union all
    select customer_id from customers
) as seen
where seen.customer_id is not null

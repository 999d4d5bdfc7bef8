-- One row a shopper seen by cut_at: in the customer list, in an order or in an RMA.
with seen as (
    select
        customer_id,
        min(ordered_at) as first_ordered_at
    from delivered_orders
    where customer_id is not null and ordered_at <= getvariable('cut_at')
    group by customer_id
),

named as (
    select customer_id from delivered_customers
    where coalesce(created_at <= getvariable('cut_at'), true)
    union
    select customer_id from seen
    union
    select customer_id from delivered_returns
    where customer_id is not null and requested_at <= getvariable('cut_at')
)

select
    n.customer_id,
    s.first_ordered_at,
    c.* exclude (customer_id, updated_at)
from named as n
left join delivered_customers as c on n.customer_id = c.customer_id
left join seen as s on n.customer_id = s.customer_id
order by n.customer_id

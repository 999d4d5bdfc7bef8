-- The moment of the last thing that the exports tell of; null where they tell nothing. A date more than a year after
-- the last order and request is a typing error, and does not count.
with requested as (
    select max(ordered_at) as happened_at from delivered_orders
    union all
    select max(requested_at) as happened_at from delivered_returns
),

last_request as (
    select max(happened_at) as happened_at from requested
),

events as (
    select greatest(max(ordered_at), max(shipped_at), max(delivered_at)) as happened_at
    from delivered_orders
    where greatest(ordered_at, shipped_at, delivered_at) <= (select happened_at + interval 366 days from last_request)
    union all
    select
        greatest(
            max(requested_at), max(authorized_at), max(shipped_at), max(received_at),
            max(inspected_at), max(refunded_at), max(closed_at)
        ) as happened_at
    from delivered_returns
    where
        greatest(requested_at, authorized_at, shipped_at, received_at, inspected_at, refunded_at, closed_at)
        <= (select happened_at + interval 366 days from last_request)
)

select max(happened_at) as happened_at
from events

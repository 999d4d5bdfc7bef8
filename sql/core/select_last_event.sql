-- The moment of the last thing that the exports tell of, never before the last order or request; null where they tell
-- nothing. A later date that lies more than a year after the last order and request is a typing error, and not counted.
with requested as (
    select max(ordered_at) as happened_at from delivered_orders
    union all
    select max(requested_at) as happened_at from delivered_returns
),

last_request as (
    select
        max(happened_at) as happened_at,
        max(happened_at) + interval 366 days as latest
    from requested
),

events as (
    select unnest([shipped_at, delivered_at]) as happened_at
    from delivered_orders
    union all
    select unnest([authorized_at, shipped_at, received_at, inspected_at, refunded_at, closed_at]) as happened_at
    from delivered_returns
)

select greatest(any_value(r.happened_at), max(e.happened_at) filter (where e.happened_at <= r.latest)) as happened_at
from last_request as r
left join events as e on true

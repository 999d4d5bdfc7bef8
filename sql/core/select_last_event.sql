-- The moment of the last order or request that was delivered; null where there is none.
select max(happened_at) as happened_at
from (
    select max(ordered_at) as happened_at from delivered_orders
    union all
    select max(requested_at) as happened_at from delivered_returns
) as events

-- One row an order: a hash of it, and from when on it can matter to anything.
select
    hash(t) as row_hash,
    least(t.ordered_at, t.shipped_at, t.delivered_at) as known_at
from core.orders as t

-- One row a line of an order: a hash of it, and from when on it can matter to anything. Lines without a moment, which
-- features leave out, have none.
select
    hash(t) as row_hash,
    least(t.ordered_at, t.delivered_at) as known_at
from core.order_lines as t
where t.ordered_at is not null

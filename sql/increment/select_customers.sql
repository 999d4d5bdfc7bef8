-- One row a shopper: a hash of it, and from when on it can matter to anything: accounts begin when they were created or
-- ordered first.
select
    hash(t) as row_hash,
    least(t.created_at, t.first_ordered_at) as known_at
from core.customers as t

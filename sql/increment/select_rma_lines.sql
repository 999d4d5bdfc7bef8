-- One row a line of an RMA: a hash of it, and from when on it can matter to anything. A status that came today counts
-- from the request on: which column changed is not asked.
select
    hash(t) as row_hash,
    least(
        t.requested_at, t.authorized_at, t.shipped_at, t.received_at, t.inspected_at, t.refunded_at, t.closed_at
    ) as known_at
from core.rma_lines as t

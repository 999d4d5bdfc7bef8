-- One row an RMA: the shopper whom its lines of the first moment name, the first in order; null where they name none.
select
    rma_id,
    min(customer_id) filter (where requested_at = first_at) as owner
from (
    select
        rma_id,
        customer_id,
        requested_at,
        min(requested_at) over (partition by rma_id) as first_at
    from rma_lines
) as dated
group by rma_id

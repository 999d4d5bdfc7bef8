-- RMA lines whose shopper is not in core.customers.
select
    1 as n_rows,
    rma_id,
    rma_line_id,
    customer_id
from core.rma_lines
where
    customer_id not in (select c.customer_id from core.customers as c where c.customer_id is not null)

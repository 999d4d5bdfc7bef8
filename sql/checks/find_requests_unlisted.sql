-- RMA lines whose shopper is not in core.customers.
select
    1 as n_rows,
    l.rma_id,
    l.rma_line_id,
    l.customer_id
from core.rma_lines as l
left join core.customers as c on l.customer_id = c.customer_id
where c.customer_id is null and l.customer_id is not null

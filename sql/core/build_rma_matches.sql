-- One row an RMA line and a purchase that it returns units of, with the price that was paid for those units.
select
    m.rma_id,
    m.rma_line_id,
    m.order_id,
    m.line_id,
    m.quantity,
    cast(m.quantity * l.unit_price as decimal(18, 4)) as paid_amount,
    m.match_method
from matched as m
inner join core.order_lines as l on m.order_id = l.order_id and m.line_id = l.line_id
order by m.rma_id, m.rma_line_id, m.order_id, m.line_id

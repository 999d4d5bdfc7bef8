-- Matches whose order line is not in core.order_lines, or has fewer units than the match gives back.
select
    1 as n_rows,
    m.rma_id,
    m.rma_line_id,
    m.order_id,
    m.line_id
from core.rma_matches as m
left join core.order_lines as l on m.order_id = l.order_id and m.line_id = l.line_id
where l.order_id is null or m.quantity > l.quantity

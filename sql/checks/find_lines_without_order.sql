-- Lines of delivered orders whose order is not in core.orders.
select
    1 as n_rows,
    l.order_id,
    l.line_id
from core.order_lines as l
left join core.orders as o on l.order_id = o.order_id
where o.order_id is null and l.ordered_at is not null

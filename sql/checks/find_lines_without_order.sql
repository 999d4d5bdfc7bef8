-- Order lines of delivered orders whose order is not in core.orders.
select
    1 as n_rows,
    order_id,
    line_id
from core.order_lines
where
    ordered_at is not null
    and order_id not in (select o.order_id from core.orders as o where o.order_id is not null)

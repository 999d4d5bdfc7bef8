-- Order lines, once for each bucket that needs their order.
select
    order_places.bucket,
    order_places.is_home,
    order_lines.*
from order_lines
inner join order_places on order_lines.order_id = order_places.order_id

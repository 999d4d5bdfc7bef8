-- Orders, once for each bucket that needs their order.
select
    order_places.bucket,
    order_places.is_home,
    orders.*
from orders
inner join order_places on orders.order_id = order_places.order_id

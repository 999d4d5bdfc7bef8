-- Chargebacks, once for each bucket that needs their order.
select
    order_places.bucket,
    order_places.is_home,
    chargebacks.*
from chargebacks
inner join order_places on chargebacks.order_id = order_places.order_id

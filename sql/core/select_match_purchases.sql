-- Order lines that an RMA line (match_requests) can be matched to: those of the orders that RMA lines name, and what
-- the shoppers bought of the SKUs that they return without naming an order.
select
    order_id,
    line_id,
    customer_id,
    sku,
    quantity,
    ordered_at,
    unit_price
from core.order_lines
where
    ordered_at is not null
    and (
        order_id in (
            select order_id
            from match_requests
            where order_id is not null
        )
        or (customer_id, sku) in (
            select
                customer_id,
                sku
            from match_requests
            where order_id is null and customer_id is not null
        )
    )

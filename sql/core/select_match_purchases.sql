-- Order lines that an RMA line can be matched to.
select
    order_id,
    line_id,
    customer_id,
    sku,
    quantity,
    ordered_at,
    unit_price
from core.order_lines
where ordered_at is not null

-- Lines of orders as they are now: a line that a later version of its order no longer has is left out. What a
-- configurable article or a bundle consists of names the line that it is part of, and is no sale of its own.
select
    l.increment_id as order_id,
    coalesce(l.item_id, 'line ' || l.place) as line_id,
    l.parent_item_id,
    coalesce(l.sku, l.product_name, 'line ' || l.place) as sku,
    l.product_name,
    l.quantity,
    cast(
        greatest(l.price * l.quantity - abs(coalesce(l.discount_amount, 0)), 0)
        / nullif(l.quantity, 0) as decimal(18, 4)
    ) as unit_price,
    coalesce(l.original_price, l.price) as list_price,
    coalesce(l.price * l.quantity, 0) as amount,
    l.created_at,
    l.currency,
    case
        when h.is_cancelled or l.quantity = 0 then 'cancelled'
        when l.parent_item_id is not null and coalesce(l.price, 0) = 0 then 'component'
        when l.price is null then 'unpriced'
        else 'sale'
    end as kind
from raw.adobe_commerce_orders as l
inner join adobe_commerce_heads as h on l.increment_id = h.increment_id
where l.part = 'items' and l.updated_at is not distinct from h.updated_at

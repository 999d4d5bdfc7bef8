-- Lines of orders as they are now: a line that a later version of its order no longer has is left out. total is what
-- was paid for the whole line after discounts, subtotal before them, both without tax.
select
    l.order_id,
    coalesce(l.line_id, 'line ' || l.place) as line_id,
    coalesce(l.sku, nullif(l.variation_id, '0'), nullif(l.product_id, '0'), l.product_name, 'line ' || l.place) as sku,
    l.product_name,
    l.quantity,
    cast(l.total / nullif(l.quantity, 0) as decimal(18, 4)) as unit_price,
    cast(coalesce(l.subtotal, l.total) / nullif(l.quantity, 0) as decimal(18, 4)) as list_price,
    l.total,
    l.created_at,
    l.currency,
    case
        when h.kind <> 'sale' then h.kind
        when l.quantity = 0 then 'cancelled'
        when l.total is null then 'unpriced'
        else 'sale'
    end as kind
from raw.woocommerce_orders as l
inner join woocommerce_heads as h on l.order_id = h.order_id
where l.part = 'line_items' and l.modified_at is not distinct from h.modified_at

-- What of Adobe Commerce's exports is neither a sale nor a return of goods: lines that were cancelled, have no price or
-- are part of another line, and RMAs without items.
select
    order_id,
    line_id,
    null as customer_id,
    sku,
    kind,
    quantity,
    amount,
    created_at as occurred_at,
    currency
from adobe_commerce_lines
where kind <> 'sale'
union all
select
    coalesce(r.order_increment_id, h.increment_id, r.order_id) as order_id,
    'rma ' || r.increment_id as line_id,
    r.customer_id,
    null as sku,
    'empty_return' as kind,
    null as quantity,
    0 as amount,
    r.date_requested as occurred_at,
    h.currency
from raw.adobe_commerce_rmas as r
left join adobe_commerce_heads as h on r.order_id = h.entity_id
where
    r.part is null
    and r.increment_id not in (
        select i.increment_id from raw.adobe_commerce_rmas as i
        where i.part = 'items'
    )

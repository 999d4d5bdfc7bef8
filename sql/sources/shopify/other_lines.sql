-- What of Shopify's exports is neither a sale nor a return of goods: lines that were cancelled or have no price, what
-- was refunded for goods that were never sent, shipping that was refunded, and returns and refunds that say nothing.
select
    order_id,
    line_id,
    null as customer_id,
    sku,
    kind,
    quantity,
    coalesce(price * quantity, 0) as amount,
    happened_at as occurred_at,
    currency
from shopify_lines
where kind <> 'sale'
union all
select
    coalesce(h.order_id, r.order_key) as order_id,
    'refund ' || coalesce(r.item_id, r.refund_id || '/' || r.place) as line_id,
    null as customer_id,
    r.sku,
    if(r.kind in ('shipping_refund', 'empty_refund'), r.kind, 'cancelled_refund') as kind,
    r.quantity,
    -coalesce(r.refund_amount, 0) as amount,
    r.refunded_at as occurred_at,
    coalesce(r.currency, h.currency) as currency
from shopify_refunded as r
left join shopify_heads as h on r.order_key = h.id
where r.kind not in ('return', 'refund') or coalesce(h.is_cancelled, false)
union all
select
    coalesce(h.order_id, r.order_id) as order_id,
    'return ' || r.return_id as line_id,
    null as customer_id,
    null as sku,
    'empty_return' as kind,
    null as quantity,
    0 as amount,
    coalesce(r.created_at, h.happened_at, timestamp '1970-01-01') as occurred_at,
    h.currency
from raw.shopify_returns as r
left join shopify_heads as h on r.order_id = h.id
where r.part is null and r.return_id not in (select rma_id from shopify_rma_lines)

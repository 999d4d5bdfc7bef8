-- What of WooCommerce's exports is neither a sale nor a return of goods: lines of orders that were cancelled, failed or
-- never paid, and shipping and fees that were refunded.
select
    order_id,
    line_id,
    null as customer_id,
    sku,
    kind,
    quantity,
    coalesce(total, 0) as amount,
    created_at as occurred_at,
    currency
from woocommerce_lines
where kind <> 'sale'
union all
select
    r.order_id,
    'refund ' || r.refund_id || '/' || r.kind as line_id,
    null as customer_id,
    null as sku,
    r.kind,
    null as quantity,
    -r.refund_amount as amount,
    r.created_at as occurred_at,
    h.currency
from woocommerce_refunded as r
left join woocommerce_heads as h on r.order_id = h.order_id
where r.kind <> 'refund'

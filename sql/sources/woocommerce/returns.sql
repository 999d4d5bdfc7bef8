-- RMA lines of WooCommerce's refunds: each refund is an RMA, asked for and paid when it was made. A refund of an amount
-- alone is one line: of the order's goods where that is a single unit, else of amount_only.
with single as (
    select
        order_id,
        any_value(sku) as sku,
        any_value(line_id) as line_id
    from woocommerce_lines
    where kind = 'sale'
    group by order_id
    having sum(quantity) = 1
)

select
    r.refund_id as rma_id,
    coalesce(r.line_id, 'line ' || r.place) as rma_line_id,
    r.order_id,
    coalesce(r.refunded_line_id, if(r.place = 0, o.line_id, null)) as line_id,
    case when h.order_id is null or h.created_at > r.created_at then r.order_id end as customer_id,
    coalesce(r.sku, l.sku, r.article, if(r.place = 0, coalesce(o.sku, 'amount_only'), 'line ' || r.place)) as sku,
    coalesce(r.quantity, 1) as quantity,
    r.created_at as requested_at,
    if(r.refund_amount > 0, 'refunded', 'closed') as status,
    m.claim_type,
    coalesce(m.reason_code, if(regexp_full_match(r.reason, '\w{1,40}'), lower(r.reason), null)) as reason_code,
    r.reason as customer_comment,
    if(r.refund_amount > 0 and coalesce(r.is_payment_refunded, true), 'original', null) as refund_method,
    nullif(r.refund_amount, 0) as refund_amount,
    if(r.refund_amount > 0, r.created_at, null) as refunded_at,
    h.currency
from woocommerce_refunded as r
left join woocommerce_heads as h on r.order_id = h.order_id
left join woocommerce_lines as l on r.order_id = l.order_id and r.refunded_line_id = l.line_id
left join single as o on r.order_id = o.order_id
left join woocommerce_reasons as m on upper(r.reason) glob m.code
where r.kind = 'refund'

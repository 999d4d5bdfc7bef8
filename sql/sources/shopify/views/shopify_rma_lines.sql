-- Lines of RMAs: those of returns, and of refunds what belongs to no line of a return. A refund without a return is an
-- RMA of its own, under its own id (with refund: before it where a return has the same).
with o as (
    select
        order_id,
        any_value(sku) as sku
    from shopify_lines
    where kind = 'sale'
    group by order_id
    having sum(quantity) = 1
),

line as (
    select
        return_id as rma_id,
        return_line_id as rma_line_id,
        * exclude (return_id, return_line_id, is_refunded, restocked),
        case when restocked then true end as restocked
    from shopify_requested
    union all by name
    select
        coalesce(
            r.return_id, if(r.refund_id in (select return_id from raw.shopify_returns), 'refund:', '') || r.refund_id
        ) as rma_id,
        'refund ' || coalesce(r.item_id, r.refund_id || '/' || r.place) as rma_line_id,
        r.order_key,
        r.created_at,
        coalesce(r.sku, o.sku, 'amount_only') as sku,
        coalesce(r.quantity, 1) as quantity,
        if(r.restocked, 'return', null) as claim_type,
        case when r.refund_amount > 0 then 'REFUNDED' when r.is_paid then 'CLOSED' else 'OPEN' end as status,
        r.refund_amount,
        r.refunded_at,
        r.refund_method,
        r.currency,
        r.restocked
    from shopify_refunded as r
    left join shopify_heads as h on r.order_key = h.id
    left join o on h.order_id = o.order_id
    left join shopify_requested as q
        on r.return_id = q.return_id and r.line_item_id = q.line_item_id and q.is_refunded
    where q.return_id is null and r.kind in ('return', 'refund') and not coalesce(h.is_cancelled, false)
)

select
    l.* exclude (order_key, order_name, created_at),
    coalesce(h.order_id, regexp_replace(l.order_name, '^#', ''), l.order_key) as order_id,
    h.ordered_at,
    coalesce(
        min(l.created_at) over (partition by l.rma_id), greatest(h.shipped_at, h.ordered_at),
        (select max(created_at) from raw.shopify_orders), timestamp '1970-01-01'
    ) as requested_at
from line as l
left join shopify_heads as h on l.order_key = h.id

-- RMA lines of Shopify's returns and refunds. Goods that a refund put back into stock were there, and were looked at,
-- when it was made; nothing else is said about when they came.
select
    l.rma_id,
    l.rma_line_id,
    l.order_id,
    case when l.ordered_at is null or l.ordered_at > l.requested_at then l.order_id end as customer_id,
    l.sku,
    l.quantity,
    l.requested_at,
    case when l.refund_amount > 0 then 'refunded' else coalesce(s.status, 'requested') end as status,
    coalesce(m.claim_type, l.claim_type) as claim_type,
    coalesce(m.reason_code, lower(l.return_reason)) as reason_code,
    l.customer_comment,
    case when l.restocked then l.refunded_at end as received_at,
    case when l.restocked then l.refunded_at end as inspected_at,
    case when l.restocked then true end as dock_received,
    case when l.restocked then l.quantity end as received_quantity,
    l.restocked,
    case when l.refund_amount > 0 then l.refund_method end as refund_method,
    nullif(l.refund_amount, 0) as refund_amount,
    case when l.refund_amount > 0 then l.refunded_at end as refunded_at,
    l.currency
from shopify_rma_lines as l
left join shopify_reasons as m on upper(l.return_reason) = m.code
left join shopify_statuses as s on upper(l.status) = s.code

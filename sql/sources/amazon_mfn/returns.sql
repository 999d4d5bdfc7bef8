-- RMA lines of the seller-fulfilled returns report: one RMA an Amazon RMA ID, else a merchant's one, else an order and
-- day. The report gives days: what was requested on the day of its order is dated at the moment of the order.
select
    coalesce(
        r.amazon_rma_id,
        r.order_id || ':' || r.merchant_rma_id,
        r.order_id || '@' || cast(cast(r.return_request_date as date) as varchar)
    ) as rma_id,
    r.order_id || '/' || r.merchant_sku as rma_line_id,
    r.order_id,
    case
        when o.order_id is null or cast(o.ordered_at as date) > cast(r.return_request_date as date)
            then r.order_id
    end as customer_id,
    r.merchant_sku as sku,
    r.return_quantity as quantity,
    case
        when cast(o.ordered_at as date) = cast(r.return_request_date as date)
            then greatest(o.ordered_at, r.return_request_date)
        else r.return_request_date
    end as requested_at,
    case
        when r.refunded_amount > 0 then 'refunded'
        when s.status in ('denied', 'cancelled') then s.status
        when r.return_delivery_date is not null then 'received'
        else coalesce(s.status, 'requested')
    end as status,
    m.claim_type,
    m.reason_code,
    case when r.return_carrier is not null or r.tracking_id is not null then 'mail' end as return_method,
    r.return_delivery_date as received_at,
    r.return_carrier as carrier,
    r.tracking_id as tracking_number,
    case when r.return_delivery_date is not null then true end as dock_received,
    case when r.refunded_amount > 0 then d.refund_method end as refund_method,
    nullif(r.refunded_amount, 0) as refund_amount,
    case when lower(r.label_to_be_paid_by) in ('customer', 'buyer') then 0 else r.label_cost end as label_cost,
    r.currency_code as currency,
    'amazon_mfn' as source
from raw.amazon_mfn_returns as r
left join amazon_placed_orders as o on r.order_id = o.order_id
left join amazon_reasons as m on r.return_reason = m.reason
left join amazon_mfn_statuses as s on upper(r.return_request_status) = upper(s.code)
left join amazon_mfn_resolutions as d on upper(r.resolution) = upper(d.code)

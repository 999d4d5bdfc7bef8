-- One row an RMA line requested by the cut, with the purchase that it was matched to and what had happened by the cut.
-- requested_amount is what the line asks back: the price paid for matched units; for the others the list price, else
-- the refund's price where the refund came with the request. Refund and fee are converted at the rate of the refund's
-- day (the request's where it is not known), the purchase at that of the order's, the label at that of the request's.
with span as (
    select
        min(rate_on) as first_on,
        max(rate_on) as last_on
    from core.exchange_rates
),

purchase as (
    select
        m.rma_id,
        m.rma_line_id,
        cast(sum(m.quantity) as bigint) as matched_quantity,
        cast(sum(m.paid_amount) as decimal(18, 4)) as paid_amount,
        cast(sum(l.quantity) as bigint) as bought_quantity,
        arg_max(m.order_id, (l.ordered_at, m.order_id, m.line_id)) as order_id,
        arg_max(m.line_id, (l.ordered_at, m.order_id, m.line_id)) as line_id,
        max(m.match_method) as match_method
    from core.rma_matches as m
    inner join core.order_lines as l on m.order_id = l.order_id and m.line_id = l.line_id
    group by m.rma_id, m.rma_line_id
),

line as (
    select
        r.* exclude (rma_line_id, customer_id, order_id, line_id, currency),
        coalesce(r.rma_line_id, r.sku) as rma_line_id,
        coalesce(r.customer_id, o.customer_id) as customer_id,
        coalesce(r.currency, o.currency, getvariable('reporting_currency')) as currency,
        coalesce(coalesce(r.refunded_at, r.closed_at) <= getvariable('cut_at'), true) as is_refund_known,
        cast(
            coalesce(case when r.refunded_at <= getvariable('cut_at') then r.refunded_at end, r.requested_at) as date
        ) as paid_on,
        coalesce(
            coalesce(r.inspected_at, r.closed_at, r.refunded_at, r.received_at) <= getvariable('cut_at'), true
        ) as is_inspection_known,
        coalesce(
            coalesce(r.received_at, r.inspected_at, r.closed_at, r.refunded_at, r.shipped_at) <= getvariable('cut_at'),
            true
        ) as is_receipt_known,
        r.order_id as delivered_order_id,
        r.line_id as delivered_line_id
    from delivered_returns as r
    left join delivered_orders as o on r.order_id = o.order_id and r.requested_at >= o.ordered_at
    where r.requested_at <= getvariable('cut_at')
)

select
    r.rma_id,
    r.rma_line_id,
    r.customer_id,
    r.sku,
    coalesce(l.category, p.category) as category,
    coalesce(l.product_name, p.product_name) as product_name,
    r.quantity,
    r.requested_at,
    r.status,
    r.claim_type,
    r.reason_code,
    r.customer_comment,
    r.return_method,
    case when r.authorized_at <= getvariable('cut_at') then r.authorized_at end as authorized_at,
    case when r.shipped_at <= getvariable('cut_at') then r.shipped_at end as shipped_at,
    case when r.received_at <= getvariable('cut_at') then r.received_at end as received_at,
    case when r.inspected_at <= getvariable('cut_at') then r.inspected_at end as inspected_at,
    case when r.closed_at <= getvariable('cut_at') then r.closed_at end as closed_at,
    case when r.is_receipt_known then r.carrier end as carrier,
    case when r.is_receipt_known then r.tracking_number end as tracking_number,
    case when r.is_receipt_known then r.scan_weight_g end as scan_weight_g,
    case when r.is_receipt_known then r.tracking_destination_postcode end as tracking_destination_postcode,
    case when r.is_receipt_known then r.dock_received end as dock_received,
    case when r.is_receipt_known then r.received_quantity end as received_quantity,
    case when r.is_receipt_known then r.received_serial end as received_serial,
    case when r.is_inspection_known then r.condition_grade end as condition_grade,
    case when r.is_inspection_known then r.is_opened end as is_opened,
    case when r.is_inspection_known then r.restocked end as restocked,
    case when r.is_refund_known then r.refund_method end as refund_method,
    case when r.is_refund_known then cast(r.refund_amount * x.fx_rate as decimal(18, 4)) end as refund_amount,
    case when r.is_refund_known then r.refunded_at end as refunded_at,
    case when r.is_refund_known then r.refund_payment_fingerprint_hash end as refund_payment_fingerprint_hash,
    case when r.is_refund_known then r.refund_payment_fingerprint_mask end as refund_payment_fingerprint_mask,
    case when r.is_refund_known then cast(r.restocking_fee * x.fx_rate as decimal(18, 4)) end as restocking_fee,
    cast(r.label_cost * q.fx_rate as decimal(18, 4)) as label_cost,
    case when r.is_receipt_known then r.agent_id end as agent_id,
    case when r.is_receipt_known then r.store_id end as store_id,
    r.currency,
    x.fx_rate,
    coalesce(b.order_id, r.delivered_order_id) as order_id,
    coalesce(b.line_id, r.delivered_line_id) as line_id,
    coalesce(b.match_method, 'none') as match_method,
    coalesce(b.matched_quantity, 0) as matched_quantity,
    b.bought_quantity,
    b.paid_amount,
    case
        when r.quantity <= coalesce(b.matched_quantity, 0) then b.paid_amount
        else
            cast(
                coalesce(b.paid_amount, 0)
                + (r.quantity - coalesce(b.matched_quantity, 0))
                * coalesce(
                    p.list_price,
                    case
                        when r.refunded_at <= r.requested_at
                            then cast(r.refund_amount * x.fx_rate / r.quantity as decimal(18, 4))
                    end,
                    cast(b.paid_amount / b.matched_quantity as decimal(18, 4))
                ) as decimal(18, 4)
            )
    end as requested_amount,
    cast(coalesce(l.unit_cost, p.unit_cost) as decimal(18, 4)) as unit_cost,
    l.ordered_at,
    l.delivered_at,
    r.source
from line as r
cross join span as s
inner join core.exchange_rates as x
    on r.currency = x.currency and least(greatest(r.paid_on, s.first_on), s.last_on) = x.rate_on
inner join core.exchange_rates as q
    on r.currency = q.currency and least(greatest(cast(r.requested_at as date), s.first_on), s.last_on) = q.rate_on
left join purchase as b on r.rma_id = b.rma_id and r.rma_line_id = b.rma_line_id
left join core.order_lines as l on b.order_id = l.order_id and b.line_id = l.line_id
left join delivered_products as p on r.sku = p.sku
order by r.rma_id, r.rma_line_id

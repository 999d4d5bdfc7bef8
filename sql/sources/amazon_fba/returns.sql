-- RMA lines of the FBA customer returns report: one RMA a returned unit, known by order and licence plate. The one
-- moment that the report gives is that at which the unit was back and inspected; it stands for the request too.
select
    r.order_id || coalesce(
        ':' || r.license_plate_number, '@' || replace(cast(r.return_date as varchar), ' ', 'T')
    ) as rma_id,
    r.sku as rma_line_id,
    r.order_id,
    case when o.order_id is null or o.ordered_at > r.return_date then r.order_id end as customer_id,
    r.sku,
    r.quantity,
    r.return_date as requested_at,
    coalesce(s.status, 'received') as status,
    m.claim_type,
    m.reason_code,
    r.customer_comments as customer_comment,
    r.return_date as received_at,
    r.return_date as inspected_at,
    true as dock_received,
    r.quantity as received_quantity,
    d.condition_grade,
    cast(s.restocked as boolean) as restocked,
    r.fulfillment_center_id as store_id,
    'amazon_fba' as source
from raw.amazon_fba_returns as r
left join amazon_placed_orders as o on r.order_id = o.order_id
left join amazon_reasons as m on r.reason = m.reason
left join amazon_fba_dispositions as d on upper(r.detailed_disposition) = upper(d.code)
left join amazon_fba_statuses as s on upper(r.status) = upper(s.code)

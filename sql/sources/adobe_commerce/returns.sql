-- RMA lines of Adobe Commerce: an item's own status is surer than that of its RMA. What was refunded stands in credit
-- memos, which are not exported; the resolution says how it was meant to be. An item names the order's line, and by it
-- the SKU; a part of another line stands for that line.
with purchase as (
    select
        h.increment_id,
        h.entity_id,
        h.created_at,
        h.currency,
        l.line_id as item_id,
        coalesce(p.line_id, l.line_id) as line_id,
        coalesce(p.sku, l.sku) as sku
    from adobe_commerce_heads as h
    left join adobe_commerce_lines as l on h.increment_id = l.order_id
    left join adobe_commerce_lines as p
        on l.order_id = p.order_id and l.parent_item_id = p.line_id and l.kind = 'component'
),

ordered as (
    select
        r.increment_id as rma_id,
        any_value(h.increment_id) as order_id,
        any_value(h.created_at) as ordered_at,
        any_value(h.currency) as currency
    from raw.adobe_commerce_rmas as r
    inner join adobe_commerce_heads as h
        on r.order_increment_id = h.increment_id or (r.order_increment_id is null and r.order_id = h.entity_id)
    where r.part is null
    group by r.increment_id
)

select
    r.increment_id as rma_id,
    coalesce(r.item_id, 'line ' || r.place) as rma_line_id,
    coalesce(o.order_id, r.order_reference) as order_id,
    p.line_id,
    coalesce(
        nullif(r.customer_id, '0'),
        if(o.order_id is null or o.ordered_at > r.date_requested, coalesce(r.email_hash, r.order_reference), null)
    ) as customer_id,
    coalesce(p.sku, r.sku, 'order item ' || r.order_item_id, 'line ' || r.place) as sku,
    r.qty_requested as quantity,
    r.date_requested as requested_at,
    coalesce(i.status, s.status, 'requested') as status,
    m.claim_type,
    coalesce(m.reason_code, lower(r.reason)) as reason_code,
    r.comment as customer_comment,
    if(coalesce(r.carrier, r.tracking_number) is not null, 'mail', null) as return_method,
    r.carrier,
    r.tracking_number,
    if(r.qty_returned > 0, true, null) as dock_received,
    if(r.qty_returned > 0, r.qty_returned, null) as received_quantity,
    c.condition_grade,
    cast(c.is_opened as boolean) as is_opened,
    d.refund_method,
    r.store_id,
    o.currency
from raw.adobe_commerce_rmas as r
left join ordered as o on r.increment_id = o.rma_id
left join purchase as p on o.order_id = p.increment_id and r.order_item_id = p.item_id
left join adobe_commerce_statuses as i on upper(r.item_status) = i.code
left join adobe_commerce_statuses as s on upper(r.status) = s.code
left join adobe_commerce_reasons as m on upper(r.reason) = m.code
left join adobe_commerce_conditions as c on upper(r.condition) = c.code
left join adobe_commerce_resolutions as d on upper(r.resolution) = d.code
where r.part = 'items'

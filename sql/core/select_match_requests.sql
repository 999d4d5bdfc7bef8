-- RMA lines requested by the cut, as they ask for a purchase: the shopper is the delivered one, else the order's.
select
    r.rma_id,
    coalesce(r.rma_line_id, r.sku) as rma_line_id,
    coalesce(r.customer_id, o.customer_id) as customer_id,
    r.sku,
    r.quantity,
    r.requested_at,
    r.order_id,
    r.line_id
from delivered_returns as r
left join delivered_orders as o on r.order_id = o.order_id and r.requested_at >= o.ordered_at
where r.requested_at <= getvariable('cut_at')

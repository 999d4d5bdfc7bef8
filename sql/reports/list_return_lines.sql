-- One row an RMA line: what it is about, how far it came, and what it cost. Every figure of a breakdown is a sum of it.
with line_costs as (
    select
        rma_id,
        rma_line_id,
        sum(amount)::decimal(18, 4) as cost,
        coalesce(sum(amount) filter (where component = 'refund'), 0)::decimal(18, 4) as refunds,
        coalesce(sum(amount) filter (where amount < 0), 0)::decimal(18, 4) as recoveries
    from report.return_costs
    group by rma_id, rma_line_id
)

select
    rma_lines.rma_id,
    rma_lines.rma_line_id,
    rma_lines.order_id,
    rma_lines.line_id,
    rma_lines.customer_id,
    rma_lines.sku,
    coalesce(rma_lines.product_name, products.product_name) as product_name,
    rma_lines.category,
    coalesce(order_lines.style_id, products.style_id) as style_id,
    order_lines.size,
    order_lines.color,
    products.supplier_id,
    orders.channel,
    orders.ship_country as country,
    rma_lines.currency,
    rma_lines.source,
    coalesce(rma_lines.reason_code, '(not given)') as reason,
    coalesce(rma_lines.claim_type, 'return') as claim_type,
    rma_lines.status,
    rma_lines.return_method,
    rma_lines.carrier,
    rma_lines.condition_grade,
    rma_lines.refund_method,
    rma_lines.agent_id,
    rma_lines.store_id,
    rma_lines.ordered_at,
    rma_lines.delivered_at,
    rma_lines.requested_at,
    rma_lines.received_at,
    rma_lines.refunded_at,
    rma_lines.status not in ('denied', 'cancelled', 'rejected')
    or coalesce(rma_lines.refund_amount > 0, false) as is_returned,
    rma_lines.match_method <> 'none' as is_matched,
    rma_lines.quantity,
    rma_lines.requested_amount,
    coalesce(line_costs.refunds, 0)::decimal(18, 4) as refunds,
    (coalesce(line_costs.cost, 0) - coalesce(line_costs.recoveries, 0))::decimal(18, 4) as gross_cost,
    coalesce(line_costs.recoveries, 0)::decimal(18, 4) as recoveries,
    coalesce(line_costs.cost, 0)::decimal(18, 4) as cost
from core.rma_lines as rma_lines
left join line_costs on rma_lines.rma_id = line_costs.rma_id and rma_lines.rma_line_id = line_costs.rma_line_id
left join core.order_lines as order_lines
    on rma_lines.order_id = order_lines.order_id and rma_lines.line_id = order_lines.line_id
left join core.orders as orders on rma_lines.order_id = orders.order_id
left join core.products as products on rma_lines.sku = products.sku
order by rma_lines.rma_id, rma_lines.rma_line_id

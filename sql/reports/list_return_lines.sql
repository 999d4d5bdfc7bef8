-- One row an RMA line: what it is about, how far it came, and what it cost. Every figure of a breakdown is a sum of it.
-- Held: one thread alone reads a table that was made in the same transaction, and all work on what is held.
with claims as materialized (
    select *
    from report.return_claims
),

bought as (
    select
        claims.place,
        order_lines.style_id,
        order_lines.size,
        order_lines.color
    from core.order_lines as order_lines
    inner join claims
        on order_lines.order_id = claims.order_id and order_lines.line_id = claims.line_id
)

select
    claims.rma_id,
    claims.rma_line_id,
    claims.order_id,
    claims.line_id,
    claims.customer_id,
    claims.sku,
    coalesce(claims.product_name, products.product_name) as product_name,
    claims.category,
    coalesce(bought.style_id, products.style_id) as style_id,
    bought.size,
    bought.color,
    products.supplier_id,
    claims.channel,
    claims.country,
    claims.currency,
    claims.source,
    coalesce(claims.reason_code, '(not given)') as reason,
    coalesce(claims.claim_type, 'return') as claim_type,
    claims.status,
    claims.return_method,
    claims.carrier,
    claims.condition_grade,
    claims.refund_method,
    claims.agent_id,
    claims.store_id,
    claims.ordered_at,
    claims.delivered_at,
    claims.requested_at,
    claims.received_at,
    claims.refunded_at,
    claims.is_returned,
    claims.match_method <> 'none' as is_matched,
    claims.quantity,
    claims.requested_amount,
    line_costs.refund as refunds,
    (line_costs.cost - line_costs.recoveries)::decimal(18, 4) as gross_cost,
    line_costs.recoveries,
    line_costs.cost
from claims
inner join report.line_costs as line_costs on claims.place = line_costs.place
left join bought on claims.place = bought.place
left join core.products as products on claims.sku = products.sku
order by claims.place

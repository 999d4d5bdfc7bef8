-- One row a SKU seen anywhere. What the product list does not say is taken from the SKU's first order line, for people
-- to read; features use delivered columns only, because a first line may lie in the future of an RMA.
with seen as (
    select
        l.sku,
        arg_min(l.product_name, (o.ordered_at, l.order_id, l.line_id)) as product_name,
        arg_min(l.category, (o.ordered_at, l.order_id, l.line_id)) as category,
        arg_min(l.style_id, (o.ordered_at, l.order_id, l.line_id)) as style_id
    from delivered_order_lines as l
    left join delivered_orders as o on l.order_id = o.order_id
    group by l.sku
),

named as (
    select sku from delivered_products
    union
    select sku from seen
    union
    select sku from delivered_returns
)

select
    n.sku,
    coalesce(p.product_name, s.product_name) as product_name,
    coalesce(p.category, s.category) as category,
    coalesce(p.style_id, s.style_id) as style_id,
    p.unit_cost,
    p.list_price,
    p.weight_g,
    p.return_window_days,
    p.warranty_days,
    p.unopened_only,
    p.final_sale,
    p.is_serialised,
    p.supplier_id
from named as n
left join delivered_products as p on n.sku = p.sku
left join seen as s on n.sku = s.sku
order by n.sku

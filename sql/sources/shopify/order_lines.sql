-- Order lines of the orders export: what was sold. What has no SKU is known by its name.
select
    order_id,
    line_id,
    sku,
    quantity,
    unit_price,
    list_price,
    product_name
from shopify_lines
where kind = 'sale'

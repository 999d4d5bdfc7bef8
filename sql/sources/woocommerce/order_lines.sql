-- Order lines of WooCommerce: what was sold. What has no SKU is known by its variation, else its product.
select
    order_id,
    line_id,
    sku,
    quantity,
    unit_price,
    list_price,
    product_name
from woocommerce_lines
where kind = 'sale'

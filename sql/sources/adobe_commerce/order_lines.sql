-- Order lines of Adobe Commerce: what was sold. price is that of one unit, discount_amount that of the whole line.
select
    order_id,
    line_id,
    sku,
    quantity,
    unit_price,
    list_price,
    product_name
from adobe_commerce_lines
where kind = 'sale'

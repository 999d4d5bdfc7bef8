-- Lines that Amazon's orders sold. The price is that of the whole line: one unit is its part, rounded to four decimals.
select
    amazon_order_id as order_id,
    cast(line_no as varchar) as line_id,
    sku,
    quantity,
    cast(
        greatest(item_price - abs(coalesce(item_promotion_discount, 0)), 0) / quantity as decimal(18, 4)
    ) as unit_price,
    cast(item_price / quantity as decimal(18, 4)) as list_price,
    product_name,
    source
from amazon_lines
where kind = 'sale'

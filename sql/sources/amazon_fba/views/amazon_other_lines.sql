-- Lines of Amazon's orders that sold nothing: cancelled, or without a price or a currency so far.
select
    amazon_order_id as order_id,
    cast(line_no as varchar) as line_id,
    customer_id,
    sku,
    kind,
    quantity,
    coalesce(item_price, 0) as amount,
    purchase_date as occurred_at,
    currency,
    source
from amazon_lines
where kind <> 'sale'

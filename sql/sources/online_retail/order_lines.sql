-- Order lines of the Online Retail export: goods sold. A price of 0 for a known customer is a free article.
select
    invoice_no as order_id,
    cast(line_no as varchar) as line_id,
    stock_code as sku,
    quantity,
    unit_price,
    trim(description) as product_name,
    'online_retail' as source
from raw.online_retail_lines
where
    not regexp_matches(invoice_no, '^[A-Za-z]')
    and regexp_matches(stock_code, '^\d{5}')
    and quantity > 0
    and (unit_price > 0 or (unit_price = 0 and customer_id is not null))

-- Orders of the Online Retail export: invoices with at least one line of goods that was sold.
select
    invoice_no as order_id,
    max(customer_id) as customer_id,
    min(invoice_date) as ordered_at,
    'GBP' as currency,
    max(country) as ship_country,
    'online_retail' as source
from raw.online_retail_lines
where
    not regexp_matches(invoice_no, '^[A-Za-z]')
    and regexp_matches(stock_code, '^\d{5}')
    and quantity > 0
    and (unit_price > 0 or (unit_price = 0 and customer_id is not null))
group by invoice_no

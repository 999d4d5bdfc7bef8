-- RMA lines of the Online Retail export: goods on an invoice that begins with C, refunded as they are booked.
-- The export names neither the original invoice nor a reason; core finds the purchase.
select
    invoice_no as rma_id,
    cast(line_no as varchar) as rma_line_id,
    customer_id,
    stock_code as sku,
    -quantity as quantity,
    invoice_date as requested_at,
    'refunded' as status,
    'original' as refund_method,
    cast(-quantity * unit_price as decimal(18, 4)) as refund_amount,
    invoice_date as refunded_at,
    'GBP' as currency,
    'online_retail' as source
from raw.online_retail_lines
where
    upper(substr(invoice_no, 1, 1)) = 'C'
    and regexp_matches(stock_code, '^\d{5}')
    and quantity < 0
    and unit_price >= 0

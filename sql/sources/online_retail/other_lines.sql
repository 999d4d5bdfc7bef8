-- Lines of the Online Retail export that are neither a sale nor a return of goods: kept apart, never RMAs.
select
    invoice_no as order_id,
    cast(line_no as varchar) as line_id,
    customer_id,
    stock_code as sku,
    case
        when upper(substr(invoice_no, 1, 1)) = 'A' then 'bad_debt'
        when upper(stock_code) in ('POST', 'DOT', 'C2') then 'postage'
        when upper(stock_code) = 'M' then 'manual'
        when upper(stock_code) = 'D' then 'discount'
        when upper(stock_code) in ('AMAZONFEE', 'BANK CHARGES', 'CRUK') then 'fee'
        when upper(stock_code) = 'S' then 'sample'
        when regexp_matches(lower(stock_code), '^gift_') then 'voucher'
        when regexp_matches(stock_code, '^\d{5}') then 'stock_adjustment'
        else 'other'
    end as kind,
    quantity,
    cast(quantity * unit_price as decimal(18, 4)) as amount,
    invoice_date as occurred_at,
    'GBP' as currency,
    'online_retail' as source
from raw.online_retail_lines
where
    not (
        not regexp_matches(invoice_no, '^[A-Za-z]')
        and regexp_matches(stock_code, '^\d{5}')
        and quantity > 0
        and (unit_price > 0 or (unit_price = 0 and customer_id is not null))
    )
    and not (
        upper(substr(invoice_no, 1, 1)) = 'C'
        and regexp_matches(stock_code, '^\d{5}')
        and quantity < 0
        and unit_price >= 0
    )

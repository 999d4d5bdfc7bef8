-- One row an order of the orders export: only its first row has the order's own columns. Where no row names a currency
-- it is the one that most rows of the export name. An order that was cancelled before anything was sent sold nothing.
select
    regexp_replace(name, '^#', '') as order_id,
    max(id) as id,
    coalesce(max(email_hash), max(phone_hash), max(shipping_phone_hash), max(billing_phone_hash)) as buyer_hash,
    min(created_at) as ordered_at,
    min(fulfilled_at) as shipped_at,
    coalesce(max(currency), (select mode(r.currency) from raw.shopify_orders as r)) as currency,
    case when max(cancelled_at) is not null then 'cancelled' else lower(max(financial_status)) end as status,
    lower(max(order_source)) as channel,
    max(email_hash) as email_hash,
    max(email_mask) as email_mask,
    coalesce(max(phone_hash), max(shipping_phone_hash), max(billing_phone_hash)) as phone_hash,
    coalesce(max(phone_mask), max(shipping_phone_mask), max(billing_phone_mask)) as phone_mask,
    coalesce(max(shipping_name_hash), max(billing_name_hash)) as ship_name_hash,
    coalesce(max(shipping_name_mask), max(billing_name_mask)) as ship_name_mask,
    coalesce(max(shipping_street_hash), max(shipping_address1_hash)) as ship_address_hash,
    coalesce(max(shipping_street_mask), max(shipping_address1_mask)) as ship_address_mask,
    max(shipping_city) as ship_city,
    regexp_replace(max(shipping_zip), '^''', '') as ship_postcode,
    max(shipping_country) as ship_country,
    regexp_replace(max(billing_zip), '^''', '') as bill_postcode,
    max(billing_country) as bill_country,
    max(payment_method) as payment_method,
    max(shipping) as shipping_fee,
    max(discount_code) as discount_code,
    max(subtotal) as subtotal,
    coalesce(max(abs(discount_amount)), 0) as discount_amount,
    max(cancelled_at) is not null and max(fulfilled_at) is null as is_cancelled,
    coalesce(
        min(created_at), min(paid_at), max(cancelled_at), (select max(r.created_at) from raw.shopify_orders as r),
        timestamp '1970-01-01'
    ) as happened_at
from raw.shopify_orders
group by name

-- Orders of the orders export, by the number that people see (without its #). The shopper is known by the hash of the
-- e-mail address, else of the phone number; else the order stands for the shopper.
select
    order_id,
    coalesce(buyer_hash, order_id) as customer_id,
    ordered_at,
    currency,
    status,
    channel,
    email_hash,
    email_mask,
    phone_hash,
    phone_mask,
    ship_name_hash,
    ship_name_mask,
    ship_address_hash,
    ship_address_mask,
    ship_city,
    ship_postcode,
    ship_country,
    bill_postcode,
    bill_country,
    payment_method,
    shipping_fee,
    discount_code,
    shipped_at
from shopify_heads
where ordered_at is not null and currency is not null

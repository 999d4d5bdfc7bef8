-- Orders of Amazon with at least one line that was sold. The buyer is not named: the order stands for the customer,
-- unless the report gives the buyer's e-mail address.
select
    amazon_order_id as order_id,
    min(customer_id) as customer_id,
    min(purchase_date) as ordered_at,
    max(currency) as currency,
    lower(max(order_status)) as status,
    max(sales_channel) as channel,
    max(buyer_email_hash) as email_hash,
    max(buyer_email_mask) as email_mask,
    max(ship_city) as ship_city,
    max(ship_postal_code) as ship_postcode,
    max(ship_country) as ship_country,
    cast(
        sum(greatest(shipping_price - abs(coalesce(ship_promotion_discount, 0)), 0)) as decimal(18, 4)
    ) as shipping_fee,
    max(promotion_ids) as discount_code,
    min(source) as source
from amazon_lines
where kind = 'sale'
group by amazon_order_id

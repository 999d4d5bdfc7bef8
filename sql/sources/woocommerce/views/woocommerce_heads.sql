-- One row an order. A guest has the customer id 0, and is known by the hash of the e-mail; without one the order
-- stands for the shopper.
select
    o.* exclude (customer_id),
    coalesce(nullif(o.customer_id, '0'), o.email_hash, o.order_id) as shopper,
    coalesce(s.kind, 'sale') as kind
from raw.woocommerce_orders as o
left join woocommerce_statuses as s on upper(regexp_replace(o.status, '^wc-', '')) = s.code
where o.part is null

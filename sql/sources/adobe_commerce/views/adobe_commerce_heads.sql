-- One row an order. A guest has no customer id, and is known by the hash of the e-mail address; without one the order
-- stands for the shopper.
select
    * exclude (customer_id),
    coalesce(nullif(customer_id, '0'), email_hash, increment_id) as shopper,
    lower(status) in ('canceled', 'cancelled') as is_cancelled
from raw.adobe_commerce_orders
where part is null

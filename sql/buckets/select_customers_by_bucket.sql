-- Customers, once for each bucket that needs what they did.
select
    shoppers.bucket,
    (shoppers.bucket = bucket_of(customers.customer_id)) as is_home,
    customers.*
from customers
inner join shoppers on customers.customer_id = shoppers.customer_id

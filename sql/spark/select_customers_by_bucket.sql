-- Customers, in the bucket of their shopper; those of shoppers without an RMA are left out.
select
    shoppers.bucket,
    customers.*
from customers
inner join shoppers on customers.customer_id = shoppers.customer_id

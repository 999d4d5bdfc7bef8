-- Customers, once for each bucket that needs their past; those without an RMA are left out.
select
    shoppers.bucket,
    customers.*
from customers
inner join shoppers on customers.customer_id = shoppers.customer_id

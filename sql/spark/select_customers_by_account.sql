-- Every account's rows of customers together.
select
    bucket_of(customers.customer_id) as bucket,
    customers.*
from customers
where customers.customer_id is not null

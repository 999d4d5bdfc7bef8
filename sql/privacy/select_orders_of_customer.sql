-- The orders that stand for a customer whom no delivered row names: translations make the customer of the order.
create or replace temp table orders_of_customer as
select order_id
from delivered_orders
where customer_id = getvariable('customer')
union
select order_id
from delivered_other_lines
where customer_id = getvariable('customer')
union
select order_id
from delivered_returns
where customer_id = getvariable('customer') and order_id is not null

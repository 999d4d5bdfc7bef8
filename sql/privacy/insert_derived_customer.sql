-- The customer as translations name one: by the mailbox or the order that stands for the customer.
insert into named
select distinct
    'customer' as role,
    n.value,
    n.pseudonym,
    false as is_delivered
from named as n
where
    n.role in ('mailbox', 'order')
    and n.value = getvariable('customer')
    and not exists (
        select 1
        from named as c
        where c.role = 'customer' and c.value = getvariable('customer')
    )

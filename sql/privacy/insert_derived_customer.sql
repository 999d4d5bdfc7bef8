-- The customer as translations name one: by the mailbox or the order that stands for the customer, or by a hash of a
-- guest, which becomes the first of the guest's orders.
insert into named
select
    'customer' as role,
    getvariable('customer') as value, -- noqa: RF04
    coalesce(
        min(n.pseudonym) filter (where n.value = getvariable('customer')),
        min(n.pseudonym) filter (where n.role = 'order')
    ) as pseudonym,
    false as is_delivered
from named as n
where
    n.role in ('mailbox', 'order')
    and not exists (
        select 1
        from named as c
        where c.role = 'customer' and c.value = getvariable('customer')
    )
having count(*) > 0

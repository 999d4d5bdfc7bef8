-- When a customer was erased last: by a number, by a mailbox, or by the order that stands for one.
select max(e.erased_at) as erased_at
from raw.erased as e
where
    e.role in ('customer', 'mailbox', 'order')
    and e.hash = erased_hash(e.role, getvariable('customer'))

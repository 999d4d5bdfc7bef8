-- The list of the erased under one more key, but for the mailboxes.
select
    role,
    relinked_hash(hash, 1) as hash,
    pseudonym,
    erased_at,
    sealed
from raw.erased
where role <> 'mailbox'
order by rowid

-- The erased mailboxes, each sealed with the key.
select
    sealed,
    pseudonym,
    erased_at
from raw.erased
where role = 'mailbox'
order by rowid

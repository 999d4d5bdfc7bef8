-- How an erased person's identifier is remembered: as a keyed hash of its own sort. A mailbox is one already.
create or replace temp macro erased_hash(role, value) as
case when role = 'mailbox' then value else keyed_hash('erased ' || role, value) end

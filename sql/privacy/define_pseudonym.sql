-- What takes an identifier's place, drawn at random. It begins as the identifier does (a digit with 0), because
-- translations tell invoices from credit notes by their first sign.
create or replace temp macro new_pseudonym(role, value) as
case
    when role in ('customer', 'mailbox') then 'erased-'
    when regexp_matches(value, '^\d') then '0erased'
    else substr(value, 1, 1) || 'erased'
end || substr(replace(cast(uuid() as varchar), '-', ''), 13)

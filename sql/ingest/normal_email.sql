-- One mailbox, one spelling: lower case, no +tag, and no dots where the provider ignores them.
create or replace macro normal_email(cell) as
regexp_replace(
    case
        when regexp_matches(lower(cell), '@(gmail|googlemail)\.com$')
            then replace(split_part(lower(cell), '@', 1), '.', '') || '@gmail.com'
        else lower(cell)
    end,
    '\+[^@]*@', '@'
)

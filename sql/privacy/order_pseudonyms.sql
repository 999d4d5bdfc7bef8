-- Give the pseudonyms that were drawn just now the order of what they stand for, so that whatever is decided by the
-- order of identifiers at the same moment stays decided so.
with drawn as (
    select
        n.role,
        n.value,
        n.pseudonym,
        substr(n.pseudonym, 1, 1) as first_sign
    from named as n
    left join raw.erased as e on n.role = e.role and n.pseudonym = e.pseudonym
    where e.pseudonym is null
),

placed as (
    select
        role,
        value,
        first_sign,
        row_number() over (partition by role, first_sign order by value) as place
    from drawn
),

sorted as (
    select
        role,
        pseudonym,
        first_sign,
        row_number() over (partition by role, first_sign order by pseudonym) as place
    from drawn
)

update named
set pseudonym = s.pseudonym
from placed as p
inner join sorted as s on p.role = s.role and p.first_sign = s.first_sign and p.place = s.place
where named.role = p.role and named.value = p.value

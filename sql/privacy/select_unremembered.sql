-- The delivered identifiers of the person that the list of the erased does not hold yet.
select
    n.role,
    n.value,
    erased_hash(n.role, n.value) as hash,
    n.pseudonym
from named as n
left join raw.erased as e on n.role = e.role and n.pseudonym = e.pseudonym
where n.is_delivered and e.pseudonym is null
order by n.role, n.value

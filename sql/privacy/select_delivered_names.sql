-- The pseudonym of each delivered identifier.
select
    value,
    pseudonym
from named
where is_delivered

-- The pseudonym of each identifier of the person.
select
    value,
    pseudonym
from named
order by value

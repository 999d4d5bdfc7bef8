-- The RMAs of the person, with the pseudonym of each.
select
    value,
    pseudonym
from named
where role = 'rma'

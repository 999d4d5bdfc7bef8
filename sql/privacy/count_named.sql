-- How many identifiers of the person are known.
select count(*) as n_names
from named

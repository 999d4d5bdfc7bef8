-- The graph of linked accounts: one row a pair, the greater account first.
select distinct
    greatest(a, b) as a,
    least(a, b) as b
from links
where a <> b

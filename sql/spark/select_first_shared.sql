-- One row a pair of accounts and kind: since when they share an identifier of it, whichever that is.
select
    a,
    b,
    kind,
    min(since) as since
from pairs
group by a, b, kind

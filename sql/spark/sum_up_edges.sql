-- What tells two sets of edges apart: their number, and all their hashes in one.
select
    count(*) as n_edges,
    coalesce(bit_xor(xxhash64(a, b)), 0) as hash
from edges

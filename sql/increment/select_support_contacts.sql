-- One row a row of the core table: a hash of it, and from when on it can matter to anything.
select
    hash(t) as row_hash,
    t.contacted_at as known_at
from core.support_contacts as t

-- The sealed keys before the present one, the oldest first.
select sealed
from raw.retired_keys
order by place

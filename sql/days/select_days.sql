-- The days of request of a table's rows.
select distinct cast(n.requested_at as date) as day
from compared_now as n
where n.requested_at is not null
order by day

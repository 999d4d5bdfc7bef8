-- The days of request whose rows are new, gone or changed: the rows of a table as they are now against those before.
-- The facts of a run (when it scored, with which fit of the detector) are no change of a row by themselves.
select distinct d.day
from (
    select unnest([cast(n.requested_at as date), cast(b.requested_at as date)]) as day
    from compared_now as n
    full outer join compared_before as b on n.rma_id = b.rma_id and n.stage = b.stage
    where n is distinct from b
) as d
where d.day is not null
order by d.day

-- The lines of every account's RMAs together: an RMA is its shopper's, whomever its lines name.
select
    bucket_of(owners.owner) as bucket,
    rma_lines.*
from rma_lines
inner join owners on rma_lines.rma_id = owners.rma_id
where owners.owner is not null

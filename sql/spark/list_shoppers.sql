-- One row a shopper and bucket that needs their past: that of an RMA whose shopper they are, or whose lines name them.
select distinct
    named.customer_id,
    bucket_of(coalesce(owners.owner, owners.rma_id)) as bucket
from (
    select
        rma_id,
        customer_id
    from rma_lines
    union all
    select
        told.rma_id,
        told.owner as customer_id
    from owners as told
) as named
inner join owners on named.rma_id = owners.rma_id
where named.customer_id is not null

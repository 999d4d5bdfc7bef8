-- One row a shopper and bucket that needs their past: that of an RMA that is asked for (asked: rows of owners) whose
-- shopper they are, or whose lines name them.
select distinct
    named.customer_id,
    bucket_of(coalesce(asked.owner, asked.rma_id)) as bucket
from (
    select
        rma_id,
        customer_id
    from rma_lines
    union all
    select
        owners.rma_id,
        owners.owner as customer_id
    from owners
) as named
inner join asked on named.rma_id = asked.rma_id
where named.customer_id is not null

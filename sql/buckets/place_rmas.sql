-- One row an RMA and bucket that needs it. Its own bucket tells its features (is_home): that of its shopper, any where
-- it has none. To the buckets of its other shoppers it is their past.
select
    rma_id,
    bucket,
    bool_or(is_home) as is_home
from (
    select
        rma_id,
        bucket_of(coalesce(owner, rma_id)) as bucket,
        true as is_home
    from owners
    union all
    select
        owners.rma_id,
        shoppers.bucket,
        false as is_home
    from owners
    inner join shoppers on owners.owner = shoppers.customer_id
    union all
    select
        rma_lines.rma_id,
        shoppers.bucket,
        false as is_home
    from rma_lines
    inner join shoppers on rma_lines.customer_id = shoppers.customer_id
) as needed
group by rma_id, bucket

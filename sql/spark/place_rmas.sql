-- One row an RMA and bucket that needs it. Its own bucket tells its features (is_home): that of its shopper, any
-- where it has none. The buckets of other shoppers whom its lines name need it as their past.
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
        rma_lines.rma_id,
        shoppers.bucket,
        false as is_home
    from rma_lines
    inner join shoppers on rma_lines.customer_id = shoppers.customer_id
) as needed
group by rma_id, bucket

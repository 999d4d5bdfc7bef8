-- What was refunded on RMAs, beside their features.
select
    bucket_of(rmas.rma_id) as bucket,
    rmas.*
from rmas

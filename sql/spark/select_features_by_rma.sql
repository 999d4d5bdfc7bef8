-- The features of RMAs, all stages of an RMA together.
select
    bucket_of(rma_features.rma_id) as bucket,
    rma_features.*
from rma_features

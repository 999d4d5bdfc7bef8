-- The features of the RMAs that get reasons, all stages of an RMA together.
select
    bucket_of(rma_features.rma_id) as bucket,
    rma_features.*
from rma_features
left semi join told on rma_features.rma_id = told.rma_id

-- One row a shopper of an RMA, with the bucket in which the features of these RMAs are told.
select distinct
    owner as customer_id,
    bucket_of(owner) as bucket
from owners
where owner is not null

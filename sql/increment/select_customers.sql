-- One row a shopper: a hash of what features read of them, and from when on it can matter to anything: accounts begin
-- when they were created or ordered first. A first order of today is no change of an account of last year.
select
    hash(t.customer_id, t.created_at, t.email_hash, t.phone_hash, t.address_hash, t.postcode, t.country) as row_hash,
    least(t.created_at, t.first_ordered_at) as known_at
from core.customers as t

-- All that a pair of accounts shares together.
select
    bucket_of(shared.a || ' ' || shared.b) as bucket,
    shared.*
from shared

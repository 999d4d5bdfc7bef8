-- All sightings of an identifier together; what tells only that there is an account is none.
select
    bucket_of(sightings.kind || ' ' || sightings.value) as bucket,
    sightings.*
from sightings
where sightings.kind <> 'account'

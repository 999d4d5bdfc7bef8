-- How an erased person's identifier is remembered: as a keyed hash of its own sort.
create or replace temp macro erased_hash(role, value) as keyed_hash('erased ' || role, value)

-- The schema that the statement of the replay reads from.
create schema report

-- The identifiers of the person that is being erased, in clear text: for this session alone.
create or replace temp table named (
    role varchar,
    value varchar, -- noqa: RF04
    pseudonym varchar,
    is_delivered boolean
)

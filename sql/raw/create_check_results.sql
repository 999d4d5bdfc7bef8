-- One row a check and a state of raw (the number of its last delivery): what the check found.
create table if not exists raw.check_results (
    delivery_id bigint,
    loaded_at timestamp,
    "table" varchar, -- noqa: RF06
    check_name varchar,
    severity varchar,
    n_rows bigint,
    n_breaches bigint,
    value double,
    threshold double,
    is_ok boolean,
    found varchar
)

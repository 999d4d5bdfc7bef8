-- One row a refused row, with its personal cells masked.
create table if not exists raw.quarantine (
    path varchar,
    row_number bigint,
    "table" varchar, -- noqa: RF06
    error_code varchar,
    error varchar,
    raw varchar,
    delivery_id bigint
)

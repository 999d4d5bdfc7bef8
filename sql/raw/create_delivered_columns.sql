-- One row a column of a loaded file: whether its table has such a column, and how many rows fill it (null where the
-- column is unknown and not kept).
create table if not exists raw.delivered_columns (
    delivery_id bigint,
    "column" varchar, -- noqa: RF06
    is_known boolean,
    n_filled bigint
)

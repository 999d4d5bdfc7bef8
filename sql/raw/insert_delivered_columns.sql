-- The columns of the loaded files of a run.
insert into raw.delivered_columns
select
    f.delivery_id,
    f.column,
    f.is_known,
    f.n_filled
from filled_columns as f
order by f.delivery_id, f.column

-- One row a state of the deliveries, table and check, with what the check found.
select
    r.delivery_id,
    r.loaded_at,
    r.table,
    r.check_name,
    r.severity,
    r.n_rows,
    r.n_breaches,
    r.value,
    r.threshold,
    r.is_ok,
    r.found
from raw.check_results as r
order by r.delivery_id, r.table, r.check_name

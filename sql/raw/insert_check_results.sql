-- What the checks of a table found on the deliveries so far.
insert into raw.check_results
select
    (select max(l.delivery_id) from raw.ingest_ledger as l) as delivery_id,
    (select max(l.loaded_at) from raw.ingest_ledger as l) as loaded_at,
    f.table,
    f.check_name,
    f.severity,
    f.n_rows,
    f.n_breaches,
    f.value,
    f.threshold,
    f.is_ok,
    f.found
from check_figures as f

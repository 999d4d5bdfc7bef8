-- What the checks found in each table on the deliveries so far.
select
    r.table,
    any_value(r.n_rows) as n_rows,
    count(*) as n_checks,
    count(*) filter (where not r.is_ok and r.severity = 'critical') as n_critical,
    count(*) filter (where not r.is_ok and r.severity = 'warning') as n_warnings
from raw.check_results as r
where r.delivery_id = (select max(l.delivery_id) from raw.ingest_ledger as l)
group by r.table
order by r.table

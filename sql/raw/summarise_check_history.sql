-- What the checks found on the last thirty states of the deliveries, the latest first.
select
    r.delivery_id,
    any_value(r.loaded_at) as loaded_at,
    count(*) as n_checks,
    count(*) filter (where not r.is_ok and r.severity = 'critical') as n_critical,
    count(*) filter (where not r.is_ok and r.severity = 'warning') as n_warnings
from raw.check_results as r
group by r.delivery_id
order by r.delivery_id desc
limit 30

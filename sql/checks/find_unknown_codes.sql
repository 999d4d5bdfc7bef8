-- Delivered rows whose code (a reason, a status, a condition) no map of their source knows.
select
    sum(u.n_rows) as n_rows,
    u.source,
    u.map,
    u.code
from delivered_unknown_codes as u
group by u.source, u.map, u.code

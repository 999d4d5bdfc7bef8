-- Codes of the platforms' exports that no map of their source knows: kept as they are, and counted.
select
    u.source,
    u.map,
    u.code,
    cast(sum(u.n_rows) as bigint) as n_rows,
    any_value(f.maps_version) as maps_version
from delivered_unknown_codes as u
left join source_facts as f on u.source = f.source
group by u.source, u.map, u.code
order by n_rows desc, u.source asc, u.map asc, u.code asc

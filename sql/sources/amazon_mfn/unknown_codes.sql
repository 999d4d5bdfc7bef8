-- Codes of the seller-fulfilled returns report that no map knows, with the rows that have each.
select
    'amazon_mfn' as source,
    'reasons' as map,
    r.return_reason as code,
    count(*) as n_rows
from raw.amazon_mfn_returns as r
inner join amazon_reasons as m on r.return_reason = m.reason
where not m.is_known
group by r.return_reason
union all
select
    'amazon_mfn' as source,
    'statuses' as map,
    r.return_request_status as code,
    count(*) as n_rows
from raw.amazon_mfn_returns as r
where
    r.return_request_status is not null
    and upper(r.return_request_status) not in (select upper(code) from amazon_mfn_statuses)
group by r.return_request_status
union all
select
    'amazon_mfn' as source,
    'resolutions' as map,
    r.resolution as code,
    count(*) as n_rows
from raw.amazon_mfn_returns as r
where r.resolution is not null and upper(r.resolution) not in (select upper(code) from amazon_mfn_resolutions)
group by r.resolution

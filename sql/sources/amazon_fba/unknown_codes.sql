-- Codes of the FBA customer returns report that no map knows, with the rows that have each.
select
    'amazon_fba' as source,
    'reasons' as map,
    r.reason as code,
    count(*) as n_rows
from raw.amazon_fba_returns as r
inner join amazon_reasons as m on r.reason = m.reason
where not m.is_known
group by r.reason
union all
select
    'amazon_fba' as source,
    'dispositions' as map,
    r.detailed_disposition as code,
    count(*) as n_rows
from raw.amazon_fba_returns as r
where
    r.detailed_disposition is not null
    and upper(r.detailed_disposition) not in (select upper(code) from amazon_fba_dispositions)
group by r.detailed_disposition
union all
select
    'amazon_fba' as source,
    'statuses' as map,
    r.status as code,
    count(*) as n_rows
from raw.amazon_fba_returns as r
where r.status is not null and upper(r.status) not in (select upper(code) from amazon_fba_statuses)
group by r.status

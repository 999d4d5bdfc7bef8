-- Reasons of refunds that are one word, as a program writes them, and that no map knows. What people wrote is no code.
select
    'reasons' as map,
    r.reason as code,
    count(*) as n_rows
from raw.woocommerce_refunds as r
where
    r.part is null
    and regexp_full_match(r.reason, '\w{1,40}')
    and not exists (
        select 1 from woocommerce_reasons as m
        where upper(r.reason) glob m.code
    )
group by r.reason

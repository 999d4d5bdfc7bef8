-- What each reason that Amazon's returns give means: by the longest code of the maps that it is, or begins like where
-- the code ends in a star. A reason that no map knows keeps its own word. Sellers' returns write CR- before the codes.
with code as (
    select * from amazon_fba_reasons
    union all by name
    select * replace ('CR-' || code as code) from amazon_fba_reasons
    union all by name
    select * from amazon_mfn_reasons
),

given as (
    select reason from raw.amazon_fba_returns
    union
    select return_reason as reason from raw.amazon_mfn_returns
)

select
    g.reason,
    coalesce(arg_max(c.reason_code, length(c.code)), lower(g.reason)) as reason_code,
    arg_max(c.claim_type, length(c.code)) as claim_type,
    count(c.code) > 0 as is_known
from given as g
left join code as c on upper(g.reason) glob c.code
where g.reason is not null
group by g.reason

-- One row a way in which lines of RMAs found their purchase, the surest first.
select
    match_method,
    count(*) as lines,
    sum(quantity)::bigint as units,
    coalesce(sum(matched_quantity), 0)::bigint as matched_units,
    coalesce(sum(requested_amount), 0)::decimal(18, 4) as amount
from core.rma_lines
group by match_method
order by
    case match_method when 'keys' then 1 when 'order_sku' then 2 when 'shopper_sku' then 3 else 4 end,
    match_method

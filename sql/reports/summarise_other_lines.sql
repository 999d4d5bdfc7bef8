-- One row a kind of line that is no sale and no return: postage, fees, corrections.
select
    kind,
    count(*) as lines,
    coalesce(sum(amount), 0)::decimal(18, 4) as amount
from core.other_lines
group by kind
order by kind

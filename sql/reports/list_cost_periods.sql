-- One row a period in which the same rules of the cost model hold, from the first day on which one begins or has ended.
with turns as (
    select valid_from as begins_on
    from core.cost_rules
    where valid_from is not null
    union
    select valid_to + 1 as begins_on
    from core.cost_rules
    where valid_to is not null
)

select
    begins_on,
    lead(begins_on) over (order by begins_on) - 1 as ends_on
from turns
order by begins_on

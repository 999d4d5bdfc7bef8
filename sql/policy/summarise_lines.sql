-- One row: what the lines of a replay are, and what they cost as things were.
select
    count(*) as n_lines,
    count(distinct rma_id) as n_rmas,
    count(*) filter (where not is_returned) as n_lines_denied,
    coalesce(sum(refunds), 0)::decimal(18, 4) as refunds,
    coalesce(sum(cost), 0)::decimal(18, 4) as cost,
    count(distinct customer_id) filter (where is_honest_shopper) as n_honest_shoppers,
    count(distinct rma_id) filter (where is_flagged) as n_flagged_rmas
from report.report_policy_lines

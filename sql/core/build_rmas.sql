-- One row an RMA: when its first line was requested, by whom, for how much, and what was refunded so far.
select
    rma_id,
    arg_min(customer_id, (requested_at, rma_line_id)) as customer_id,
    min(requested_at) as requested_at,
    cast(min(requested_at) as date) as requested_on,
    count(*) as n_lines,
    cast(sum(quantity) as bigint) as quantity,
    cast(sum(requested_amount) as decimal(18, 4)) as requested_amount,
    cast(sum(refund_amount) as decimal(18, 4)) as refund_amount,
    count(*) filter (match_method <> 'none') as n_matched_lines,
    min(source) as source
from core.rma_lines
group by rma_id
order by rma_id

-- One row a day of request, channel, category, currency and component of the ledger: what pages draw under any filter.
select
    lines.requested_at::date as requested_on,
    lines.channel,
    lines.category,
    lines.currency,
    costs.component,
    count(*) as n_lines,
    sum(costs.amount)::decimal(18, 4) as amount,
    coalesce(sum(costs.amount) filter (where costs.basis = 'actual'), 0)::decimal(18, 4) as actual_amount,
    coalesce(sum(costs.amount) filter (where costs.basis = 'rate'), 0)::decimal(18, 4) as rate_amount
from report.return_costs as costs
inner join report.report_return_lines as lines
    on costs.rma_id = lines.rma_id and costs.rma_line_id = lines.rma_line_id
group by lines.requested_at::date, lines.channel, lines.category, lines.currency, costs.component
order by costs.component, requested_on, lines.channel, lines.category, lines.currency

-- One row a day of request, channel, category, currency, dimension and value of it: sums of RMA lines, from which pages
-- answer any filter without reading the lines again. Each dimension by itself holds all lines.
with told as (
    select
        requested_at::date as requested_on,
        channel,
        category,
        currency,
        unnest([
            { 'dimension': 'all', 'value': null },
            { 'dimension': 'carrier', 'value': carrier },
            { 'dimension': 'claim_type', 'value': claim_type },
            { 'dimension': 'condition_grade', 'value': condition_grade },
            { 'dimension': 'country', 'value': country },
            { 'dimension': 'reason', 'value': reason },
            { 'dimension': 'return_method', 'value': return_method },
            { 'dimension': 'status', 'value': status }
        ]) as part,
        requested_amount,
        refunds,
        gross_cost,
        recoveries,
        cost
    from report.report_return_lines
)

select
    part['dimension'] as dimension,
    if(part['dimension'] = 'all', '(all)', coalesce(part['value'], '(not given)')) as value,
    requested_on,
    channel,
    category,
    currency,
    count(*) as n_lines,
    coalesce(sum(requested_amount), 0)::decimal(18, 4) as requested_amount,
    sum(refunds)::decimal(18, 4) as refunds,
    sum(gross_cost)::decimal(18, 4) as gross_cost,
    sum(recoveries)::decimal(18, 4) as recoveries,
    sum(cost)::decimal(18, 4) as cost
from told
group by part, requested_on, channel, category, currency
order by dimension, value, requested_on, channel, category, currency

-- One row a segment of shoppers, and one for the RMAs of nobody known, so that cost adds up to the ledger.
with segments as (
    select
        segment,
        count(*) as shoppers,
        sum(orders)::bigint as orders,
        sum(order_lines)::bigint as order_lines,
        sum(sales)::decimal(18, 4) as sales,
        sum(returned_lines)::bigint as returned_lines,
        sum(refunds)::decimal(18, 4) as refunds,
        sum(cost)::decimal(18, 4) as cost,
        count(contribution) as n_contribution_known,
        sum(contribution)::decimal(18, 4) as contribution
    from report.report_shoppers
    group by segment
    union all
    select
        'not_known' as segment,
        null as shoppers,
        null as orders,
        null as order_lines,
        null as sales,
        count(*) filter (where is_returned) as returned_lines,
        sum(refunds)::decimal(18, 4) as refunds,
        sum(cost)::decimal(18, 4) as cost,
        0 as n_contribution_known,
        null as contribution
    from report.report_return_lines
    where customer_id is null
    having count(*) > 0
),

totals as (
    select
        sum(shoppers) as shoppers,
        sum(sales) as sales,
        sum(cost) as cost
    from segments
)

select
    segments.segment,
    segments.shoppers::bigint as shoppers,
    segments.shoppers / nullif(totals.shoppers, 0)::double as share_of_shoppers,
    segments.orders::bigint as orders,
    segments.sales::decimal(18, 4) as sales,
    segments.sales::double / nullif(totals.sales, 0)::double as share_of_sales,
    segments.returned_lines,
    segments.returned_lines / nullif(segments.order_lines, 0)::double as line_return_rate,
    segments.refunds,
    segments.cost,
    segments.cost::double / nullif(totals.cost, 0)::double as share_of_all,
    segments.n_contribution_known,
    segments.contribution::decimal(18, 4) as contribution,
    round(segments.contribution / nullif(segments.n_contribution_known, 0), 4)::decimal(18, 4)
        as contribution_per_shopper
from segments
cross join totals
order by segments.segment

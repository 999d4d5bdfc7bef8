-- One row: what was sold, what came back of it, and what that cost.
with lines as (
    select
        *,
        status not in ('denied', 'cancelled', 'rejected') or coalesce(refund_amount > 0, false) as is_returned
    from core.rma_lines
),

orders as (
    select
        count(*) as n_orders,
        min(ordered_at) as first_at,
        max(ordered_at) as last_at
    from core.orders
),

sales as (
    select
        count(*) as order_lines,
        coalesce(sum(quantity), 0)::bigint as units_sold,
        coalesce(sum(line_amount), 0)::decimal(18, 4) as goods_sales
    from core.order_lines
),

rmas as (
    select
        count(*) as n_rmas,
        count(*) filter (where customer_id is null) as anonymous_rmas
    from core.rmas
),

returns as (
    select
        count(*) as rma_lines,
        count(*) filter (where is_returned) as returned_lines,
        coalesce(sum(quantity) filter (where is_returned), 0)::bigint as returned_units,
        coalesce(sum(requested_amount) filter (where is_returned), 0)::decimal(18, 4) as value_returned,
        coalesce(sum(refund_amount), 0)::decimal(18, 4) as refunds,
        count(*) filter (where match_method <> 'none') as matched_lines,
        min(requested_at) as first_at,
        max(requested_at) as last_at
    from lines
),

returned_orders as (
    select count(distinct rma_matches.order_id) as orders_with_return
    from core.rma_matches as rma_matches
    inner join lines
        on rma_matches.rma_id = lines.rma_id and rma_matches.rma_line_id = lines.rma_line_id
    where lines.is_returned
),

costs as (
    select
        coalesce(sum(amount) filter (where amount > 0), 0)::decimal(18, 4) as gross_cost,
        coalesce(sum(amount) filter (where amount < 0), 0)::decimal(18, 4) as recoveries,
        coalesce(sum(amount), 0)::decimal(18, 4) as total_return_cost
    from report.return_costs
)

select
    least(orders.first_at, returns.first_at)::date as period_from,
    greatest(orders.last_at, returns.last_at)::date as period_to,
    getvariable('as_of')::timestamp as as_of,
    getvariable('reporting_currency')::varchar as currency,
    orders.n_orders as orders,
    returned_orders.orders_with_return,
    sales.order_lines,
    sales.units_sold,
    sales.goods_sales,
    rmas.n_rmas as rmas,
    rmas.anonymous_rmas,
    returns.rma_lines,
    returns.returned_lines,
    returns.returned_units,
    returns.value_returned,
    returns.refunds,
    costs.gross_cost,
    costs.recoveries,
    costs.total_return_cost,
    round(costs.total_return_cost / nullif(rmas.n_rmas, 0), 4)::decimal(18, 4) as cost_per_rma,
    costs.total_return_cost::double / nullif(sales.goods_sales, 0)::double as cost_share_of_sales,
    returns.returned_units::double / nullif(sales.units_sold, 0)::double as unit_return_rate,
    returns.value_returned::double / nullif(sales.goods_sales, 0)::double as value_return_rate,
    returned_orders.orders_with_return::double / nullif(orders.n_orders, 0)::double as order_return_rate,
    returns.matched_lines,
    returns.rma_lines - returns.matched_lines as unmatched_lines,
    returns.matched_lines::double / nullif(returns.rma_lines, 0)::double as matched_line_share
from orders
cross join sales
cross join rmas
cross join returns
cross join returned_orders
cross join costs

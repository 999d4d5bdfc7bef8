-- One row a shopper who bought or returned: what they bought, what came back, what they are worth after returns.
with bought as (
    select
        customer_id,
        count(*) as n_orders,
        min(ordered_at)::date as first_ordered_on,
        max(ordered_at)::date as last_ordered_on
    from core.orders
    where customer_id is not null
    group by customer_id
),

goods as (
    select
        customer_id,
        count(*) as n_lines,
        sum(quantity)::bigint as n_units,
        coalesce(sum(line_amount), 0)::decimal(18, 4) as sales,
        sum(quantity * unit_cost)::decimal(18, 4) as goods_cost,
        count(*) filter (where unit_cost is null or line_amount is null) as n_unknown
    from core.order_lines
    where customer_id is not null
    group by customer_id
),

returned_orders as (
    select
        order_id,
        bool_or(is_gift) as is_gift
    from core.orders
    where
        order_id in (
            select lines.order_id
            from report.report_return_lines as lines
            where lines.is_returned and lines.is_matched
        )
    group by order_id
),

-- A bracket is an order's lines of one style in several SKUs or sizes.
brackets as (
    select
        order_id,
        style_id
    from core.order_lines
    where style_id is not null and order_id in (select returned_orders.order_id from returned_orders)
    group by order_id, style_id
    having min(sku) <> max(sku) or min(coalesce(size, '')) <> max(coalesce(size, ''))
),

lines as (
    select
        lines.customer_id,
        lines.order_id,
        lines.is_returned,
        lines.is_matched,
        lines.quantity,
        lines.refunds,
        lines.cost,
        lines.condition_grade,
        brackets.order_id is not null as is_bracket,
        coalesce(lines.condition_grade in ('B', 'C', 'D'), false)
        and reasons.reason_group not in ('defect', 'damaged', 'not_as_described', 'wrong_item') as is_worn,
        coalesce(returned_orders.is_gift, false) or reasons.reason_group = 'gift' as is_gift
    from report.report_return_lines as lines
    inner join report.report_reason_groups as reasons
        on lines.reason = reasons.reason and lines.claim_type = reasons.claim_type
    left join returned_orders on lines.order_id = returned_orders.order_id
    left join brackets on lines.order_id = brackets.order_id and lines.style_id = brackets.style_id
    where lines.customer_id is not null
),

returned as (
    select
        customer_id,
        count(*) filter (where is_returned) as n_returned,
        count(*) filter (where is_returned and is_matched) as n_matched,
        coalesce(sum(quantity) filter (where is_returned), 0)::bigint as n_units,
        sum(refunds)::decimal(18, 4) as refunds,
        sum(cost)::decimal(18, 4) as cost,
        count(*) filter (where is_returned and is_bracket) as n_bracket,
        count(distinct order_id) filter (where is_returned and is_bracket) as n_bracket_orders,
        count(*) filter (where is_returned and is_worn) as n_worn,
        count(condition_grade) filter (where is_returned) as n_inspected,
        count(*) filter (where is_returned and is_gift) as n_gift
    from lines
    group by customer_id
),

shop as (
    select sum(least(coalesce(returned.n_matched, 0), goods.n_lines)) / nullif(sum(goods.n_lines), 0) as rate
    from goods
    left join returned on goods.customer_id = returned.customer_id
),

figures as (
    select
        coalesce(goods.customer_id, bought.customer_id, returned.customer_id) as customer_id,
        bought.first_ordered_on,
        bought.last_ordered_on,
        coalesce(bought.n_orders, 0) as orders,
        coalesce(goods.n_lines, 0) as order_lines,
        coalesce(goods.n_units, 0) as units_bought,
        coalesce(goods.sales, 0)::decimal(18, 4) as sales,
        coalesce(returned.n_returned, 0) as returned_lines,
        coalesce(returned.n_units, 0) as returned_units,
        coalesce(returned.refunds, 0)::decimal(18, 4) as refunds,
        coalesce(returned.cost, 0)::decimal(18, 4) as cost,
        if(goods.n_unknown = 0, goods.sales - goods.goods_cost, null)::decimal(18, 4) as margin,
        least(coalesce(returned.n_matched, 0), goods.n_lines) as n_matched,
        coalesce(returned.n_bracket, 0) as bracket_lines,
        coalesce(returned.n_worn, 0) as worn_lines,
        coalesce(returned.n_gift, 0) as gift_lines,
        coalesce(returned.n_bracket_orders >= 2 and returned.n_bracket * 2 >= returned.n_returned, false)
            as is_bracketing,
        coalesce(returned.n_worn >= 2 and returned.n_worn * 2 >= returned.n_inspected, false) as is_wardrobing_like,
        coalesce(returned.n_gift > 0 and returned.n_gift * 2 >= returned.n_returned, false) as is_gift_returner,
        least(greatest(shop.rate * 2, 0.2), 0.5) as heavy_rate,
        (least(coalesce(returned.n_matched, 0), goods.n_lines) + 5 * shop.rate) / (goods.n_lines + 5) as rate,
        goods.n_lines + 5 as weight
    from goods
    full join bought on goods.customer_id = bought.customer_id
    full join returned on coalesce(goods.customer_id, bought.customer_id) = returned.customer_id
    cross join shop
),

marked as (
    select
        *,
        (margin - cost)::decimal(18, 4) as contribution,
        coalesce(returned_lines >= 5 and rate >= heavy_rate, false) as is_heavy
    from figures
)

select
    customer_id,
    case
        when returned_lines = 0 then 'no_returns'
        when is_heavy and contribution > 0 then 'profitable_heavy'
        when is_wardrobing_like then 'wardrobing_like'
        when is_bracketing then 'bracketing'
        when is_gift_returner then 'gift'
        when is_heavy then 'serial_returner'
        else 'regular'
    end as segment,
    first_ordered_on,
    last_ordered_on,
    orders,
    order_lines,
    units_bought,
    sales,
    returned_lines,
    returned_units,
    refunds,
    (sales - refunds)::decimal(18, 4) as net_sales,
    margin,
    cost,
    contribution,
    rate as return_rate,
    (
        rate + 1.920729 / weight - 1.959964 * sqrt(rate * (1 - rate) / weight + 0.960365 / (weight * weight))
    ) / (1 + 3.841459 / weight) as rate_low,
    (
        rate + 1.920729 / weight + 1.959964 * sqrt(rate * (1 - rate) / weight + 0.960365 / (weight * weight))
    ) / (1 + 3.841459 / weight) as rate_high,
    order_lines < 10 as is_small,
    bracket_lines,
    worn_lines,
    gift_lines,
    is_heavy,
    is_bracketing,
    is_wardrobing_like,
    is_gift_returner
from marked
order by customer_id

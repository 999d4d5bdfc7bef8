-- One row a style and one a style and size: how often it came back as too small or too large, and which way it leans.
with goods as (
    select
        sku,
        coalesce(style_id, sku) as style_id,
        product_name,
        category
    from core.products
),

sold as (
    select
        sku,
        size,
        count(*) as n_sold
    from core.order_lines
    group by sku, size
),

-- A sold line counts once a direction, however many RMA lines bring it back.
said as (
    select
        reasons.reason_group,
        min(lines.sku) as sku,
        min(lines.size) as size,
        sum(lines.cost) as cost
    from report.report_return_lines as lines
    inner join report.report_reason_groups as reasons
        on lines.reason = reasons.reason and lines.claim_type = reasons.claim_type
    where lines.is_returned and lines.is_matched and reasons.reason_group in ('too_small', 'too_large')
    group by lines.order_id, lines.line_id, reasons.reason_group
),

counts as (
    select
        sku,
        size,
        count(*) filter (where reason_group = 'too_small') as n_small,
        count(*) filter (where reason_group = 'too_large') as n_large,
        sum(cost) as cost
    from said
    group by sku, size
),

cells as (
    select
        goods.style_id,
        sold.size,
        goods.product_name,
        goods.category,
        sold.n_sold,
        coalesce(counts.n_small, 0) as n_small,
        coalesce(counts.n_large, 0) as n_large,
        coalesce(counts.cost, 0) as cost
    from sold
    inner join goods on sold.sku = goods.sku
    left join counts on sold.sku = counts.sku and sold.size is not distinct from counts.size
),

figures as (
    select
        'style' as level,
        style_id,
        null as size,
        min(product_name) as product_name,
        min(category) as category,
        sum(n_sold)::bigint as sold_lines,
        sum(n_small)::bigint as n_small,
        sum(n_large)::bigint as n_large,
        sum(cost)::decimal(18, 4) as cost
    from cells
    group by style_id
    union all
    select
        'size' as level,
        style_id,
        size,
        min(product_name) as product_name,
        min(category) as category,
        sum(n_sold)::bigint as sold_lines,
        sum(n_small)::bigint as n_small,
        sum(n_large)::bigint as n_large,
        sum(cost)::decimal(18, 4) as cost
    from cells
    where size is not null
    group by style_id, size
),

-- Ten further returns, five either way, draw the balance of a few to the middle.
balanced as (
    select
        *,
        n_small + n_large as n_sizing,
        (n_small - n_large) / greatest(sold_lines, n_small + n_large)::double as net_small_rate,
        (n_small - n_large) / (n_small + n_large + 10)::double as balance,
        n_small / (n_small + n_large)::double as raw_share
    from figures
    where n_small + n_large > 0
),

bounded as (
    select
        *,
        (
            raw_share + 1.920729 / n_sizing
            - 1.959964 * sqrt(raw_share * (1 - raw_share) / n_sizing + 0.960365 / (n_sizing * n_sizing))
        ) / (1 + 3.841459 / n_sizing) as small_share_low,
        (
            raw_share + 1.920729 / n_sizing
            + 1.959964 * sqrt(raw_share * (1 - raw_share) / n_sizing + 0.960365 / (n_sizing * n_sizing))
        ) / (1 + 3.841459 / n_sizing) as small_share_high
    from balanced
)

select
    level,
    style_id,
    size,
    product_name,
    category,
    sold_lines,
    n_small,
    n_large,
    net_small_rate,
    balance,
    2 * small_share_low - 1 as balance_low,
    2 * small_share_high - 1 as balance_high,
    n_sizing < 10 as is_small,
    case
        when small_share_low > 0.5 and net_small_rate >= 0.02 then 'advise_a_size_up'
        when small_share_high < 0.5 and net_small_rate <= -0.02 then 'advise_a_size_down'
        when n_sizing >= 10 then 'true_to_size'
    end as advice,
    cost
from bounded
order by level desc, cost desc, style_id asc, size asc

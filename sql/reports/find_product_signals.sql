-- One row a SKU, style, supplier or lot and signal that goods came back for: its rate, its place in the funnel of like
-- ones, and when it was first seen. Limits are those of a beta-binomial: the products' own spread widens them.
with sized as (
    select
        *,
        greatest(expected_lines / sold_lines, 0.000001) as share
    from report.report_product_counts
),

-- The spread of like products beyond chance: from squared scores, of which the outermost tenth on either side is drawn
-- in, so that the unusual does not hide itself (0.6787 is what that leaves of the variance of a normal score). Fewer
-- than ten products tell no spread.
scores as (
    select
        level,
        signal,
        sold_lines,
        ((n_lines - sold_lines * share) / sqrt(sold_lines * share * (1 - share)))::decimal(18, 8) as score
    from sized
    where sold_lines >= 30 and sold_lines * share >= 1
),

fences as (
    select
        level,
        signal,
        quantile_cont(score, 0.1) as low,
        quantile_cont(score, 0.9) as high
    from scores
    group by level, signal
),

spreads as (
    select
        scores.level,
        scores.signal,
        (
            sum(power(least(greatest(scores.score, fences.low), fences.high)::double, 2)::decimal(24, 8))::double
            / 0.6787 - count(*)
        ) / sum(scores.sold_lines - 1) as spread
    from scores
    inner join fences on scores.level = fences.level and scores.signal = fences.signal
    group by scores.level, scores.signal
    having count(*) >= 10
),

spread as (
    select
        sized.*,
        least(greatest(coalesce(spreads.spread, 0.001), 0.001), 0.2) as rho
    from sized
    left join spreads on sized.level = spreads.level and sized.signal = spreads.signal
    where sized.n_lines > 0
),

-- What may be a signal is followed from day to day: no limit lies nearer than this, but where most come back.
watched as (
    select *
    from spread
    where
        n_lines >= 3
        and n_lines > sold_lines * share
        + if(share > 0.5, 2.5, 3.09) * sqrt(sold_lines * share * (1 - share) * (1 + (sold_lines - 1) * rho))
),

members as (
    select
        sku,
        unnest([
            { 'level': 'sku', 'subject': sku },
            { 'level': 'style', 'subject': style_id },
            { 'level': 'supplier', 'subject': supplier_id },
            { 'level': 'lot', 'subject': sku }
        ]) as place
    from core.products
),

watched_goods as (
    select
        members.sku,
        watched.*
    from watched
    inner join members on watched.level = members.place['level'] and watched.subject = members.place['subject']
),

claim_days as (
    select
        watched_goods.level,
        watched_goods.subject,
        watched_goods.sold_month,
        watched_goods.signal,
        claims.requested_on as seen_on,
        sum(claims.n_lines)::bigint as n_lines,
        0 as n_sold
    from report.product_claims as claims
    inner join watched_goods
        on
            claims.sku = watched_goods.sku
            and claims.signal = watched_goods.signal
            and coalesce(watched_goods.sold_month, claims.sold_month) = claims.sold_month
    group by
        watched_goods.level, watched_goods.subject, watched_goods.sold_month, watched_goods.signal, claims.requested_on
),

sku_days as (
    select
        sku,
        ordered_at::date as sold_on,
        count(*) as n_sold
    from core.order_lines
    where ordered_at is not null and sku in (select watched_goods.sku from watched_goods)
    group by sku, ordered_at::date
),

sale_days as (
    select
        watched_goods.level,
        watched_goods.subject,
        watched_goods.sold_month,
        watched_goods.signal,
        sku_days.sold_on as seen_on,
        0 as n_lines,
        sum(sku_days.n_sold) as n_sold
    from sku_days
    inner join watched_goods
        on
            sku_days.sku = watched_goods.sku
            and coalesce(watched_goods.sold_month, date_trunc('month', sku_days.sold_on)::date)
            = date_trunc('month', sku_days.sold_on)::date
    group by
        watched_goods.level, watched_goods.subject, watched_goods.sold_month, watched_goods.signal, sku_days.sold_on
),

moved as (
    select * from claim_days
    union all
    select * from sale_days
),

days as (
    select
        level,
        subject,
        sold_month,
        signal,
        seen_on,
        sum(n_lines) as n_lines,
        sum(n_sold) as n_sold
    from moved
    group by level, subject, sold_month, signal, seen_on
),

running as (
    select
        level,
        subject,
        sold_month,
        signal,
        seen_on,
        n_lines as n_new,
        sum(n_lines) over so_far as n_lines,
        sum(n_sold) over so_far as n_sold
    from days
    window so_far as (
        partition by level, subject, sold_month, signal
        order by seen_on rows between unbounded preceding and current row
    )
),

-- Points of the funnel: each subject as it stands now, and the watched ones as they stood on each day of a claim.
points as (
    select
        *,
        null::date as seen_on
    from spread
    union all by name
    select
        watched.level,
        watched.subject,
        watched.sold_month,
        watched.signal,
        running.n_lines::bigint as n_lines,
        greatest(running.n_sold, running.n_lines)::bigint as sold_lines,
        watched.share,
        watched.rho,
        running.seen_on
    from running
    inner join watched
        on
            running.level = watched.level
            and running.subject = watched.subject
            and running.sold_month is not distinct from watched.sold_month
            and running.signal = watched.signal
    where running.n_new > 0 and running.n_lines >= 3
),

moments as (
    select
        *,
        share * (1 / rho - 1) as a,
        (1 - share) * (1 / rho - 1) as b,
        sqrt(sold_lines * share * (1 - share) * (1 + (sold_lines - 1) * rho)) as deviation
    from points
),

skewed as (
    select
        *,
        case
            when abs(b - a) < 0.000001 then 0.000001
            else
                (a + b + 2 * sold_lines) * (b - a) / (a + b + 2)
                * sqrt((1 + a + b) / (sold_lines * a * b * (sold_lines + a + b)))
        end as skew
    from moments
),

-- Upper limits by the expansion of Cornish and Fisher, lower ones by that of Wilson and Hilferty.
limited as (
    select
        *,
        (sold_lines * share + deviation * (1.959964 + 2.841459 * skew / 6)) / sold_lines as usual_high,
        (sold_lines * share + deviation * (3.090232 + 8.549534 * skew / 6)) / sold_lines as limit_high,
        (
            sold_lines * share
            + deviation * 2 / skew * (power(1 - 1.959964 * skew / 6 - skew * skew / 36, 3) - 1)
        ) / sold_lines as usual_low,
        (
            sold_lines * share
            + deviation * 2 / skew * (power(1 - 3.090232 * skew / 6 - skew * skew / 36, 3) - 1)
        ) / sold_lines as limit_low
    from skewed
),

seen as (
    select
        level,
        subject,
        sold_month,
        signal,
        min(seen_on) as first_seen_on
    from limited
    where seen_on is not null and n_lines / sold_lines > limit_high
    group by level, subject, sold_month, signal
),

told as (
    select
        limited.* exclude (seen_on),
        seen.first_seen_on,
        limited.n_lines >= 3 and limited.n_lines / limited.sold_lines > limited.limit_high as is_signal,
        (limited.n_lines + limited.share * least(limited.a + limited.b, 100))
        / (limited.sold_lines + least(limited.a + limited.b, 100)) as rate,
        limited.sold_lines + least(limited.a + limited.b, 100) as weight
    from limited
    left join seen
        on
            limited.level = seen.level
            and limited.subject = seen.subject
            and limited.sold_month is not distinct from seen.sold_month
            and limited.signal = seen.signal
    where limited.seen_on is null
)

select
    told.level,
    told.subject,
    told.sold_month,
    told.signal,
    goods.product_name,
    told.category,
    told.sold_lines,
    told.n_lines,
    told.n_lines / told.sold_lines as raw_rate,
    told.rate,
    (
        told.rate + 1.920729 / told.weight
        - 1.959964 * sqrt(told.rate * (1 - told.rate) / told.weight + 0.960365 / (told.weight * told.weight))
    ) / (1 + 3.841459 / told.weight) as rate_low,
    (
        told.rate + 1.920729 / told.weight
        + 1.959964 * sqrt(told.rate * (1 - told.rate) / told.weight + 0.960365 / (told.weight * told.weight))
    ) / (1 + 3.841459 / told.weight) as rate_high,
    told.share as expected_rate,
    least(greatest(told.limit_low, 0), 1) as limit_low,
    least(greatest(told.usual_low, 0), 1) as usual_low,
    least(told.usual_high, 1) as usual_high,
    least(told.limit_high, 1) as limit_high,
    case
        when told.is_signal then 'unusually_high'
        when told.n_lines / told.sold_lines > told.usual_high then 'high'
        when told.n_lines / told.sold_lines < told.limit_low then 'unusually_low'
        when told.n_lines / told.sold_lines < told.usual_low then 'low'
        else 'usual'
    end as standing,
    told.is_signal,
    told.sold_lines < 30 as is_small,
    if(told.is_signal, told.first_seen_on, null) as first_seen_on,
    told.cost,
    greatest(told.n_lines - told.sold_lines * told.share, 0) as excess_lines,
    (
        told.cost::double * greatest(told.n_lines - told.sold_lines * told.share, 0) / told.n_lines
    )::decimal(18, 4) as excess_cost
from told
left join core.products as goods on if(told.level in ('sku', 'lot'), told.subject, null) = goods.sku
order by told.is_signal desc, excess_cost desc, told.level asc, told.subject asc, told.sold_month asc, told.signal asc

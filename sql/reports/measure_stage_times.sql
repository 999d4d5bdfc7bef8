-- How long the steps of RMA lines take, and how long they take once those that still wait are counted (Kaplan-Meier).
-- Spans are counted in tenths of a day first, so that every figure below is made of a few thousand rows.
with stages as (
    select
        unnest(range(1, 8)) as stage,
        unnest([
            'requested to authorized',
            'authorized to shipped',
            'shipped to received',
            'received to inspected',
            'inspected to refunded',
            'received to refunded',
            'requested to refunded'
        ]) as name
),

-- Held: one thread alone reads a table that was made in the same transaction, and all work on what is held.
steps as materialized (
    select *
    from report.report_return_steps
),

spans as (
    select
        return_method,
        carrier,
        is_open,
        step_number,
        unnest([
            { 'stage': 1, 'step': 2, 'since': requested_at, 'until': authorized_at },
            { 'stage': 2, 'step': 3, 'since': authorized_at, 'until': shipped_at },
            { 'stage': 3, 'step': 4, 'since': shipped_at, 'until': received_at },
            { 'stage': 4, 'step': 5, 'since': received_at, 'until': inspected_at },
            { 'stage': 5, 'step': 6, 'since': inspected_at, 'until': refunded_at },
            { 'stage': 6, 'step': 6, 'since': received_at, 'until': refunded_at },
            { 'stage': 7, 'step': 6, 'since': requested_at, 'until': refunded_at }
        ]) as span
    from steps
),

cells as (
    select
        span['stage'] as stage,
        date_trunc('month', span['since'])::date as month,
        coalesce(return_method, '(not given)') as return_method,
        coalesce(carrier, '(not given)') as carrier,
        case
            when span['until'] >= span['since'] then (epoch_us(span['until']) - epoch_us(span['since'])) // 8640000000
            when span['until'] is null and is_open and step_number < span['step']
                then (epoch_us(getvariable('as_of')::timestamp) - epoch_us(span['since'])) // 8640000000
        end as tenths,
        count(*) filter (where span['until'] >= span['since']) as n_done,
        count(*) filter (where span['until'] is null and is_open and step_number < span['step']) as n_waiting,
        count(*) filter (where span['until'] is null and not (is_open and step_number < span['step'])) as n_without,
        sum(epoch_us(span['until']) - epoch_us(span['since'])) filter (where span['until'] >= span['since']) as done_us
    from spans
    where span['since'] is not null
    group by all
),

grouped as (
    select
        stage,
        case grouping(month, return_method, carrier)
            when 7 then 'all'
            when 3 then 'month'
            when 5 then 'return_method'
            when 6 then 'carrier'
        end as dimension,
        coalesce(strftime(month, '%Y-%m'), return_method, carrier, '(all)') as value,
        tenths,
        sum(n_done)::bigint as n_done,
        sum(n_waiting)::bigint as n_waiting,
        sum(n_without)::bigint as n_without,
        sum(done_us) as done_us
    from cells
    group by grouping sets (
        (stage, tenths), (stage, tenths, month), (stage, tenths, return_method), (stage, tenths, carrier)
    )
),

totals as (
    select
        stage,
        dimension,
        value,
        sum(n_done)::bigint as n_done,
        sum(n_waiting)::bigint as n_waiting,
        sum(n_without)::bigint as n_without,
        sum(done_us)::double / nullif(sum(n_done), 0)::double / 86400000000 as mean_days
    from grouped
    group by stage, dimension, value
),

-- n_done and n_waiting of a span up to each length; at risk are all that last at least so long.
curves as (
    select
        grouped.stage,
        grouped.dimension,
        grouped.value,
        grouped.tenths,
        grouped.n_done,
        sum(grouped.n_done) over lengths as n_done_so_far,
        totals.n_done + totals.n_waiting - (sum(grouped.n_done + grouped.n_waiting) over lengths)
        + grouped.n_done + grouped.n_waiting as n_at_risk,
        totals.n_done as n_done_in_all
    from grouped
    inner join totals
        on
            grouped.stage = totals.stage
            and grouped.dimension = totals.dimension
            and grouped.value = totals.value
    where grouped.tenths is not null and grouped.n_done + grouped.n_waiting > 0
    window
        lengths as (
            partition by grouped.stage, grouped.dimension, grouped.value
            order by grouped.tenths
            rows between unbounded preceding and current row
        )
),

survival as (
    select
        *,
        sum(case when n_done = n_at_risk then -1000 else ln(1 - n_done::double / n_at_risk) end)
            over lengths as log_left,
        sum(
            case when n_done < n_at_risk then n_done::double / n_at_risk::double / (n_at_risk - n_done)::double end
        ) over lengths as greenwood
    from curves
    window
        lengths as (
            partition by stage, dimension, value
            order by tenths
            rows between unbounded preceding and current row
        )
),

-- The bounds of the share that still waits, on the scale on which they stay between 0 and 1.
bounds as (
    select
        *,
        exp(log_left) as left_share,
        case
            when log_left < 0 then exp(log_left * exp(1.96 * sqrt(coalesce(greenwood, 0)) / -log_left))
        end as left_low,
        case
            when log_left < -500 then 0
            when log_left < 0 then exp(log_left * exp(-1.96 * sqrt(coalesce(greenwood, 0)) / -log_left))
        end as left_high
    from survival
),

quantiles as (
    select
        stage,
        dimension,
        value,
        min(tenths) filter (where n_done_so_far * 2 >= n_done_in_all and n_done > 0) as p50,
        min(tenths) filter (where n_done_so_far * 10 >= n_done_in_all * 9 and n_done > 0) as p90,
        min(tenths) filter (where left_share <= 0.500000001) as p50_estimate,
        min(tenths) filter (where left_low <= 0.500000001) as p50_low,
        min(tenths) filter (where left_high <= 0.500000001) as p50_high,
        min(tenths) filter (where left_share <= 0.100000001) as p90_estimate,
        min(tenths) filter (where left_low <= 0.100000001) as p90_low,
        min(tenths) filter (where left_high <= 0.100000001) as p90_high
    from bounds
    group by stage, dimension, value
)

select
    stages.name as stage,
    totals.dimension,
    totals.value,
    totals.n_done,
    totals.n_waiting,
    totals.n_without,
    totals.mean_days,
    quantiles.p50 / 10 as p50_days,
    quantiles.p90 / 10 as p90_days,
    quantiles.p50_estimate / 10 as p50_days_estimate,
    quantiles.p50_low / 10 as p50_days_low,
    quantiles.p50_high / 10 as p50_days_high,
    quantiles.p90_estimate / 10 as p90_days_estimate,
    quantiles.p90_low / 10 as p90_days_low,
    quantiles.p90_high / 10 as p90_days_high,
    totals.n_done < 30 as is_small
from totals
inner join stages on totals.stage = stages.stage
left join quantiles
    on
        totals.stage = quantiles.stage
        and totals.dimension = quantiles.dimension
        and totals.value = quantiles.value
order by stages.name, totals.dimension, totals.value

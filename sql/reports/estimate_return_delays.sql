-- How long returns take, for all goods and for each category with enough of them. Returns that are still to come are
-- not seen, so delays are read backwards (Lynden-Bell, Woodroofe): of the returns within k days, of orders that are
-- at least k days old, which share took all k days. The product of what is left is the share that comes within k days.
with delays as (
    select
        category,
        greatest(date_diff('day', ordered_at, requested_at), 0) as delay,
        greatest(date_diff('day', ordered_at, getvariable('as_of')::timestamp), 0) as age
    from report.report_return_lines
    where is_returned and is_matched and ordered_at is not null
),

grouped as (
    select
        coalesce(category, '(not given)') as category,
        least(delay, age) as delay,
        age,
        count(*) as n_lines
    from delays
    group by all
),

told as (
    select
        '(all)' as category,
        delay,
        age,
        n_lines
    from grouped
    union all
    select
        category,
        delay,
        age,
        n_lines
    from grouped
    qualify sum(n_lines) over (partition by category) >= 500
),

-- At risk of day k: returns within k days of orders of k days and more; no order is younger than its return.
events as (
    select
        category,
        delay as day,
        n_lines as n_returned,
        0::bigint as n_left
    from told
    union all
    select
        category,
        age + 1 as day,
        0::bigint as n_returned,
        n_lines as n_left
    from told
),

days as (
    select
        category,
        day,
        sum(n_returned)::bigint as n_returned,
        sum(n_left)::bigint as n_left
    from events
    group by category, day
),

at_risk as (
    select
        category,
        day,
        n_returned,
        (sum(n_returned - n_left) over (partition by category order by day))::bigint as n_at_risk
    from days
),

shares as (
    select
        category,
        day,
        n_returned,
        n_at_risk,
        sum(case when n_returned < n_at_risk then ln(1 - n_returned::double / n_at_risk) else -100 end)
            over (partition by category order by day desc) as log_before
    from at_risk
    where n_returned > 0
)

select
    category,
    day,
    n_returned,
    n_at_risk,
    round(coalesce(lead(exp(log_before)) over (partition by category order by day), 1), 9)::double as share_returned
from shares
order by category, day

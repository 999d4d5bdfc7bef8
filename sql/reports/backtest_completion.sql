-- One row a week of orders and an earlier cut: what it was completed to with what was known then, and what came within
-- 90 days of the order. A cut knows the orders and requests of the days before it, judged by what became of them;
-- delays are read backwards as in estimate_return_delays.
with sold as (
    select
        ordered_at::date as ordered_on,
        date_trunc('week', ordered_at)::date as cohort,
        count(*) as n_lines
    from core.order_lines
    where ordered_at is not null
    group by all
),

-- Lines of one RMA come back together: each counts its mates.
rmas as (
    select
        rma_id,
        count(*) as n_mates
    from report.report_return_lines
    where is_returned
    group by rma_id
),

returned as (
    select
        lines.ordered_at::date as ordered_on,
        greatest(lines.requested_at::date, lines.ordered_at::date) as requested_on,
        count(*) as n_lines,
        sum(rmas.n_mates)::bigint as n_mates
    from report.report_return_lines as lines
    inner join rmas on lines.rma_id = rmas.rma_id
    where
        lines.is_returned
        and lines.is_matched
        and lines.requested_at::date < lines.ordered_at::date + interval 90 day
    group by all
),

history as (
    select
        min(ordered_on) as first_on,
        (getvariable('as_of')::timestamp)::date as last_on
    from sold
),

-- A quarter of history at least, or nobody knows how long returns take; every other day of a year, to stay small.
steps as (
    select unnest(range(1, 456, 2)) as step
),

cuts as (
    select (history.last_on - to_days(steps.step::integer))::date as cut_on
    from history
    cross join steps
    where history.last_on - to_days(steps.step::integer) >= history.first_on + interval 91 day
),

known as (
    select
        cuts.cut_on,
        returned.ordered_on,
        date_diff('day', returned.ordered_on, returned.requested_on) as delay,
        date_diff('day', returned.ordered_on, cuts.cut_on) as days_left,
        returned.n_lines,
        returned.n_mates
    from returned
    inner join cuts on returned.requested_on < cuts.cut_on
),

events as (
    select
        cut_on,
        delay as day,
        n_lines as n_returned,
        0::bigint as n_left
    from known
    union all
    select
        cut_on,
        days_left as day,
        0::bigint as n_returned,
        n_lines as n_left
    from known
),

days as (
    select
        cut_on,
        day,
        sum(n_returned)::bigint as n_returned,
        sum(n_left)::bigint as n_left
    from events
    group by cut_on, day
),

at_risk as (
    select
        cut_on,
        day,
        n_returned,
        sum(n_returned - n_left) over (partition by cut_on order by day) as n_at_risk
    from days
),

logs as (
    select
        cut_on,
        day,
        sum(case when n_returned < n_at_risk then ln(1 - n_returned::double / n_at_risk) else -100 end)
            over (partition by cut_on order by day desc) as log_before
    from at_risk
    where n_returned > 0
),

shares as (
    select
        cut_on,
        day,
        coalesce(lead(exp(log_before)) over (partition by cut_on order by day), 1) as share
    from logs
),

exposures as (
    select
        cuts.cut_on,
        sold.cohort,
        sold.ordered_on,
        sold.n_lines,
        date_diff('day', sold.ordered_on, cuts.cut_on) - 1 as age
    from sold
    inner join cuts on sold.cohort + interval 7 day <= cuts.cut_on
),

-- A day of orders is on average half a day short of its age.
ripe as (
    select
        exposures.cut_on,
        exposures.cohort,
        exposures.n_lines,
        ((coalesce(today.share, 0) + coalesce(yesterday.share, 0)) / 2)::decimal(18, 9) as share
    from exposures
    asof left join shares as today on exposures.cut_on = today.cut_on and exposures.age >= today.day
    asof left join shares as yesterday on exposures.cut_on = yesterday.cut_on and exposures.age - 1 >= yesterday.day
),

due as (
    select
        cut_on,
        cohort,
        sum(n_lines)::bigint as lines_sold,
        sum(n_lines * share)::double as lines_due
    from ripe
    group by cut_on, cohort
),

seen as (
    select
        cut_on,
        date_trunc('week', ordered_on)::date as cohort,
        sum(n_lines)::bigint as n_lines
    from known
    group by all
),

came as (
    select
        date_trunc('week', ordered_on)::date as cohort,
        sum(n_lines)::bigint as n_lines
    from returned
    group by all
),

-- What came is an answer only where 90 days have passed since the last order.
settled as (
    select cohort
    from sold
    group by cohort
    having cohort + interval 97 day <= getvariable('as_of')::timestamp
),

figures as (
    select
        due.cut_on,
        due.cohort,
        due.lines_sold,
        due.lines_due,
        coalesce(seen.n_lines, 0) as lines_returned,
        coalesce(came.n_lines, 0) as lines_came
    from due
    left join seen on due.cut_on = seen.cut_on and due.cohort = seen.cohort
    left join came on due.cohort = came.cohort
),

usual as (
    select
        cut_on,
        sum(lines_returned)::double / nullif(sum(lines_due::decimal(18, 6)), 0)::double as rate
    from figures
    group by cut_on
),

clumps as (
    select
        cut_on,
        sum(n_mates)::double / sum(n_lines)::double as clump
    from known
    group by cut_on
),

-- Cohorts tell how unlike they are once half of what is to come has come.
spread as (
    select
        figures.cut_on,
        any_value(usual.rate) as rate,
        sum(
            ((figures.lines_returned - usual.rate * figures.lines_due) ** 2 / figures.lines_due)::decimal(38, 9)
        )::double as chi,
        sum(figures.lines_due::decimal(38, 9))::double as lines_due,
        count(*) as n_cohorts
    from figures
    inner join usual on figures.cut_on = usual.cut_on
    where figures.lines_due > 0.5 * figures.lines_sold
    group by figures.cut_on
),

-- The weight of the usual rate, in lines due: the less, the more cohorts differ beyond chance (gamma and Poisson).
priors as (
    select
        spread.cut_on,
        spread.rate,
        clumps.clump,
        clumps.clump * spread.rate * spread.lines_due
        / greatest(spread.chi - clumps.clump * spread.rate * spread.n_cohorts, 0.000001) as weight
    from spread
    inner join clumps on spread.cut_on = clumps.cut_on
),

completed as (
    select
        figures.*,
        figures.lines_due / figures.lines_sold as maturity,
        priors.clump,
        coalesce(least(priors.weight, 1000000), 1000000) as weight,
        (figures.lines_returned + priors.rate * coalesce(least(priors.weight, 1000000), 1000000))
        / (figures.lines_due + coalesce(least(priors.weight, 1000000), 1000000)) as later_rate
    from figures
    inner join priors on figures.cut_on = priors.cut_on
    inner join settled on figures.cohort = settled.cohort
)

select
    cohort,
    cut_on,
    lines_sold,
    lines_returned,
    lines_came,
    maturity,
    lines_returned::double / lines_sold as naive_rate,
    (lines_returned + later_rate * (lines_sold - lines_due)) / lines_sold as completed_rate,
    sqrt(clump * later_rate * (lines_sold - lines_due) * (lines_sold + weight) / (lines_due + weight))
    / lines_sold as chance_error,
    lines_came::double / lines_sold as final_rate
from completed
where maturity < 0.95
order by cohort, cut_on

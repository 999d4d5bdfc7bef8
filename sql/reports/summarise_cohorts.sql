-- One row a month of orders and age in weeks: of the orders of that age and more, what had come back by then.
with sold as (
    select
        ordered_at::date as ordered_on,
        count(*) as n_lines,
        sum(quantity)::bigint as n_units
    from core.order_lines
    where ordered_at is not null
    group by ordered_at::date
),

returned as (
    select
        ordered_at::date as ordered_on,
        greatest(date_diff('day', ordered_at::date, requested_at::date), 0) // 7 + 1 as week,
        count(*) as n_lines,
        sum(quantity)::bigint as n_units
    from report.report_return_lines
    where is_returned and is_matched and ordered_at is not null
    group by all
),

weeks as (
    select unnest(range(1, 105)) as age_weeks
),

reached as (
    select
        sold.ordered_on,
        date_trunc('month', sold.ordered_on)::date as cohort,
        weeks.age_weeks,
        sold.n_lines,
        sold.n_units
    from sold
    inner join weeks
        on sold.ordered_on + to_days((7 * weeks.age_weeks)::integer) <= getvariable('as_of')::timestamp
),

back as (
    select
        reached.cohort,
        reached.age_weeks,
        sum(returned.n_lines)::bigint as n_lines,
        sum(returned.n_units)::bigint as n_units
    from reached
    inner join returned on reached.ordered_on = returned.ordered_on and reached.age_weeks >= returned.week
    group by reached.cohort, reached.age_weeks
),

cohorts as (
    select
        cohort,
        age_weeks,
        max(ordered_on) = least(last_day(cohort), (select max(sold.ordered_on) from sold)) as is_whole,
        sum(n_lines)::bigint as n_lines,
        sum(n_units)::bigint as n_units
    from reached
    group by cohort, age_weeks
),

shares as (
    select
        day,
        share_returned
    from report.report_return_delays
    where category = '(all)'
),

expected as (
    select
        weeks.age_weeks,
        coalesce(shares.share_returned, 0) as maturity
    from weeks
    asof left join shares on 7 * weeks.age_weeks - 1 >= shares.day
)

select
    cohorts.cohort,
    cohorts.age_weeks,
    cohorts.n_lines as lines_sold,
    coalesce(back.n_lines, 0) as lines_returned,
    cohorts.n_units as units_sold,
    coalesce(back.n_units, 0) as units_returned,
    coalesce(back.n_units, 0)::double / nullif(cohorts.n_units, 0) as unit_return_rate,
    expected.maturity,
    coalesce(back.n_units, 0)::double / nullif(cohorts.n_units, 0) / nullif(expected.maturity, 0)
        as completed_rate,
    cohorts.is_whole
from cohorts
inner join expected on cohorts.age_weeks = expected.age_weeks
left join back on cohorts.cohort = back.cohort and cohorts.age_weeks = back.age_weeks
order by cohorts.cohort, cohorts.age_weeks

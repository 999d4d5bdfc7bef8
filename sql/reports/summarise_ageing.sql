-- Open RMA lines by the step that they wait after and by age: what is at stake, and which one is the oldest.
with open_lines as (
    select
        rma_id,
        step_number,
        requested_at,
        getvariable('as_of')::date - requested_at::date as age_days,
        case when requested_amount is not null then greatest(requested_amount - refunds, 0) end::decimal(18, 4)
            as at_stake
    from report.report_return_steps
    where is_open
),

aged as (
    select
        *,
        case
            when age_days <= 2 then 0
            when age_days <= 7 then 3
            when age_days <= 14 then 8
            when age_days <= 30 then 15
            when age_days <= 60 then 31
            when age_days <= 90 then 61
            else 91
        end as age_from_days
    from open_lines
)

select
    case step_number
        when 1 then 'requested'
        when 2 then 'authorized'
        when 3 then 'shipped'
        when 4 then 'received'
        when 5 then 'inspected'
    end as step,
    step_number,
    case age_from_days
        when 0 then '0-2'
        when 3 then '3-7'
        when 8 then '8-14'
        when 15 then '15-30'
        when 31 then '31-60'
        when 61 then '61-90'
        else '91+'
    end as age_bucket,
    age_from_days::bigint as age_from_days,
    count(*) as n_lines,
    count(distinct rma_id) as n_rmas,
    sum(at_stake)::decimal(18, 4) as amount_at_stake,
    count(*) filter (where at_stake is null) as n_without_value,
    max(age_days)::bigint as oldest_days,
    arg_min(rma_id, (requested_at, rma_id)) as oldest_rma_id
from aged
group by step_number, age_from_days
order by step_number, age_from_days

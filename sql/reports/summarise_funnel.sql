-- How far RMA lines come: by step (reached or passed) and by status, for each claim type and all together.
with cells as (
    select
        claim_type,
        status,
        step_number,
        count(*) as n_lines,
        sum(quantity) as n_units,
        sum(requested_amount) as amount,
        count(*) filter (where is_open) as n_open,
        count(*) filter (where not is_authorized) as n_without_authorized,
        count(*) filter (where not is_sent) as n_without_shipped,
        count(*) filter (where not has_arrived) as n_without_received,
        count(*) filter (where not is_inspected) as n_without_inspected
    from report.report_return_steps
    group by claim_type, status, step_number
),

grouped as (
    select * from cells
    union all
    select
        '(all)' as claim_type,
        cells.* exclude (claim_type)
    from cells
),

totals as (
    select
        claim_type,
        sum(n_lines) as n_requested
    from grouped
    group by claim_type
),

steps as (
    select
        unnest(range(1, 7)) as number,
        unnest(['requested', 'authorized', 'shipped', 'received', 'inspected', 'refunded']) as step
),

by_step as (
    select
        grouped.claim_type,
        'step' as basis,
        steps.step,
        steps.number as step_number,
        coalesce(sum(grouped.n_lines) filter (where grouped.step_number >= steps.number), 0)::bigint as n_lines,
        coalesce(sum(grouped.n_units) filter (where grouped.step_number >= steps.number), 0)::bigint as n_units,
        coalesce(sum(grouped.amount) filter (where grouped.step_number >= steps.number), 0)::decimal(18, 4) as amount,
        coalesce(sum(grouped.n_open) filter (where grouped.step_number = steps.number), 0)::bigint as n_open,
        coalesce(sum(grouped.n_lines - grouped.n_open) filter (where grouped.step_number = steps.number), 0)::bigint
            as n_ended,
        coalesce(
            sum(
                case steps.number
                    when 2 then grouped.n_without_authorized
                    when 3 then grouped.n_without_shipped
                    when 4 then grouped.n_without_received
                    when 5 then grouped.n_without_inspected
                    else 0
                end
            ) filter (where grouped.step_number > steps.number),
            0
        )::bigint as n_skipped
    from grouped
    cross join steps
    group by grouped.claim_type, steps.step, steps.number
),

by_status as (
    select
        claim_type,
        'status' as basis,
        status as step,
        null::bigint as step_number,
        sum(n_lines)::bigint as n_lines,
        sum(n_units)::bigint as n_units,
        coalesce(sum(amount), 0)::decimal(18, 4) as amount,
        sum(n_open)::bigint as n_open,
        sum(n_lines - n_open)::bigint as n_ended,
        null::bigint as n_skipped
    from grouped
    group by claim_type, status
),

rows_of_both as (
    select * from by_step
    union all
    select * from by_status
)

select
    rows_of_both.claim_type,
    rows_of_both.basis,
    rows_of_both.step,
    rows_of_both.step_number,
    rows_of_both.n_lines,
    rows_of_both.n_units,
    rows_of_both.amount,
    rows_of_both.n_open,
    rows_of_both.n_ended,
    rows_of_both.n_skipped,
    rows_of_both.n_lines::double / totals.n_requested::double as share_of_requested,
    case
        when rows_of_both.basis = 'step'
            then
                rows_of_both.n_lines::double / nullif(
                    lag(rows_of_both.n_lines) over (
                        partition by rows_of_both.claim_type, rows_of_both.basis
                        order by rows_of_both.step_number, rows_of_both.step
                    ),
                    0
                )::double
    end as share_of_previous,
    totals.n_requested < 30 as is_small
from rows_of_both
inner join totals on rows_of_both.claim_type = totals.claim_type
order by rows_of_both.claim_type, rows_of_both.basis, rows_of_both.step_number, rows_of_both.step

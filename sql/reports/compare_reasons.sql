-- One row a group of stated reasons and a finding of the inspection: whether both fit, how many lines, what they cost.
with lines as (
    select
        reasons.reason_group,
        coalesce(lines.condition_grade, '(not inspected)') as finding,
        lines.is_returned,
        lines.refunds,
        lines.cost
    from report.report_return_lines as lines
    inner join report.report_reason_groups as reasons
        on lines.reason = reasons.reason and lines.claim_type = reasons.claim_type
),

cells as (
    select
        reason_group,
        finding,
        count(*) as n_lines,
        count(*) filter (where not is_returned) as n_refused,
        coalesce(sum(refunds), 0)::decimal(18, 4) as refunds,
        coalesce(sum(cost), 0)::decimal(18, 4) as cost
    from lines
    group by reason_group, finding
),

inspected as (
    select
        reason_group,
        sum(n_lines) as n_inspected
    from cells
    where finding <> '(not inspected)'
    group by reason_group
)

select
    cells.reason_group,
    cells.finding,
    case
        when cells.finding = '(not inspected)' or cells.reason_group in ('other', 'not_given') then 'says_nothing'
        when cells.finding = 'wrong_item' then if(cells.reason_group = 'wrong_item', 'fits', 'does_not_fit')
        when cells.finding in ('empty_box', 'missing')
            then if(cells.reason_group in ('not_received', 'missing_item'), 'fits', 'does_not_fit')
        when cells.reason_group in ('not_received', 'missing_item') then 'does_not_fit'
        when cells.reason_group in ('defect', 'damaged')
            then if(cells.finding = 'A', 'does_not_fit', if(cells.finding = 'B', 'says_nothing', 'fits'))
        when cells.reason_group in ('wrong_item', 'not_as_described', 'late_delivery')
            then if(cells.finding = 'D', 'does_not_fit', 'says_nothing')
        when cells.finding in ('C', 'D') then 'does_not_fit'
        else 'fits'
    end as agreement,
    cells.n_lines,
    if(
        cells.finding = '(not inspected)', null, cells.n_lines / nullif(inspected.n_inspected, 0)::double
    ) as share_of_inspected,
    coalesce(inspected.n_inspected, 0) < 30 as is_small,
    cells.n_refused,
    cells.refunds,
    cells.cost,
    round(cells.cost / cells.n_lines, 4)::decimal(18, 4) as cost_per_line
from cells
left join inspected on cells.reason_group = inspected.reason_group
order by cells.reason_group, cells.finding

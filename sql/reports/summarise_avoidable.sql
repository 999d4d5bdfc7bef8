-- One row a rule of avoidable returns, in the order in which they are asked, and one for all other lines of RMAs.
with rules as (
    select unnest([
        { 'rule': 'wrong_item_sent', 'precedence': 1 },
        { 'rule': 'damaged_on_the_way', 'precedence': 2 },
        { 'rule': 'late_delivery', 'precedence': 3 },
        { 'rule': 'wrong_description', 'precedence': 4 },
        { 'rule': 'known_defect', 'precedence': 5 },
        { 'rule': 'size_bias', 'precedence': 6 },
        { 'rule': 'support_contact', 'precedence': 7 },
        { 'rule': 'none', 'precedence': 8 }
    ]) as entry
),

lines as (
    select
        coalesce(avoidable.rule, 'none') as rule,
        count(*) as n_lines,
        sum(lines.quantity)::bigint as units,
        sum(lines.refunds)::decimal(18, 4) as refunds,
        sum(lines.cost)::decimal(18, 4) as cost
    from report.report_return_lines as lines
    left join report.report_avoidable_lines as avoidable
        on lines.rma_id = avoidable.rma_id and lines.rma_line_id = avoidable.rma_line_id
    group by coalesce(avoidable.rule, 'none')
),

totals as (
    select
        sum(n_lines) as n_lines,
        sum(cost) as cost
    from lines
),

-- Without stated reasons, or without contacts, nobody knows: null, not 0.
told as (
    select
        coalesce(bool_or(reason_group <> 'not_given'), false) as has_reasons,
        (select count(*) > 0 from core.support_contacts) as has_contacts
    from report.report_reason_groups
),

answered as (
    select
        rules.entry['rule'] as rule,
        rules.entry['precedence']::bigint as precedence,
        case rules.entry['rule']
            when 'none' then true
            when 'support_contact' then told.has_contacts
            else told.has_reasons
        end as is_answered
    from rules
    cross join told
)

select
    answered.rule,
    answered.precedence,
    answered.rule <> 'none' as is_avoidable,
    if(answered.is_answered, coalesce(lines.n_lines, 0), null) as n_lines,
    if(answered.is_answered, coalesce(lines.n_lines, 0) / nullif(totals.n_lines, 0)::double, null) as share_of_lines,
    if(answered.is_answered, coalesce(lines.units, 0), null) as units,
    if(answered.is_answered, coalesce(lines.refunds, 0), null)::decimal(18, 4) as refunds,
    if(answered.is_answered, coalesce(lines.cost, 0), null)::decimal(18, 4) as cost,
    if(
        answered.is_answered, coalesce(lines.cost, 0)::double / nullif(totals.cost, 0)::double, null
    ) as share_of_all,
    round(lines.cost / nullif(lines.n_lines, 0), 4)::decimal(18, 4) as cost_per_line
from answered
cross join totals
left join lines on answered.rule = lines.rule
order by answered.precedence

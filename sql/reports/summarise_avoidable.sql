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
)

select
    rules.entry['rule'] as rule,
    rules.entry['precedence']::bigint as precedence,
    rules.entry['rule'] <> 'none' as is_avoidable,
    coalesce(lines.n_lines, 0) as n_lines,
    coalesce(lines.n_lines, 0) / nullif(totals.n_lines, 0)::double as share_of_lines,
    coalesce(lines.units, 0) as units,
    coalesce(lines.refunds, 0)::decimal(18, 4) as refunds,
    coalesce(lines.cost, 0)::decimal(18, 4) as cost,
    coalesce(lines.cost, 0)::double / nullif(totals.cost, 0)::double as share_of_all,
    round(lines.cost / nullif(lines.n_lines, 0), 4)::decimal(18, 4) as cost_per_line
from rules
cross join totals
left join lines on rules.entry['rule'] = lines.rule
order by precedence

-- One row a returned RMA line that a rule of avoidable returns holds for; the first rule that holds is its rule.
with lines as (
    select
        lines.rma_id,
        lines.rma_line_id,
        lines.order_id,
        lines.customer_id,
        lines.sku,
        coalesce(lines.style_id, lines.sku) as style_id,
        lines.condition_grade,
        lines.claim_type,
        lines.ordered_at,
        lines.requested_at,
        lines.quantity,
        lines.refunds,
        lines.cost,
        reasons.reason_group
    from report.report_return_lines as lines
    inner join report.report_reason_groups as reasons
        on lines.reason = reasons.reason and lines.claim_type = reasons.claim_type
    where lines.is_returned
),

signals as (
    select
        level,
        subject,
        signal,
        min(first_seen_on) as first_seen_on
    from report.report_product_signals
    where is_signal and level in ('sku', 'style') and signal in ('not_as_described', 'defect')
    group by level, subject, signal
),

fits as (
    select
        style_id,
        advice
    from report.report_sizing
    where level = 'style' and advice in ('advise_a_size_up', 'advise_a_size_down')
),

contacts as (
    select
        contacted_at,
        customer_id,
        order_id
    from core.support_contacts
    where
        not regexp_matches(
            lower(replace(coalesce(topic, ''), '_', ' ')), 'return|refund|invoice|rücksend|retour|rechnung|factuur'
        )
),

contacted as (
    select
        lines.rma_id,
        lines.rma_line_id
    from lines
    inner join contacts on lines.order_id = contacts.order_id
    where contacts.contacted_at < lines.requested_at and contacts.contacted_at >= lines.requested_at - interval 14 day
    union
    select
        lines.rma_id,
        lines.rma_line_id
    from lines
    inner join contacts on lines.customer_id = contacts.customer_id
    where
        contacts.order_id is null
        and contacts.contacted_at < lines.requested_at
        and contacts.contacted_at >= lines.requested_at - interval 14 day
        and contacts.contacted_at >= lines.ordered_at
),

judged as (
    select
        lines.*,
        lines.reason_group = 'wrong_item' as is_wrong_item,
        lines.reason_group = 'damaged' and coalesce(lines.condition_grade <> 'A', true) as is_damaged,
        lines.reason_group = 'late_delivery' as is_late,
        coalesce(
            lines.reason_group = 'not_as_described' and (skus.subject is not null or styles.subject is not null), false
        ) as is_misdescribed,
        coalesce(
            lines.reason_group = 'defect' and lines.ordered_at >= least(skus.first_seen_on, styles.first_seen_on), false
        ) as is_known_defect,
        coalesce(
            (lines.reason_group = 'too_small' and fits.advice = 'advise_a_size_up')
            or (lines.reason_group = 'too_large' and fits.advice = 'advise_a_size_down'),
            false
        ) as is_size_bias,
        contacted.rma_id is not null
        and lines.reason_group in ('defect', 'not_as_described', 'changed_mind', 'other', 'not_given', 'wrong_size')
            as is_contacted
    from lines
    left join signals as skus on skus.level = 'sku' and lines.sku = skus.subject and lines.reason_group = skus.signal
    left join signals as styles
        on styles.level = 'style' and lines.style_id = styles.subject and lines.reason_group = styles.signal
    left join fits on lines.style_id = fits.style_id
    left join contacted on lines.rma_id = contacted.rma_id and lines.rma_line_id = contacted.rma_line_id
),

ruled as (
    select
        *,
        case
            when is_wrong_item then 'wrong_item_sent'
            when is_damaged then 'damaged_on_the_way'
            when is_late then 'late_delivery'
            when is_misdescribed then 'wrong_description'
            when is_known_defect then 'known_defect'
            when is_size_bias then 'size_bias'
            when is_contacted then 'support_contact'
        end as rule
    from judged
)

select
    rma_id,
    rma_line_id,
    order_id,
    sku,
    rule,
    is_contacted and rule <> 'support_contact' as is_contacted_too,
    quantity,
    refunds,
    cost
from ruled
where rule is not null
order by rma_id, rma_line_id

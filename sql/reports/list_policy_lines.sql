-- One row an RMA line that was accepted or denied: the facts that the clauses of a returns policy ask for, and the
-- ledger of the line, so that a policy can be replayed over it.
with verdicts as (
    select
        rma_id,
        arg_max(verdict, (decided_at, decided_by)) as verdict
    from core.review_labels
    group by rma_id
),

signs as (
    select
        scores.rma_id,
        scores.is_flagged,
        case verdicts.verdict when 'fraud' then true when 'legitimate' then false else scores.is_flagged end
            as is_suspicious
    from score.rma_scores as scores
    left join verdicts on scores.rma_id = verdicts.rma_id
),

-- Held: one thread alone reads a table that was made in the same transaction, and all work on what is held.
steps as materialized (
    select *
    from report.report_return_steps
),

lines as (
    select
        steps.*,
        coalesce(signs.is_flagged, false) as is_flagged,
        coalesce(signs.is_suspicious, false) as is_suspicious
    from steps
    left join signs on steps.rma_id = signs.rma_id
),

rmas as (
    select
        rma_id,
        count(*) as n_rma_lines,
        case when count(requested_amount) = count(*) then sum(requested_amount) end as rma_amount,
        bool_and(expects_goods and refunds > 0) as is_keepable
    from lines
    where is_returned or status = 'denied'
    group by rma_id
),

suspected as (
    select customer_id
    from lines
    where is_suspicious and customer_id is not null
    group by customer_id
),

sales as (
    select
        customer_id,
        sum(line_amount) as amount
    from core.order_lines
    where
        ordered_at > getvariable('as_of')::timestamp - interval 365 day
        and customer_id is not null
    group by customer_id
)

select
    lines.rma_id,
    lines.rma_line_id,
    lines.customer_id,
    lines.is_returned,
    lines.claim_type,
    lines.claim_type = 'return' and regexp_matches(
        lower(lines.reason),
        '(defect|damag|broken|faulty|quality|not.as.described|^wrong.(item|colou?r)|missing|not.received'
        || '|late.delivery|undeliverable|not.compatible)'
    ) as is_shop_fault,
    lines.days_held,
    not lines.is_returned and coalesce(
        case lines.claim_type
            when 'return' then lines.days_held > lines.return_window_days
            when 'warranty' then lines.days_held > lines.warranty_days
        end,
        false
    ) as is_late_so_far,
    lines.is_opened,
    lines.has_arrived and lines.reports_authorization and not lines.is_authorized as is_unauthorized,
    lines.has_arrived,
    lines.refunds > 0 and coalesce(lines.refund_method in ('original', 'other_card', 'cash'), true) as is_paid_out,
    rmas.is_keepable,
    rmas.n_rma_lines,
    rmas.rma_amount::decimal(18, 4) as rma_amount,
    lines.requested_amount,
    coalesce(lines.fee_charged, -lines.fee_recovered)::decimal(18, 4) as fee_charged,
    lines.refunds,
    lines.outbound_shipping,
    lines.label,
    lines.handling,
    lines.refurbish,
    lines.write_off,
    lines.payment_fee,
    lines.support,
    lines.fee_recovered,
    lines.resale,
    lines.other_cost,
    lines.cost,
    lines.is_flagged,
    lines.is_suspicious,
    lines.customer_id is not null and suspected.customer_id is null as is_honest_shopper,
    sales.amount::decimal(18, 4) as shopper_sales
from lines
inner join rmas on lines.rma_id = rmas.rma_id
left join suspected on lines.customer_id = suspected.customer_id
left join sales on lines.customer_id = sales.customer_id
where lines.is_returned or lines.status = 'denied'
order by lines.rma_id, lines.rma_line_id

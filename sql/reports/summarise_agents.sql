-- One row an agent: what they handled, and how often they refunded against the rules, held against all agents.
with lines as (
    select
        agent_id,
        rma_id,
        refunds,
        cost,
        refunds > 0 as is_paid,
        refunds > 0 and is_matched and refunds > requested_amount as is_above_price,
        greatest(refunds - requested_amount, 0) as above_price,
        refunds > 0
        and expects_goods
        and (not has_arrived or coalesce(received_at > refunded_at, false)) as is_before_receipt,
        refunds > 0 and status in ('denied', 'cancelled', 'rejected') as is_despite_refusal,
        refunds > 0 and condition_grade in ('wrong_item', 'empty_box', 'missing') as is_wrong_goods,
        case when refunded_at >= received_at then epoch_us(refunded_at) - epoch_us(received_at) end as receipt_us
    from report.report_return_steps
    where agent_id is not null
),

agents as (
    select
        agent_id,
        count(*) as n_lines,
        count(distinct rma_id) as n_rmas,
        count(*) filter (where is_paid) as n_refunds,
        sum(refunds)::decimal(18, 4) as refunds,
        sum(cost)::decimal(18, 4) as cost,
        count(*) filter (where is_above_price) as n_above_price,
        coalesce(sum(above_price) filter (where is_above_price), 0)::decimal(18, 4) as amount_above_price,
        count(*) filter (where is_before_receipt) as n_before_receipt,
        count(*) filter (where is_despite_refusal) as n_despite_refusal,
        count(*) filter (where is_wrong_goods) as n_wrong_goods,
        count(*) filter (where is_above_price or is_before_receipt or is_despite_refusal or is_wrong_goods)
            as n_exceptions,
        quantile_disc(receipt_us, 0.5)::double / 86400000000 as p50_days_from_receipt
    from lines
    group by agent_id
),

shop as (
    select sum(n_exceptions)::double / nullif(sum(n_refunds), 0)::double as rate
    from agents
),

held_against as (
    select
        agents.*,
        shop.rate,
        3 * sqrt(shop.rate * (1 - shop.rate) / agents.n_refunds) as margin
    from agents
    left join shop on agents.n_refunds > 0
)

select
    agent_id,
    n_lines,
    n_rmas,
    n_refunds,
    refunds,
    cost,
    round(refunds / nullif(n_refunds, 0), 4)::decimal(18, 4) as refund_per_line,
    n_above_price,
    amount_above_price,
    n_before_receipt,
    n_despite_refusal,
    n_wrong_goods,
    n_exceptions,
    n_exceptions::double / nullif(n_refunds, 0)::double as exception_rate,
    rate as exception_rate_expected,
    (n_exceptions + 50 * rate) / (n_refunds + 50) as exception_rate_shrunken,
    case when margin is not null then greatest(rate - margin, 0) end as limit_low,
    case when margin is not null then least(rate + margin, 1) end as limit_high,
    n_refunds >= 30 and n_exceptions::double / n_refunds::double > rate + margin as is_above_limit,
    p50_days_from_receipt,
    n_refunds < 30 as is_small
from held_against
order by agent_id

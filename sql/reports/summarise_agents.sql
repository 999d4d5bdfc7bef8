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
)

select
    agents.agent_id,
    agents.n_lines,
    agents.n_rmas,
    agents.n_refunds,
    agents.refunds,
    agents.cost,
    round(agents.refunds / nullif(agents.n_refunds, 0), 4)::decimal(18, 4) as refund_per_line,
    agents.n_above_price,
    agents.amount_above_price,
    agents.n_before_receipt,
    agents.n_despite_refusal,
    agents.n_wrong_goods,
    agents.n_exceptions,
    agents.n_exceptions::double / nullif(agents.n_refunds, 0)::double as exception_rate,
    shop.rate as exception_rate_expected,
    case
        when agents.n_refunds > 0 then (agents.n_exceptions + 50 * shop.rate) / (agents.n_refunds + 50)
    end as exception_rate_shrunken,
    greatest(shop.rate - 3 * sqrt(shop.rate * (1 - shop.rate) / nullif(agents.n_refunds, 0)), 0) as limit_low,
    least(shop.rate + 3 * sqrt(shop.rate * (1 - shop.rate) / nullif(agents.n_refunds, 0)), 1) as limit_high,
    coalesce(
        agents.n_refunds >= 30
        and agents.n_exceptions::double / agents.n_refunds::double
        > shop.rate + 3 * sqrt(shop.rate * (1 - shop.rate) / agents.n_refunds),
        false
    ) as is_above_limit,
    agents.p50_days_from_receipt,
    agents.n_refunds < 30 as is_small
from agents
cross join shop
order by agents.agent_id

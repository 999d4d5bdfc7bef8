-- One row a chargeback: how it stands, and how much of it is a loss that no refund of its order is already.
with refunds as (
    select
        order_id,
        count(*) as n_rma_lines,
        coalesce(sum(refund_amount), 0) as refunds
    from core.rma_lines
    where order_id in (select chargebacks.order_id from core.chargebacks as chargebacks)
    group by order_id
),

disputes as (
    select
        chargebacks.chargeback_id,
        chargebacks.order_id,
        chargebacks.opened_at,
        chargebacks.reason,
        chargebacks.outcome,
        chargebacks.amount,
        coalesce(refunds.n_rma_lines, 0) as n_rma_lines,
        coalesce(refunds.refunds, 0)::decimal(18, 4) as refunds,
        case when orders.n_lines > 0 then orders.goods_amount + coalesce(orders.shipping_fee, 0) end as order_amount,
        case
            when regexp_matches(lower(chargebacks.outcome), 'won|withdr|cancel|revers|dismiss') then 'won'
            when regexp_matches(lower(chargebacks.outcome), 'lost|accept|expir') then 'lost'
            else 'open'
        end as state
    from core.chargebacks as chargebacks
    left join refunds on chargebacks.order_id = refunds.order_id
    left join core.orders as orders on chargebacks.order_id = orders.order_id
),

-- What the order was paid with can be lost once: a chargeback that takes more, on top of refunds, takes it twice.
running as (
    select
        *,
        sum(if(state = 'won', 0, amount)) over (
            partition by order_id
            order by opened_at, chargeback_id
        ) as taken,
        greatest(sum(if(state = 'won', 0, amount)) over (partition by order_id), refunds) as at_least_paid
    from disputes
),

doubled as (
    select
        *,
        case
            when state = 'won' then 0
            else least(amount, greatest(refunds + taken - coalesce(order_amount, at_least_paid), 0))
        end as twice
    from running
)

select
    chargeback_id,
    order_id,
    opened_at,
    reason,
    outcome,
    state,
    n_rma_lines,
    order_amount::decimal(18, 4) as order_amount,
    refunds,
    amount,
    if(state = 'won', 0, amount - twice)::decimal(18, 4) as lost_amount,
    if(state = 'lost', twice, 0)::decimal(18, 4) as paid_twice_amount
from doubled
order by chargeback_id

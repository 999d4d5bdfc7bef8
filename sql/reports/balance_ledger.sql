-- One row a balance of the books: what was delivered on the left, what became of it in the ledger on the right.
-- The left side reads the deliveries themselves, not core: what core lost would otherwise be missing on both sides.
with span as (
    select
        min(rate_on) as first_on,
        max(rate_on) as last_on
    from core.exchange_rates
),

returns as (
    select
        r.rma_id,
        r.status,
        r.refund_amount,
        coalesce(r.rma_line_id, r.sku) as rma_line_id,
        coalesce(r.currency, o.currency, getvariable('reporting_currency')) as currency,
        coalesce(coalesce(r.refunded_at, r.closed_at) <= getvariable('cut_at'), true) as is_refund_known,
        coalesce(case when r.refunded_at <= getvariable('cut_at') then r.refunded_at end, r.requested_at)::date
            as paid_on,
        case
            when r.refund_method in ('store_credit', 'gift_card') then 'credit'
            when r.refund_method = 'exchange' then 'goods'
            when r.refund_method in ('cash', 'none') then r.refund_method
            else 'card'
        end as way
    from delivered_returns as r
    left join delivered_orders as o on r.order_id = o.order_id and r.requested_at >= o.ordered_at
    where r.requested_at <= getvariable('cut_at')
),

delivered as (
    select
        returns.rma_id,
        returns.rma_line_id,
        returns.status,
        returns.way,
        -- the reporting currency alone is the rule, and rounding a product of this width is dear
        case
            when not returns.is_refund_known or rates.fx_rate is null then null
            when rates.fx_rate = 1 then returns.refund_amount
            else (returns.refund_amount * rates.fx_rate)::decimal(18, 4)
        end as refund
    from returns
    cross join span
    left join core.exchange_rates as rates
        on
            returns.currency = rates.currency
            and least(greatest(returns.paid_on, span.first_on), span.last_on) = rates.rate_on
),

booked as (
    select
        rma_id,
        rma_line_id,
        sum(amount) filter (where component = 'refund') as refund,
        count(*) filter (where component = 'refund') as n_refunds,
        sum(amount) filter (where component = 'retained' and basis = 'actual') as retained,
        sum(amount) filter (where component in ('chargeback', 'paid_twice')) as charged_back,
        sum(amount) filter (where amount > 0) as gross,
        sum(amount) filter (where amount < 0) as recovered,
        sum(amount) as net
    from report.return_costs
    group by rma_id, rma_line_id
),

-- A line that was delivered and is not in the ledger, or the other way round, stays, with nothing on its other side.
lines as (
    select
        delivered.rma_id is not null as is_delivered,
        coalesce(delivered.refund, 0) as delivered_refund,
        coalesce(booked.refund, 0) as booked_refund,
        coalesce(booked.n_refunds, 0) as n_booked_refunds,
        coalesce(booked.charged_back, 0) as charged_back,
        coalesce(booked.gross, 0) as gross,
        coalesce(booked.recovered, 0) as recovered,
        coalesce(booked.net, 0) as net
    from delivered
    full outer join booked
        on delivered.rma_id = booked.rma_id and delivered.rma_line_id = booked.rma_line_id
),

known as (
    select
        rma_lines.status,
        case
            when rma_lines.refund_method in ('store_credit', 'gift_card') then 'credit'
            when rma_lines.refund_method = 'exchange' then 'goods'
            when rma_lines.refund_method in ('cash', 'none') then rma_lines.refund_method
            else 'card'
        end as way,
        booked.rma_id is not null as is_booked,
        coalesce(booked.refund, 0) as refund,
        coalesce(booked.retained, 0) as retained
    from core.rma_lines as rma_lines
    left join booked
        on rma_lines.rma_id = booked.rma_id and rma_lines.rma_line_id = booked.rma_line_id
),

ways as (
    select
        way,
        sum(left_amount) as left_amount,
        sum(right_amount) as right_amount,
        sum(retained) as retained
    from (
        select
            way,
            coalesce(refund, 0) as left_amount,
            0 as right_amount,
            0 as retained
        from delivered
        union all
        select
            way,
            0 as left_amount,
            refund as right_amount,
            retained
        from known
    ) as sides
    group by way
),

statuses as (
    select
        status,
        sum(n_delivered) as n_delivered,
        sum(n_booked) as n_booked,
        sum(n_without_cost) as n_without_cost
    from (
        select
            status,
            1 as n_delivered,
            0 as n_booked,
            0 as n_without_cost
        from delivered
        union all
        select
            status,
            0 as n_delivered,
            is_booked::int as n_booked,
            (not is_booked)::int as n_without_cost
        from known
    ) as sides
    group by status
),

totals as (
    select
        coalesce(sum(net), 0) as net,
        coalesce(sum(gross), 0) as gross,
        coalesce(sum(recovered), 0) as recovered,
        coalesce(sum(charged_back), 0) as charged_back,
        count(*) filter (where delivered_refund > 0) as n_refunds,
        coalesce(sum(n_booked_refunds), 0) as n_booked_refunds,
        count(*) filter (where delivered_refund <> booked_refund) as n_differing
    from lines
),

components as (
    select coalesce(sum(amount), 0) as net
    from report.report_costs_by_component
),

line_costs as (
    select
        coalesce(sum(gross_cost), 0) as gross,
        coalesce(sum(recoveries), 0) as recovered,
        coalesce(sum(cost), 0) as net
    from report.report_return_lines
),

disputed_orders as (
    select
        order_id,
        currency
    from delivered_orders
    where order_id in (select delivered_chargebacks.order_id from delivered_chargebacks)
),

delivered_disputes as (
    select coalesce(sum((c.amount * coalesce(rates.fx_rate, 1))::decimal(18, 4)), 0) as amount
    from delivered_chargebacks as c
    left join disputed_orders as o on c.order_id = o.order_id
    cross join span
    left join core.exchange_rates as rates
        on
            o.currency = rates.currency
            and least(greatest(c.opened_at::date, span.first_on), span.last_on) = rates.rate_on
    where c.opened_at <= getvariable('cut_at')
),

disputes as (
    select
        coalesce(sum(lost_amount + paid_twice_amount) filter (where n_rma_lines > 0), 0) as booked,
        coalesce(sum(lost_amount + paid_twice_amount) filter (where n_rma_lines = 0), 0) as without_rma,
        coalesce(sum(amount) filter (where state = 'won'), 0) as won,
        coalesce(sum(amount - lost_amount) filter (where state = 'open'), 0) as refunded_and_open
    from report.report_chargebacks
),

balances as (
    select
        'refunds' as balance,
        way as subject,
        left_amount,
        right_amount,
        null as detail
    from ways
    union all
    select
        'refund_lines' as balance,
        'all' as subject,
        n_refunds as left_amount,
        n_booked_refunds as right_amount,
        null as detail
    from totals
    union all
    select
        'refunds_that_differ' as balance,
        'all' as subject,
        0 as left_amount,
        n_differing as right_amount,
        null as detail
    from totals
    union all
    select
        'refunds_in_goods' as balance,
        'goods' as subject,
        coalesce(sum(left_amount) filter (where way = 'goods'), 0) as left_amount,
        -coalesce(sum(retained), 0) as right_amount,
        null as detail
    from ways
    union all
    select
        'lines' as balance,
        status as subject,
        n_delivered as left_amount,
        n_booked + n_without_cost as right_amount,
        n_booked || ' in the ledger, ' || n_without_cost || ' without cost' as detail
    from statuses
    union all
    select
        'lines_not_delivered' as balance,
        'all' as subject,
        0 as left_amount,
        count(*) as right_amount,
        null as detail
    from lines
    where not is_delivered
    union all
    select
        'chargebacks' as balance,
        'all' as subject,
        delivered_disputes.amount as left_amount,
        totals.charged_back + disputes.without_rma + disputes.won + disputes.refunded_and_open as right_amount,
        totals.charged_back::decimal(18, 2) || ' in the ledger, ' || disputes.won::decimal(18, 2) || ' won, '
        || disputes.without_rma::decimal(18, 2) || ' without an RMA, '
        || disputes.refunded_and_open::decimal(18, 2) || ' open and refunded already' as detail
    from delivered_disputes
    cross join totals
    cross join disputes
    union all
    select
        'chargebacks_in_ledger' as balance,
        'all' as subject,
        disputes.booked as left_amount,
        totals.charged_back as right_amount,
        null as detail
    from disputes
    cross join totals
    union all
    select
        'components' as balance,
        'all' as subject,
        components.net as left_amount,
        totals.net as right_amount,
        null as detail
    from components
    cross join totals
    union all
    select
        'line_costs' as balance,
        unnest(['gross', 'recoveries', 'net']) as subject,
        unnest([line_costs.gross, line_costs.recovered, line_costs.net]) as left_amount,
        unnest([totals.gross, totals.recovered, totals.net]) as right_amount,
        null as detail
    from line_costs
    cross join totals
    union all
    select
        'gross_and_recoveries' as balance,
        'all' as subject,
        gross + recovered as left_amount,
        net as right_amount,
        null as detail
    from totals
)

select
    balance,
    subject,
    left_amount::decimal(18, 4) as left_amount,
    right_amount::decimal(18, 4) as right_amount,
    (right_amount - left_amount)::decimal(18, 4) as difference,
    left_amount = right_amount as is_ok,
    detail
from balances
order by balance, subject

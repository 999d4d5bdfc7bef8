-- One row an RMA line: what the ledger takes it for. Definitions: docs/cost_model.md.
with contact_totals as (
    select count(*) > 0 as has_contacts
    from core.support_contacts
),

-- A contact belongs to the RMA nearest in time, of its order or, where it names none, of its shopper.
contact_candidates as (
    select
        contacts.contact_id,
        contacts.contacted_at,
        rmas.rma_id,
        rmas.requested_at
    from core.support_contacts as contacts
    inner join report.return_claims as claims on contacts.order_id = claims.order_id
    inner join core.rmas as rmas on claims.rma_id = rmas.rma_id
    union all
    select
        contacts.contact_id,
        contacts.contacted_at,
        rmas.rma_id,
        rmas.requested_at
    from core.support_contacts as contacts
    inner join core.rmas as rmas on contacts.customer_id = rmas.customer_id
    where contacts.order_id is null
),

nearest_rma as (
    select rma_id
    from contact_candidates
    where
        contacted_at >= requested_at - interval 7 day
        and contacted_at < requested_at + interval 30 day
    qualify
        row_number() over (
            partition by contact_id
            order by abs(epoch_us(contacted_at) - epoch_us(requested_at)), rma_id
        ) = 1
),

rma_contacts as (
    select
        rma_id,
        count(*) as n_contacts
    from nearest_rma
    group by rma_id
),

verdicts as (
    select
        rma_id,
        arg_max(verdict, (decided_at, decided_by)) as verdict
    from core.review_labels
    group by rma_id
),

-- Chargebacks are told of orders. What they take is split over the order's lines by what these ask back.
disputed_orders as (
    select
        order_id,
        count(*) as n_chargebacks,
        sum(lost_amount) as lost_amount,
        sum(paid_twice_amount) as paid_twice_amount,
        min(opened_at)::date as opened_on
    from report.report_chargebacks
    where n_rma_lines > 0
    group by order_id
),

weights as (
    select
        rma_id,
        rma_line_id,
        order_id,
        (coalesce(requested_amount, refund_amount, 0) * 10000)::hugeint as weight
    from report.return_claims
    where order_id in (select disputed_orders.order_id from disputed_orders)
),

shares as (
    select
        rma_id,
        rma_line_id,
        order_id,
        if(sum(weight) over (partition by order_id) = 0, 1, weight) as weight
    from weights
),

running_shares as (
    select
        *,
        sum(weight) over (partition by order_id order by rma_id, rma_line_id)::hugeint as upto,
        sum(weight) over (partition by order_id)::hugeint as whole
    from shares
),

disputed as (
    select
        s.rma_id,
        s.rma_line_id,
        d.opened_on,
        (10000 * d.n_chargebacks)::hugeint * s.upto // s.whole
        - (10000 * d.n_chargebacks)::hugeint * (s.upto - s.weight) // s.whole as n_chargebacks,
        (10000 * d.lost_amount)::hugeint * s.upto // s.whole
        - (10000 * d.lost_amount)::hugeint * (s.upto - s.weight) // s.whole as lost,
        (10000 * d.paid_twice_amount)::hugeint * s.upto // s.whole
        - (10000 * d.paid_twice_amount)::hugeint * (s.upto - s.weight) // s.whole as paid_twice
    from running_shares as s
    inner join disputed_orders as d on s.order_id = d.order_id
),

-- The kind of a line is what rules name of it; see list_cost_rates.sql.
kinds as (
    select distinct
        kind,
        valid_from,
        category,
        return_method,
        carrier,
        country
    from report.report_cost_rates
),

claims as (
    select
        claims.*,
        kinds.kind
    from report.return_claims as claims
    inner join kinds
        on
            claims.begins_on is not distinct from kinds.valid_from
            and claims.rule_category is not distinct from kinds.category
            and claims.rule_return_method is not distinct from kinds.return_method
            and claims.rule_carrier is not distinct from kinds.carrier
            and claims.rule_country is not distinct from kinds.country
)

select
    a.rma_id,
    a.rma_line_id,
    a.order_id,
    a.kind,
    a.has_arrived,
    a.is_sent,
    least(coalesce(a.received_quantity, a.quantity), a.quantity) as handled_units,
    case
        when not a.has_arrived then 0
        when a.condition_grade in ('wrong_item', 'empty_box', 'missing') then 0
        else least(coalesce(a.received_quantity, a.quantity), a.quantity)
    end as back_units,
    case
        when a.condition_grade is not null then a.condition_grade
        when a.restocked then 'A'
        else 'not_given'
    end as grade,
    greatest(
        coalesce(a.inspected_at, a.received_at, a.refunded_at, a.closed_at, a.requested_at)::date - a.ordered_at::date,
        0
    ) as days_out_of_stock,
    a.has_refund or a.has_arrived or a.status not in ('requested', 'authorized', 'denied', 'cancelled') as is_worked,
    a.has_refund or coalesce(d.lost > 0, false) as is_paid_back,
    a.has_refund or coalesce(d.lost > 0, false) or a.status in ('refunded', 'credited', 'exchanged') as is_undone,
    a.has_refund or coalesce(d.lost > 0, false) or a.status in ('refunded', 'credited', 'exchanged', 'closed')
        as is_settled,
    a.has_refund and coalesce(a.refund_method in ('original', 'other_card'), true) as bears_fee,
    a.status = 'exchanged'
    or (coalesce(a.refund_method = 'exchange', false) and (a.has_refund or a.status in ('refunded', 'credited')))
        as is_replaced,
    -- what the goods that went out were sold for: a refund in money was not sent in goods
    case
        when not is_replaced then null
        when a.refund_method = 'exchange' and a.has_refund then a.refund_amount
        when not a.has_refund then a.requested_amount
        else greatest(a.requested_amount - a.refund_amount, 0)
    end::decimal(18, 4) as replacement_price,
    a.is_gift,
    coalesce(a.claim_type = 'warranty', false)
    or (
        coalesce(a.claim_type, 'return') = 'return'
        and coalesce(regexp_matches(lower(a.reason_code), 'defect|fault|broken|malfunction|not_work|quality'), false)
    ) as is_defect,
    coalesce(v.verdict = 'fraud', false) as is_confirmed_fraud,
    case when t.has_contacts then coalesce(c.n_contacts, 0) end as n_contacts,
    (coalesce(d.n_chargebacks, 0) * 0.0001::decimal(5, 4))::decimal(18, 4) as n_chargebacks,
    (coalesce(d.lost, 0) * 0.0001::decimal(5, 4))::decimal(18, 4) as chargeback_amount,
    (coalesce(d.paid_twice, 0) * 0.0001::decimal(5, 4))::decimal(18, 4) as paid_twice_amount,
    a.requested_at::date as requested_on,
    coalesce(a.shipped_at, a.received_at, a.requested_at)::date as sent_on,
    coalesce(a.received_at, a.inspected_at, a.refunded_at, a.closed_at, a.requested_at)::date as arrived_on,
    coalesce(a.inspected_at, a.received_at, a.refunded_at, a.closed_at, a.requested_at)::date as graded_on,
    coalesce(a.refunded_at, a.closed_at, a.inspected_at, a.received_at, a.requested_at)::date as refunded_on,
    coalesce(d.opened_on, a.requested_at::date) as disputed_on
from claims as a
cross join contact_totals as t
left join rma_contacts as c on a.rma_id = c.rma_id
left join verdicts as v on a.rma_id = v.rma_id
left join disputed as d on a.rma_id = d.rma_id and a.rma_line_id = d.rma_line_id
order by a.place

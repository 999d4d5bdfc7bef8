-- The ledger: one row a line of an RMA and component; a cost is positive, a recovery negative.
-- Definitions: docs/cost_model.md. Divisions are made in whole numbers, so that halves round up exactly.
with rates as (
    select
        max(value) filter (where rate = 'outbound_shipping') as outbound_shipping,
        max(value) filter (where rate = 'handling_per_line') as handling_per_line,
        max(value) filter (where rate = 'handling_per_unit') as handling_per_unit,
        max(value) filter (where rate = 'handling_units_max') as handling_units_max,
        max(value) filter (where rate = 'payment_fee_share') as payment_fee_share,
        max(value) filter (where rate = 'payment_fee_fixed') as payment_fee_fixed,
        max(value) filter (where rate = 'support_cost') as support_cost,
        max(value) filter (where rate = 'assumed_contacts_per_return') as assumed_contacts,
        max(value) filter (where rate = 'unit_cost_share') as unit_cost_share,
        max(value) filter (where rate = 'restocking_share') as restocking_share,
        max(value) filter (where rate = 'refund_is_net_of_restocking_fee') as is_net_of_fee
    from core.cost_rates
),

contact_totals as (
    select count(*) > 0 as has_contacts
    from core.support_contacts
),

-- A source that never says what arrived is read by its statuses alone.
sources as (
    select
        source,
        bool_or(
            received_at is not null
            or dock_received is not null
            or received_quantity is not null
            or condition_grade is not null
        ) as reports_receipt
    from core.rma_lines
    group by source
),

claims as (
    select
        *,
        coalesce(return_method <> 'keep_it', true)
        and coalesce(claim_type not in ('item_not_received', 'missing_item'), true) as can_arrive,
        coalesce(refund_amount > 0, false) as has_refund
    from core.rma_lines
),

arrivals as (
    select
        claims.*,
        case
            when not claims.can_arrive then false
            when
                claims.condition_grade is not null
                or claims.inspected_at is not null
                or coalesce(claims.received_quantity > 0, false)
                or coalesce(claims.restocked, false)
                then true
            when claims.dock_received is not null then claims.dock_received
            when claims.received_at is not null or claims.status in ('received', 'inspected') then true
            when sources.reports_receipt then false
            else
                claims.status in ('refunded', 'credited', 'exchanged', 'closed', 'rejected')
                and coalesce(claims.claim_type, 'return') = 'return'
        end as has_arrived
    from claims
    inner join sources on claims.source is not distinct from sources.source
),

facts as (
    select
        *,
        coalesce(refunded_at, closed_at, inspected_at, received_at, requested_at)::date as refunded_on,
        coalesce(inspected_at, received_at, refunded_at, closed_at, requested_at)::date as graded_on,
        coalesce(received_at, inspected_at, refunded_at, closed_at, requested_at)::date as arrived_on,
        coalesce(shipped_at, received_at, requested_at)::date as sent_on,
        requested_at::date as requested_on,
        least(coalesce(received_quantity, quantity), quantity) as handled_units,
        case
            when not has_arrived then 0
            when condition_grade in ('wrong_item', 'empty_box', 'missing') then 0
            else least(coalesce(received_quantity, quantity), quantity)
        end as back_units,
        has_arrived
        or (can_arrive and (shipped_at is not null or scan_weight_g is not null or status = 'in_transit')) as is_sent,
        has_refund or has_arrived or status not in ('requested', 'authorized', 'denied', 'cancelled') as is_worked,
        has_refund or status in ('refunded', 'credited', 'exchanged') as is_undone,
        has_refund or status in ('refunded', 'credited', 'exchanged', 'closed') as is_settled,
        has_refund and coalesce(refund_method in ('original', 'other_card'), true) as bears_fee,
        case
            when condition_grade is not null then condition_grade
            when restocked then 'A'
            else 'not_given'
        end as grade
    from arrivals
),

order_units as (
    select
        order_id,
        sum(quantity) as units
    from core.order_lines
    where order_id in (select rma_matches.order_id from core.rma_matches as rma_matches)
    group by order_id
),

outbound as (
    select
        rma_matches.rma_id,
        rma_matches.rma_line_id,
        sum(
            ((rates.outbound_shipping * 1000000)::hugeint * rma_matches.quantity * 2 + order_units.units * 100)
            // (order_units.units * 200)
        ) as ten_thousandths
    from core.rma_matches as rma_matches
    inner join order_units on rma_matches.order_id = order_units.order_id
    cross join rates
    group by rma_matches.rma_id, rma_matches.rma_line_id
),

-- A contact belongs to the RMA nearest in time, of its order or, where it names none, of its shopper.
rma_orders as (
    select distinct
        rma_id,
        order_id
    from core.rma_lines
),

contact_candidates as (
    select
        contacts.contact_id,
        contacts.contacted_at,
        rmas.rma_id,
        rmas.requested_at
    from core.support_contacts as contacts
    inner join rma_orders on contacts.order_id = rma_orders.order_id
    inner join core.rmas as rmas on rma_orders.rma_id = rmas.rma_id
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

bearers as (
    select
        facts.*,
        case
            when contact_totals.has_contacts then coalesce(rma_contacts.n_contacts, 0)
            when facts.is_worked then rates.assumed_contacts
            else 0
        end * rates.support_cost as rma_support,
        contact_totals.has_contacts or facts.is_worked as bears_support
    from facts
    cross join contact_totals
    cross join rates
    left join rma_contacts on facts.rma_id = rma_contacts.rma_id
),

-- What is paid once for several lines is split over them in order; the parts add up to the whole exactly.
splits as (
    select
        *,
        row_number() over (partition by rma_id, bears_support order by rma_line_id) as support_k,
        count(*) over (partition by rma_id, bears_support) as support_n,
        row_number() over (partition by rma_id, bears_fee order by rma_line_id) as fee_k,
        count(*) over (partition by rma_id, bears_fee) as fee_n,
        row_number() over (
            partition by rma_id, tracking_number, return_method, is_sent
            order by rma_line_id
        ) as parcel_k,
        count(*) over (partition by rma_id, tracking_number, return_method, is_sent) as parcel_n,
        count(label_cost) over (partition by rma_id, tracking_number, return_method) as n_label_costs
    from bearers
),

valued as (
    select
        splits.*,
        case
            when splits.unit_cost is not null then splits.unit_cost * splits.back_units
            else
                (
                    (rates.unit_cost_share * 1000000)::hugeint
                    * (coalesce(splits.requested_amount, splits.refund_amount) * 10000)::hugeint
                    * splits.back_units * 2 + splits.quantity * 1000000
                ) // (splits.quantity * 2000000) * 0.0001::decimal(5, 4)
        end::decimal(18, 4) as goods_amount
    from splits
    cross join rates
),

amounts as (
    select
        valued.*,
        case
            when valued.is_undone then outbound.ten_thousandths * 0.0001::decimal(5, 4)
        end::decimal(18, 4) as sending_amount,
        case
            when valued.label_cost is not null then valued.label_cost
            when valued.is_sent and valued.n_label_costs = 0
                then
                    round(labels.value * valued.parcel_k / valued.parcel_n, 4)
                    - round(labels.value * (valued.parcel_k - 1) / valued.parcel_n, 4)
        end::decimal(18, 4) as label_amount,
        case
            when valued.has_arrived
                then
                    rates.handling_per_line
                    + rates.handling_per_unit * least(valued.handled_units, rates.handling_units_max)
        end::decimal(18, 4) as handling_amount,
        case
            when valued.is_settled then refurbishing.value * valued.back_units
        end::decimal(18, 4) as refurbish_amount,
        case
            when valued.is_settled then valued.goods_amount * (1 - resale_shares.value)
        end::decimal(18, 4) as lost_amount,
        case when valued.has_refund then -valued.goods_amount end as resale_amount,
        case
            when valued.bears_fee
                then
                    (valued.refund_amount * rates.payment_fee_share)::decimal(18, 4)
                    + round(rates.payment_fee_fixed * valued.fee_k / valued.fee_n, 4)::decimal(18, 4)
                    - round(rates.payment_fee_fixed * (valued.fee_k - 1) / valued.fee_n, 4)::decimal(18, 4)
        end::decimal(18, 4) as fee_amount,
        case
            when valued.bears_support
                then
                    round(valued.rma_support * valued.support_k / valued.support_n, 4)
                    - round(valued.rma_support * (valued.support_k - 1) / valued.support_n, 4)
        end::decimal(18, 4) as support_amount,
        case
            when valued.restocking_fee is not null
                then
                    -(1 - rates.is_net_of_fee) * case
                        when valued.refund_amount is not null
                            then
                                least(
                                    valued.restocking_fee,
                                    greatest(
                                        valued.refund_amount + valued.restocking_fee
                                        - coalesce(valued.requested_amount, valued.refund_amount),
                                        0
                                    )
                                )
                        when valued.is_undone then valued.restocking_fee
                        else 0
                    end
            when valued.has_refund and valued.back_units > 0 then -valued.refund_amount * rates.restocking_share
        end::decimal(18, 4) as restocking_amount,
        if(valued.label_cost is null, 'rate', 'actual') as label_basis,
        if(valued.restocking_fee is null, 'rate', 'actual') as restocking_basis,
        if(valued.unit_cost is null, 'rate', 'actual') as resale_basis
    from valued
    cross join rates
    left join outbound on valued.rma_id = outbound.rma_id and valued.rma_line_id = outbound.rma_line_id
    left join core.cost_rates as labels
        on labels.rate = 'label' and coalesce(valued.return_method, 'not_given') = labels.variant
    left join core.cost_rates as refurbishing
        on refurbishing.rate = 'refurbish' and valued.grade = refurbishing.variant
    left join core.cost_rates as resale_shares
        on resale_shares.rate = 'resale_share' and valued.grade = resale_shares.variant
),

entries as (
    select
        rma_id,
        rma_line_id,
        order_id,
        sku,
        unnest([
            { 'component': 'refund', 'amount': refund_amount, 'incurred_on': refunded_on, 'basis': 'actual' },
            { 'component': 'outbound_shipping', 'amount': sending_amount, 'incurred_on': refunded_on, 'basis': 'rate' },
            { 'component': 'label', 'amount': label_amount, 'incurred_on': sent_on, 'basis': label_basis },
            { 'component': 'handling', 'amount': handling_amount, 'incurred_on': arrived_on, 'basis': 'rate' },
            { 'component': 'refurbish', 'amount': refurbish_amount, 'incurred_on': graded_on, 'basis': 'rate' },
            { 'component': 'write_off', 'amount': lost_amount, 'incurred_on': graded_on, 'basis': 'rate' },
            { 'component': 'payment_fee', 'amount': fee_amount, 'incurred_on': refunded_on, 'basis': 'rate' },
            { 'component': 'support', 'amount': support_amount, 'incurred_on': requested_on, 'basis': 'rate' },
            {
                'component': 'restocking_fee',
                'amount': restocking_amount,
                'incurred_on': refunded_on,
                'basis': restocking_basis
            },
            { 'component': 'resale', 'amount': resale_amount, 'incurred_on': graded_on, 'basis': resale_basis }
        ]) as entry
    from amounts
)

select
    rma_id,
    rma_line_id,
    order_id,
    sku,
    entry['component'] as component,
    entry['amount'] as amount,
    entry['incurred_on'] as incurred_on,
    entry['basis'] as basis
from entries
where entry['amount'] <> 0
order by rma_id, rma_line_id, component

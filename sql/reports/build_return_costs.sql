-- The ledger: one row a line of an RMA and component; a cost is positive, a recovery negative.
-- Definitions: docs/cost_model.md. Divisions are made in whole numbers, so that halves round up exactly.
with figures as (
    select
        kind,
        rate,
        variant,
        value::decimal(20, 6) as value
    from report.report_cost_rates
),

rates as (
    select
        kind,
        max(value) filter (where rate = 'outbound_shipping') as outbound_shipping,
        max(value) filter (where rate = 'gift_wrap') as gift_wrap,
        max(value) filter (where rate = 'handling_per_line') as handling_per_line,
        max(value) filter (where rate = 'handling_per_unit') as handling_per_unit,
        max(value) filter (where rate = 'handling_units_max') as handling_units_max,
        max(value) filter (where rate = 'payment_fee_share') as payment_fee_share,
        max(value) filter (where rate = 'payment_fee_fixed') as payment_fee_fixed,
        max(value) filter (where rate = 'support_cost') as support_cost,
        max(value) filter (where rate = 'assumed_contacts_per_return') as assumed_contacts,
        max(value) filter (where rate = 'unit_cost_share') as unit_cost_share,
        max(value) filter (where rate = 'restocking_share') as restocking_share,
        max(value) filter (where rate = 'refund_is_net_of_restocking_fee') as is_net_of_fee,
        max(value) filter (where rate = 'markdown_per_day') as markdown_per_day,
        max(value) filter (where rate = 'salvage_share') as salvage_share,
        max(value) filter (where rate = 'supplier_claim_share') as supplier_claim_share,
        max(value) filter (where rate = 'carrier_claim_share') as carrier_claim_share,
        max(value) filter (where rate = 'credit_retained_share') as credit_retained_share,
        max(value) filter (where rate = 'chargeback_fee') as chargeback_fee
    from figures
    group by kind
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
        ) as sending,
        -- dividing whole numbers of this width is dear, and few shops wrap
        sum(
            case
                when rates.gift_wrap > 0 and facts.is_gift
                    then
                        ((rates.gift_wrap * 1000000)::hugeint * rma_matches.quantity * 2 + order_units.units * 100)
                        // (order_units.units * 200)
            end
        ) as wrapping
    from core.rma_matches as rma_matches
    inner join order_units on rma_matches.order_id = order_units.order_id
    inner join report.report_return_facts as facts
        on rma_matches.rma_id = facts.rma_id and rma_matches.rma_line_id = facts.rma_line_id
    inner join rates on facts.kind = rates.kind
    group by rma_matches.rma_id, rma_matches.rma_line_id
),

lines as (
    select
        facts.*,
        rma_lines.order_id,
        rma_lines.sku,
        rma_lines.quantity,
        rma_lines.unit_cost,
        rma_lines.requested_amount,
        rma_lines.refund_amount,
        rma_lines.refund_method,
        rma_lines.claim_type,
        rma_lines.return_method,
        rma_lines.tracking_number,
        rma_lines.label_cost,
        rma_lines.restocking_fee,
        coalesce(facts.n_contacts, if(facts.is_worked, rates.assumed_contacts, 0)) * rates.support_cost as rma_support,
        facts.n_contacts is not null or facts.is_worked as bears_support
    from core.rma_lines as rma_lines
    inner join report.report_return_facts as facts
        on rma_lines.rma_id = facts.rma_id and rma_lines.rma_line_id = facts.rma_line_id
    inner join rates on facts.kind = rates.kind
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
    from lines
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
        end::decimal(18, 4) as goods_amount,
        case
            when not splits.is_replaced then null
            when splits.unit_cost is null
                then
                    (
                        (rates.unit_cost_share * 1000000)::hugeint
                        * (splits.replacement_price * 10000)::hugeint * 2 + 1000000
                    ) // 2000000 * 0.0001::decimal(5, 4)
            when coalesce(splits.refund_amount, 0) = 0 or splits.replacement_price >= splits.requested_amount
                then splits.unit_cost * splits.quantity
            else
                (
                    (splits.unit_cost * splits.quantity * 10000)::hugeint
                    * (splits.replacement_price * 10000)::hugeint * 2
                    // nullif((splits.requested_amount * 10000)::hugeint, 0)
                    + 1
                ) // 2 * 0.0001::decimal(5, 4)
        end::decimal(18, 4) as replacement_amount
    from splits
    inner join rates on splits.kind = rates.kind
),

amounts as (
    select
        valued.*,
        rates.salvage_share,
        rates.supplier_claim_share,
        rates.carrier_claim_share,
        case
            when valued.is_undone then outbound.sending * 0.0001::decimal(5, 4)
        end::decimal(18, 4) as sending_amount,
        case
            when valued.is_undone then outbound.wrapping * 0.0001::decimal(5, 4)
        end::decimal(18, 4) as wrapping_amount,
        case
            when valued.label_cost is not null then valued.label_cost
            when valued.is_sent and valued.n_label_costs = 0 and valued.parcel_n = 1
                then labels.value::decimal(18, 4)
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
        case
            when valued.is_settled and rates.markdown_per_day > 0
                then
                    valued.goods_amount
                    * (resale_shares.value * least(rates.markdown_per_day * valued.days_out_of_stock, 1))::decimal(7, 6)
        end::decimal(18, 4) as markdown_amount,
        case when valued.is_paid_back then -valued.goods_amount end as resale_amount,
        case
            when valued.bears_fee
                then
                    (valued.refund_amount * rates.payment_fee_share)::decimal(18, 4)
                    + case
                        when valued.fee_n = 1 then rates.payment_fee_fixed::decimal(18, 4)
                        else
                            round(rates.payment_fee_fixed * valued.fee_k / valued.fee_n, 4)::decimal(18, 4)
                            - round(rates.payment_fee_fixed * (valued.fee_k - 1) / valued.fee_n, 4)::decimal(18, 4)
                    end
        end::decimal(18, 4) as fee_amount,
        case
            when valued.bears_support and valued.support_n = 1 then valued.rma_support::decimal(18, 4)
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
            when valued.refund_amount > 0 and valued.back_units > 0 then -valued.refund_amount * rates.restocking_share
        end::decimal(18, 4) as restocking_amount,
        case
            when valued.n_chargebacks > 0 then valued.n_chargebacks * rates.chargeback_fee
        end::decimal(18, 4) as dispute_fee_amount,
        case
            when valued.is_replaced
                then greatest(valued.replacement_amount - if(valued.is_paid_back, 0, valued.goods_amount), 0)
        end::decimal(18, 4) as exchange_amount,
        case
            when valued.refund_method = 'exchange' then -valued.refund_amount
            when valued.refund_method in ('store_credit', 'gift_card')
                then -valued.refund_amount * rates.credit_retained_share
        end::decimal(18, 4) as retained_amount,
        if(valued.label_cost is null, 'rate', 'actual') as label_basis,
        if(valued.restocking_fee is null, 'rate', 'actual') as restocking_basis,
        if(valued.unit_cost is null, 'rate', 'actual') as resale_basis,
        if(valued.refund_method = 'exchange', 'actual', 'rate') as retained_basis
    from valued
    inner join rates on valued.kind = rates.kind
    left join outbound on valued.rma_id = outbound.rma_id and valued.rma_line_id = outbound.rma_line_id
    left join figures as labels
        on
            labels.rate = 'label'
            and valued.kind = labels.kind
            and coalesce(valued.return_method, 'not_given') = labels.variant
    left join figures as refurbishing
        on refurbishing.rate = 'refurbish' and valued.kind = refurbishing.kind and valued.grade = refurbishing.variant
    left join figures as resale_shares
        on
            resale_shares.rate = 'resale_share'
            and valued.kind = resale_shares.kind
            and valued.grade = resale_shares.variant
),

-- What the goods that came back are worth after all: nothing that was only assumed of a confirmed fraud.
recovered as (
    select
        *,
        case when grade = 'D' then -lost_amount * salvage_share end::decimal(18, 4) as salvage_amount,
        case
            when is_confirmed_fraud and is_paid_back and grade = 'not_given'
                then goods_amount - lost_amount - coalesce(markdown_amount, 0)
        end::decimal(18, 4) as fraud_amount
    from amounts
),

claimed as (
    select
        *,
        case
            when is_defect and is_settled and supplier_claim_share > 0
                then
                    -supplier_claim_share
                    * (
                        coalesce(lost_amount, 0) + coalesce(markdown_amount, 0) + coalesce(refurbish_amount, 0)
                        + coalesce(salvage_amount, 0)
                    )
        end::decimal(18, 4) as supplier_amount,
        case
            when claim_type in ('damaged_in_transit', 'item_not_received') and carrier_claim_share > 0
                then
                    -carrier_claim_share * greatest(
                        coalesce(refund_amount, 0) + chargeback_amount + coalesce(exchange_amount, 0)
                        + coalesce(retained_amount, 0) + coalesce(resale_amount, 0)
                        + coalesce(lost_amount, 0) + coalesce(markdown_amount, 0) + coalesce(salvage_amount, 0)
                        + coalesce(fraud_amount, 0),
                        0
                    )
        end::decimal(18, 4) as carrier_amount
    from recovered
),

entries as (
    select
        rma_id,
        rma_line_id,
        order_id,
        sku,
        is_confirmed_fraud,
        unnest([
            { 'component': 'refund', 'amount': refund_amount, 'incurred_on': refunded_on, 'basis': 'actual' },
            { 'component': 'outbound_shipping', 'amount': sending_amount, 'incurred_on': refunded_on, 'basis': 'rate' },
            { 'component': 'gift_wrap', 'amount': wrapping_amount, 'incurred_on': refunded_on, 'basis': 'rate' },
            { 'component': 'label', 'amount': label_amount, 'incurred_on': sent_on, 'basis': label_basis },
            { 'component': 'handling', 'amount': handling_amount, 'incurred_on': arrived_on, 'basis': 'rate' },
            { 'component': 'refurbish', 'amount': refurbish_amount, 'incurred_on': graded_on, 'basis': 'rate' },
            { 'component': 'write_off', 'amount': lost_amount, 'incurred_on': graded_on, 'basis': 'rate' },
            { 'component': 'markdown', 'amount': markdown_amount, 'incurred_on': graded_on, 'basis': 'rate' },
            {
                'component': 'exchange_difference',
                'amount': exchange_amount,
                'incurred_on': refunded_on,
                'basis': 'rate'
            },
            { 'component': 'payment_fee', 'amount': fee_amount, 'incurred_on': refunded_on, 'basis': 'rate' },
            { 'component': 'support', 'amount': support_amount, 'incurred_on': requested_on, 'basis': 'rate' },
            { 'component': 'chargeback', 'amount': chargeback_amount, 'incurred_on': disputed_on, 'basis': 'actual' },
            { 'component': 'paid_twice', 'amount': paid_twice_amount, 'incurred_on': disputed_on, 'basis': 'actual' },
            {
                'component': 'chargeback_fee',
                'amount': dispute_fee_amount,
                'incurred_on': disputed_on,
                'basis': 'rate'
            },
            { 'component': 'fraud_loss', 'amount': fraud_amount, 'incurred_on': graded_on, 'basis': 'rate' },
            {
                'component': 'restocking_fee',
                'amount': restocking_amount,
                'incurred_on': refunded_on,
                'basis': restocking_basis
            },
            { 'component': 'resale', 'amount': resale_amount, 'incurred_on': graded_on, 'basis': resale_basis },
            { 'component': 'salvage', 'amount': salvage_amount, 'incurred_on': graded_on, 'basis': 'rate' },
            { 'component': 'retained', 'amount': retained_amount, 'incurred_on': refunded_on, 'basis': retained_basis },
            { 'component': 'supplier_claim', 'amount': supplier_amount, 'incurred_on': graded_on, 'basis': 'rate' },
            { 'component': 'carrier_claim', 'amount': carrier_amount, 'incurred_on': graded_on, 'basis': 'rate' }
        ]) as entry
    from claimed
)

select
    rma_id,
    rma_line_id,
    order_id,
    sku,
    entry['component'] as component,
    entry['amount'] as amount,
    entry['incurred_on'] as incurred_on,
    entry['basis'] as basis,
    is_confirmed_fraud
from entries
where entry['amount'] <> 0
order by rma_id, rma_line_id, component

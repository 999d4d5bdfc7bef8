-- One row an RMA line: each component of the ledger in a column of its own; a cost is positive, a recovery negative,
-- 0 where there is none. Definitions: docs/cost_model.md. Divisions are made in whole numbers, so that halves round up
-- exactly. To round a decimal of more than 18 digits takes forty times as long as one of fewer, so what fits is taken
-- as one of 18 digits with as many decimals, and rounded as such.
with figures as (
    select
        kind,
        rate,
        variant,
        value::decimal(20, 6) as value,
        value::decimal(20, 6)::decimal(18, 4) as rounded
    from report.report_cost_rates
),

rates as (
    select
        kind,
        (max(value) filter (where rate = 'outbound_shipping') * 1000000)::hugeint as outbound_millionths,
        (max(value) filter (where rate = 'gift_wrap') * 1000000)::hugeint as wrap_millionths,
        max(value) filter (where rate = 'handling_per_line') as handling_per_line,
        max(value) filter (where rate = 'handling_per_unit') as handling_per_unit,
        max(value) filter (where rate = 'handling_units_max') as handling_units_max,
        max(value) filter (where rate = 'payment_fee_share') as payment_fee_share,
        max(value) filter (where rate = 'payment_fee_fixed') as payment_fee_fixed,
        max(rounded) filter (where rate = 'payment_fee_fixed') as whole_payment_fee,
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

-- Held: one thread alone reads a table that was made in the same transaction, and all work on what is held.
claims as materialized (
    select *
    from report.return_claims
),

lines as (
    select
        facts.* exclude (order_id),
        claims.place,
        claims.has_siblings,
        claims.quantity,
        claims.unit_cost,
        claims.requested_amount,
        claims.refund_amount,
        claims.refund_method,
        claims.claim_type,
        claims.return_method,
        claims.tracking_number,
        claims.label_cost,
        claims.restocking_fee,
        coalesce(facts.n_contacts, if(facts.is_worked, rates.assumed_contacts, 0)) * rates.support_cost as rma_support,
        facts.n_contacts is not null or facts.is_worked as bears_support
    from claims
    inner join report.report_return_facts as facts
        on claims.rma_id = facts.rma_id and claims.rma_line_id = facts.rma_line_id
    inner join rates on facts.kind = rates.kind
),

order_units as (
    select
        order_id,
        sum(quantity) as units
    from core.order_lines
    where order_id in (select rma_matches.order_id from core.rma_matches as rma_matches)
    group by order_id
),

matched as (
    select
        lines.place,
        rates.outbound_millionths * rma_matches.quantity * 2 + order_units.units * 100 as sending,
        -- few shops wrap
        case
            when rates.wrap_millionths > 0 and lines.is_gift
                then rates.wrap_millionths * rma_matches.quantity * 2 + order_units.units * 100
        end as wrapping,
        order_units.units * 200 as parts
    from core.rma_matches as rma_matches
    inner join order_units on rma_matches.order_id = order_units.order_id
    inner join lines on rma_matches.rma_id = lines.rma_id and rma_matches.rma_line_id = lines.rma_line_id
    inner join rates on lines.kind = rates.kind
    where lines.is_undone
),

outbound as (
    select
        place,
        sum(coalesce((try_cast(sending as bigint) // try_cast(parts as bigint))::hugeint, sending // parts)) as sending,
        sum(wrapping // parts) as wrapping
    from matched
    group by place
),

-- What is paid once for several lines is split over them in order; the parts add up to the whole exactly. A line that
-- is its RMA's only one bears it whole.
shared as (
    select
        place,
        row_number() over (partition by rma_id, bears_support order by place) as support_k,
        count(*) over (partition by rma_id, bears_support) as support_n,
        row_number() over (partition by rma_id, bears_fee order by place) as fee_k,
        count(*) over (partition by rma_id, bears_fee) as fee_n,
        row_number() over (partition by rma_id, tracking_number, return_method, is_sent order by place) as parcel_k,
        count(*) over (partition by rma_id, tracking_number, return_method, is_sent) as parcel_n,
        count(label_cost) over (partition by rma_id, tracking_number, return_method) as n_label_costs
    from lines
    where has_siblings
),

splits as (
    select
        lines.*,
        coalesce(shared.support_k, 1) as support_k,
        coalesce(shared.support_n, 1) as support_n,
        coalesce(shared.fee_k, 1) as fee_k,
        coalesce(shared.fee_n, 1) as fee_n,
        coalesce(shared.parcel_k, 1) as parcel_k,
        coalesce(shared.parcel_n, 1) as parcel_n,
        coalesce(shared.n_label_costs, (lines.label_cost is not null)::int) as n_label_costs
    from lines
    left join shared on lines.place = shared.place
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

chosen as (
    select
        valued.*,
        labels.value as label_rate,
        refurbishing.value as refurbish_rate,
        resale_shares.value as resale_share
    from valued
    left join figures as labels
        on
            labels.rate = 'label'
            and valued.kind = labels.kind
            and coalesce(valued.return_method, 'not_given') = labels.variant
    left join figures as refurbishing
        on
            refurbishing.rate = 'refurbish'
            and valued.kind = refurbishing.kind
            and valued.grade = refurbishing.variant
    left join figures as resale_shares
        on
            resale_shares.rate = 'resale_share'
            and valued.kind = resale_shares.kind
            and valued.grade = resale_shares.variant
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
                then
                    coalesce(
                        try_cast(valued.label_rate as decimal(18, 6))::decimal(18, 4),
                        valued.label_rate::decimal(18, 4)
                    )
            when valued.is_sent and valued.n_label_costs = 0
                then
                    round(valued.label_rate * valued.parcel_k / valued.parcel_n, 4)
                    - round(valued.label_rate * (valued.parcel_k - 1) / valued.parcel_n, 4)
        end::decimal(18, 4) as label_amount,
        case
            when valued.has_arrived
                then
                    rates.handling_per_line
                    + rates.handling_per_unit * least(valued.handled_units, rates.handling_units_max)
        end as handling_exact,
        case when valued.is_settled then valued.refurbish_rate * valued.back_units end as refurbish_exact,
        case when valued.is_settled then valued.goods_amount * (1 - valued.resale_share) end as lost_exact,
        case
            when valued.is_settled and rates.markdown_per_day > 0
                then
                    valued.goods_amount
                    * (valued.resale_share * least(rates.markdown_per_day * valued.days_out_of_stock, 1))::decimal(7, 6)
        end::decimal(18, 4) as markdown_amount,
        case when valued.is_paid_back then -valued.goods_amount end as resale_amount,
        case when valued.bears_fee then valued.refund_amount * rates.payment_fee_share end as fee_exact,
        case
            when not valued.bears_fee then null
            when valued.fee_n = 1 then rates.whole_payment_fee
            else
                round(rates.payment_fee_fixed * valued.fee_k / valued.fee_n, 4)::decimal(18, 4)
                - round(rates.payment_fee_fixed * (valued.fee_k - 1) / valued.fee_n, 4)::decimal(18, 4)
        end as fixed_fee_amount,
        case
            when valued.bears_support and valued.support_n > 1
                then
                    round(valued.rma_support * valued.support_k / valued.support_n, 4)
                    - round(valued.rma_support * (valued.support_k - 1) / valued.support_n, 4)
        end::decimal(18, 4) as shared_support_amount,
        case when valued.bears_support and valued.support_n = 1 then valued.rma_support end as support_exact,
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
        end as restocking_exact,
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
        valued.label_cost is not null as is_label_actual,
        valued.restocking_fee is not null as is_restocking_actual,
        valued.unit_cost is not null as is_resale_actual,
        coalesce(valued.refund_method = 'exchange', false) as is_retained_actual
    from chosen as valued
    inner join rates on valued.kind = rates.kind
    left join outbound on valued.place = outbound.place
),

rounded as (
    select
        * exclude (handling_exact, refurbish_exact, lost_exact, fee_exact, support_exact, restocking_exact),
        coalesce(try_cast(handling_exact as decimal(18, 12))::decimal(18, 4), handling_exact::decimal(18, 4))
            as handling_amount,
        coalesce(try_cast(refurbish_exact as decimal(18, 6))::decimal(18, 4), refurbish_exact::decimal(18, 4))
            as refurbish_amount,
        coalesce(try_cast(lost_exact as decimal(18, 10))::decimal(18, 4), lost_exact::decimal(18, 4)) as lost_amount,
        (coalesce(try_cast(fee_exact as decimal(18, 10))::decimal(18, 4), fee_exact::decimal(18, 4)) + fixed_fee_amount)
        ::decimal(18, 4) as fee_amount,
        coalesce(
            shared_support_amount,
            try_cast(support_exact as decimal(18, 12))::decimal(18, 4),
            support_exact::decimal(18, 4)
        ) as support_amount,
        coalesce(try_cast(restocking_exact as decimal(18, 10))::decimal(18, 4), restocking_exact::decimal(18, 4))
            as restocking_amount
    from amounts
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
    from rounded
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
        place,
        is_confirmed_fraud,
        coalesce(refund_amount, 0)::decimal(18, 4) as refund,
        coalesce(sending_amount, 0)::decimal(18, 4) as outbound_shipping,
        coalesce(wrapping_amount, 0)::decimal(18, 4) as gift_wrap,
        coalesce(label_amount, 0)::decimal(18, 4) as label,
        coalesce(handling_amount, 0)::decimal(18, 4) as handling,
        coalesce(refurbish_amount, 0)::decimal(18, 4) as refurbish,
        coalesce(lost_amount, 0)::decimal(18, 4) as write_off,
        coalesce(markdown_amount, 0)::decimal(18, 4) as markdown,
        coalesce(exchange_amount, 0)::decimal(18, 4) as exchange_difference,
        coalesce(fee_amount, 0)::decimal(18, 4) as payment_fee,
        coalesce(support_amount, 0)::decimal(18, 4) as support,
        coalesce(chargeback_amount, 0)::decimal(18, 4) as chargeback,
        coalesce(paid_twice_amount, 0)::decimal(18, 4) as paid_twice,
        coalesce(dispute_fee_amount, 0)::decimal(18, 4) as chargeback_fee,
        coalesce(fraud_amount, 0)::decimal(18, 4) as fraud_loss,
        coalesce(restocking_amount, 0)::decimal(18, 4) as restocking_fee,
        coalesce(resale_amount, 0)::decimal(18, 4) as resale,
        coalesce(salvage_amount, 0)::decimal(18, 4) as salvage,
        coalesce(retained_amount, 0)::decimal(18, 4) as retained,
        coalesce(supplier_amount, 0)::decimal(18, 4) as supplier_claim,
        coalesce(carrier_amount, 0)::decimal(18, 4) as carrier_claim,
        is_label_actual,
        is_resale_actual,
        is_restocking_actual,
        is_retained_actual,
        requested_on,
        sent_on,
        arrived_on,
        graded_on,
        refunded_on,
        disputed_on
    from claimed
)

select
    *,
    (
        refund
        + outbound_shipping
        + gift_wrap
        + label
        + handling
        + refurbish
        + write_off
        + markdown
        + exchange_difference
        + payment_fee
        + support
        + chargeback
        + paid_twice
        + chargeback_fee
        + fraud_loss
        + restocking_fee
        + resale
        + salvage
        + retained
        + supplier_claim
        + carrier_claim
    )::decimal(18, 4) as cost,
    (
        least(refund, 0)
        + least(outbound_shipping, 0)
        + least(gift_wrap, 0)
        + least(label, 0)
        + least(handling, 0)
        + least(refurbish, 0)
        + least(write_off, 0)
        + least(markdown, 0)
        + least(exchange_difference, 0)
        + least(payment_fee, 0)
        + least(support, 0)
        + least(chargeback, 0)
        + least(paid_twice, 0)
        + least(chargeback_fee, 0)
        + least(fraud_loss, 0)
        + least(restocking_fee, 0)
        + least(resale, 0)
        + least(salvage, 0)
        + least(retained, 0)
        + least(supplier_claim, 0)
        + least(carrier_claim, 0)
    )::decimal(18, 4) as recoveries
from entries

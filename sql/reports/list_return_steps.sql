-- One row an RMA line: which steps it took and when, what rules held for it, and what it cost, component by component.
with parcels as (
    select
        place,
        min(rma_line_id) over (partition by rma_id, tracking_number, return_method) as parcel_line_id
    from report.return_claims
    where has_siblings
),

settled as (
    select
        claims.*,
        coalesce(parcels.parcel_line_id, claims.rma_line_id) as parcel_line_id,
        coalesce(
            case when claims.delivered_at <= claims.requested_at then claims.delivered_at end, claims.ordered_at
        ) as held_since,
        claims.condition_grade is not null
        or claims.inspected_at is not null
        or coalesce(claims.restocked, false)
        or claims.status = 'inspected' as is_inspected,
        claims.has_refund or claims.status in ('refunded', 'credited', 'exchanged') as is_settled,
        claims.authorized_at is not null or claims.status in ('authorized', 'in_transit') as is_authorized
    from report.return_claims as claims
    left join parcels on claims.place = parcels.place
),

flags as (
    select
        *,
        status in ('requested', 'authorized', 'in_transit', 'received', 'inspected')
        and not is_settled
        and closed_at is null as is_open
    from settled
)

select
    flags.rma_id,
    flags.rma_line_id,
    flags.customer_id,
    coalesce(flags.claim_type, 'return') as claim_type,
    coalesce(flags.reason_code, '(not given)') as reason,
    flags.status,
    flags.return_method,
    flags.carrier,
    flags.agent_id,
    flags.store_id,
    flags.condition_grade,
    flags.refund_method,
    flags.is_returned,
    flags.match_method <> 'none' as is_matched,
    flags.expects_goods,
    flags.is_authorized,
    flags.is_sent,
    flags.has_arrived,
    flags.is_inspected,
    flags.is_settled,
    flags.is_open,
    case
        when flags.is_settled then 6
        when flags.is_inspected then 5
        when flags.has_arrived then 4
        when flags.is_sent then 3
        when flags.is_authorized then 2
        else 1
    end::bigint as step_number,
    flags.reports_authorization,
    flags.requested_at,
    flags.authorized_at,
    flags.shipped_at,
    flags.received_at,
    flags.inspected_at,
    flags.refunded_at,
    flags.closed_at,
    flags.requested_at::date - flags.held_since::date as days_held,
    products.return_window_days,
    products.warranty_days,
    products.unopened_only,
    flags.is_opened,
    flags.restocked,
    flags.parcel_line_id,
    flags.tracking_number is not null as is_tracked,
    flags.scan_weight_g,
    flags.quantity,
    case when flags.has_arrived then least(coalesce(flags.received_quantity, flags.quantity), flags.quantity) else 0 end
        as received_units,
    flags.requested_amount,
    flags.paid_amount,
    flags.restocking_fee as fee_charged,
    line_costs.refund as refunds,
    line_costs.outbound_shipping,
    line_costs.label,
    line_costs.label <> 0 and line_costs.is_label_actual as is_label_known,
    line_costs.handling,
    line_costs.refurbish,
    line_costs.write_off,
    line_costs.payment_fee,
    line_costs.support,
    line_costs.restocking_fee as fee_recovered,
    line_costs.resale,
    (
        line_costs.gift_wrap
        + line_costs.markdown
        + line_costs.exchange_difference
        + line_costs.chargeback
        + line_costs.paid_twice
        + line_costs.chargeback_fee
        + line_costs.fraud_loss
        + line_costs.salvage
        + line_costs.retained
        + line_costs.supplier_claim
        + line_costs.carrier_claim
    )::decimal(18, 4) as other_cost,
    line_costs.cost
from flags
inner join report.line_costs as line_costs on flags.place = line_costs.place
left join core.products as products on flags.sku = products.sku
order by flags.place

-- One row an RMA line: which steps it took and when, what rules held for it, and what it cost, component by component.
-- What came back is told as in docs/cost_model.md, section "What came back".
with sources as (
    select
        source,
        bool_or(authorized_at is not null) as reports_authorization,
        bool_or(
            received_at is not null
            or dock_received is not null
            or received_quantity is not null
            or condition_grade is not null
        ) as reports_receipt
    from core.rma_lines
    group by source
),

ledger as (
    select
        rma_id,
        rma_line_id,
        coalesce(sum(amount) filter (where component = 'outbound_shipping'), 0) as outbound_shipping,
        coalesce(sum(amount) filter (where component = 'label'), 0) as label,
        coalesce(sum(amount) filter (where component = 'handling'), 0) as handling,
        coalesce(sum(amount) filter (where component = 'refurbish'), 0) as refurbish,
        coalesce(sum(amount) filter (where component = 'write_off'), 0) as write_off,
        coalesce(sum(amount) filter (where component = 'payment_fee'), 0) as payment_fee,
        coalesce(sum(amount) filter (where component = 'support'), 0) as support,
        coalesce(sum(amount) filter (where component = 'restocking_fee'), 0) as fee_recovered,
        coalesce(sum(amount) filter (where component = 'resale'), 0) as resale,
        bool_or(component = 'label' and basis = 'actual') as is_label_known
    from report.return_costs
    group by rma_id, rma_line_id
),

parcels as (
    select
        rma_id,
        tracking_number,
        return_method,
        min(rma_line_id) as parcel_line_id
    from core.rma_lines
    group by rma_id, tracking_number, return_method
),

claims as (
    select
        rma_lines.*,
        parcels.parcel_line_id,
        sources.reports_authorization,
        sources.reports_receipt,
        coalesce(rma_lines.return_method <> 'keep_it', true)
        and coalesce(rma_lines.claim_type not in ('item_not_received', 'missing_item'), true) as expects_goods,
        coalesce(
            case when rma_lines.delivered_at <= rma_lines.requested_at then rma_lines.delivered_at end,
            rma_lines.ordered_at
        ) as held_since
    from core.rma_lines as rma_lines
    inner join sources on rma_lines.source is not distinct from sources.source
    inner join parcels
        on
            rma_lines.rma_id = parcels.rma_id
            and rma_lines.tracking_number is not distinct from parcels.tracking_number
            and rma_lines.return_method is not distinct from parcels.return_method
),

arrivals as (
    select
        *,
        case
            when not expects_goods then false
            when
                condition_grade is not null
                or inspected_at is not null
                or coalesce(received_quantity > 0, false)
                or coalesce(restocked, false)
                then true
            when dock_received is not null then dock_received
            when received_at is not null or status in ('received', 'inspected') then true
            when reports_receipt then false
            else
                status in ('refunded', 'credited', 'exchanged', 'closed', 'rejected')
                and coalesce(claim_type, 'return') = 'return'
        end as has_arrived,
        condition_grade is not null
        or inspected_at is not null
        or coalesce(restocked, false)
        or status = 'inspected' as is_inspected,
        coalesce(refund_amount > 0, false) or status in ('refunded', 'credited', 'exchanged') as is_settled,
        authorized_at is not null or status in ('authorized', 'in_transit') as is_authorized
    from claims
),

flags as (
    select
        *,
        has_arrived
        or (
            expects_goods and (shipped_at is not null or scan_weight_g is not null or status = 'in_transit')
        ) as is_sent,
        status in ('requested', 'authorized', 'in_transit', 'received', 'inspected')
        and not is_settled
        and closed_at is null as is_open
    from arrivals
)

select
    flags.rma_id,
    flags.rma_line_id,
    return_lines.customer_id,
    return_lines.claim_type,
    return_lines.reason,
    flags.status,
    flags.return_method,
    flags.carrier,
    flags.agent_id,
    flags.store_id,
    flags.condition_grade,
    flags.refund_method,
    return_lines.is_returned,
    return_lines.is_matched,
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
    return_lines.refunds,
    coalesce(ledger.outbound_shipping, 0)::decimal(18, 4) as outbound_shipping,
    coalesce(ledger.label, 0)::decimal(18, 4) as label,
    coalesce(ledger.is_label_known, false) as is_label_known,
    coalesce(ledger.handling, 0)::decimal(18, 4) as handling,
    coalesce(ledger.refurbish, 0)::decimal(18, 4) as refurbish,
    coalesce(ledger.write_off, 0)::decimal(18, 4) as write_off,
    coalesce(ledger.payment_fee, 0)::decimal(18, 4) as payment_fee,
    coalesce(ledger.support, 0)::decimal(18, 4) as support,
    coalesce(ledger.fee_recovered, 0)::decimal(18, 4) as fee_recovered,
    coalesce(ledger.resale, 0)::decimal(18, 4) as resale,
    (
        return_lines.cost
        - return_lines.refunds
        - coalesce(ledger.outbound_shipping, 0)
        - coalesce(ledger.label, 0)
        - coalesce(ledger.handling, 0)
        - coalesce(ledger.refurbish, 0)
        - coalesce(ledger.write_off, 0)
        - coalesce(ledger.payment_fee, 0)
        - coalesce(ledger.support, 0)
        - coalesce(ledger.fee_recovered, 0)
        - coalesce(ledger.resale, 0)
    )::decimal(18, 4) as other_cost,
    return_lines.cost
from flags
inner join report.report_return_lines as return_lines
    on flags.rma_id = return_lines.rma_id and flags.rma_line_id = return_lines.rma_line_id
left join ledger on flags.rma_id = ledger.rma_id and flags.rma_line_id = ledger.rma_line_id
left join core.products as products on flags.sku = products.sku
order by flags.rma_id, flags.rma_line_id

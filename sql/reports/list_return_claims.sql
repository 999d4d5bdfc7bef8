-- One row an RMA line: what core tells of it and of its order, what some rule of the cost model names of it, and what
-- was read out of it once for all: whether goods were to come back, and did. Definitions: docs/cost_model.md.
-- A source that never says what arrived is read by its statuses alone. Lines are numbered here and ordered where they
-- are published.
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

-- Keys alone are numbered, and not whole rows: a row finds its number by where it is stored.
places as (
    select
        rowid as stored_at,
        row_number() over by_key as place,
        coalesce(lag(rma_id) over by_key = rma_id or lead(rma_id) over by_key = rma_id, false) as has_siblings
    from core.rma_lines
    window by_key as (order by rma_id, rma_line_id)
),

request_days as (
    select distinct requested_at::date as requested_on
    from core.rma_lines
),

days as (
    select
        request_days.requested_on,
        max(periods.begins_on) as begins_on
    from request_days
    left join report.cost_periods as periods on request_days.requested_on >= periods.begins_on
    group by request_days.requested_on
),

categories as (
    select distinct category
    from core.cost_rules
),

methods as (
    select distinct return_method
    from core.cost_rules
),

carriers as (
    select distinct carrier
    from core.cost_rules
),

countries as (
    select distinct country
    from core.cost_rules
),

lines as (
    select
        places.place,
        places.has_siblings,
        rma_lines.rma_id,
        rma_lines.rma_line_id,
        rma_lines.customer_id,
        rma_lines.sku,
        rma_lines.category,
        rma_lines.product_name,
        rma_lines.quantity,
        rma_lines.requested_at,
        rma_lines.status,
        rma_lines.claim_type,
        rma_lines.reason_code,
        rma_lines.return_method,
        rma_lines.authorized_at,
        rma_lines.shipped_at,
        rma_lines.received_at,
        rma_lines.inspected_at,
        rma_lines.closed_at,
        rma_lines.carrier,
        rma_lines.tracking_number,
        rma_lines.scan_weight_g,
        rma_lines.received_quantity,
        rma_lines.condition_grade,
        rma_lines.is_opened,
        rma_lines.restocked,
        rma_lines.refund_method,
        rma_lines.refund_amount,
        rma_lines.refunded_at,
        rma_lines.restocking_fee,
        rma_lines.label_cost,
        rma_lines.agent_id,
        rma_lines.store_id,
        rma_lines.currency,
        rma_lines.order_id,
        rma_lines.line_id,
        rma_lines.match_method,
        rma_lines.paid_amount,
        rma_lines.requested_amount,
        rma_lines.unit_cost,
        rma_lines.ordered_at,
        rma_lines.delivered_at,
        rma_lines.source,
        rma_lines.dock_received,
        orders.channel,
        orders.ship_country as country,
        coalesce(orders.is_gift, false) as is_gift,
        days.begins_on,
        categories.category as rule_category,
        methods.return_method as rule_return_method,
        carriers.carrier as rule_carrier,
        countries.country as rule_country,
        sources.reports_authorization,
        sources.reports_receipt,
        coalesce(rma_lines.return_method <> 'keep_it', true)
        and coalesce(rma_lines.claim_type not in ('item_not_received', 'missing_item'), true) as expects_goods,
        coalesce(rma_lines.refund_amount > 0, false) as has_refund
    from core.rma_lines as rma_lines
    inner join places on rma_lines.rowid = places.stored_at
    inner join sources on rma_lines.source is not distinct from sources.source
    inner join days on rma_lines.requested_at::date = days.requested_on
    left join core.orders as orders on rma_lines.order_id = orders.order_id
    left join categories on lower(rma_lines.category) = categories.category
    left join methods on lower(coalesce(rma_lines.return_method, 'not_given')) = methods.return_method
    left join carriers on lower(rma_lines.carrier) = carriers.carrier
    left join countries on lower(orders.ship_country) = countries.country
)

select
    * exclude (reports_receipt, dock_received),
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
    has_arrived
    or (expects_goods and (shipped_at is not null or scan_weight_g is not null or status = 'in_transit')) as is_sent,
    status not in ('denied', 'cancelled', 'rejected') or has_refund as is_returned
from lines

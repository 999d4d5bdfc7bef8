-- One row an RMA: the return, its order and its product as they were delivered, and what compares two of their
-- columns, without any history.
-- Of an RMA of several lines, words are those of its dearest line. num_: numbers, word_: words;
-- ask_ in the name: known when the return was requested.
with disputes as (
    select
        order_id,
        count(*) as n_chargebacks
    from core.chargebacks
    group by order_id
),

lines as (
    select
        rma_lines.*,
        orders.channel,
        orders.payment_method,
        orders.discount_code,
        orders.delivery_proof,
        orders.is_gift,
        orders.shipping_fee,
        orders.goods_amount,
        orders.ship_country,
        order_lines.unit_price,
        order_lines.size,
        coalesce(order_lines.list_price, products.list_price) as list_price,
        products.weight_g,
        products.return_window_days,
        products.unopened_only,
        products.final_sale,
        products.is_serialised,
        disputes.n_chargebacks,
        rma_lines.received_serial <> order_lines.serial_number as is_foreign_serial,
        rma_lines.refund_payment_fingerprint_hash <> orders.payment_fingerprint_hash as is_foreign_card,
        orders.ship_postcode <> orders.bill_postcode as is_sent_elsewhere,
        (rma_lines.requested_amount, rma_lines.rma_line_id) as dearest
    from core.rma_lines
    left join core.orders on rma_lines.order_id = orders.order_id
    left join core.order_lines on rma_lines.order_id = order_lines.order_id and rma_lines.line_id = order_lines.line_id
    left join core.products on rma_lines.sku = products.sku
    left join disputes on rma_lines.order_id = disputes.order_id
)

select
    rma_id,
    cast(count(*) as double) as num_ask_lines,
    cast(sum(quantity) as double) as num_ask_quantity,
    cast(sum(requested_amount) as double) as num_ask_amount,
    cast(max(unit_price) as double) as num_ask_unit_price,
    cast(max(list_price) as double) as num_ask_list_price,
    cast(max(goods_amount) as double) as num_ask_order_amount,
    cast(max(shipping_fee) as double) as num_ask_shipping_fee,
    cast(max(bought_quantity) as double) as num_ask_bought,
    cast(max(weight_g) as double) as num_ask_weight_g,
    cast(max(return_window_days) as double) as num_ask_window_days,
    max(date_diff('second', ordered_at, requested_at)) / 3600.0 as num_ask_hours_since_order,
    max(date_diff('second', delivered_at, requested_at)) / 3600.0 as num_ask_hours_since_delivery,
    cast(hour(min(requested_at)) as double) as num_ask_hour,
    cast(isodow(min(requested_at)) as double) as num_ask_weekday,
    cast(count(*) filter (order_id is null) as double) as num_ask_lines_without_order,
    cast(count(*) filter (customer_comment is null) as double) as num_ask_silent_lines,
    cast(max(cast(is_sent_elsewhere as integer)) as double) as num_ask_is_sent_elsewhere,
    max(date_diff('second', delivered_at, requested_at)) / 86400.0 / nullif(max(return_window_days), 0)
        as num_ask_window_used,
    cast(max(n_chargebacks) as double) as num_chargebacks,
    cast(max(cast(is_foreign_serial as integer)) as double) as num_is_foreign_serial,
    cast(max(cast(is_foreign_card as integer)) as double) as num_is_foreign_card,
    max(scan_weight_g) / nullif(cast(sum(weight_g * quantity) as double), 0) as num_weight_of_expected,
    sum(received_quantity) / nullif(cast(sum(quantity) as double), 0) as num_received_of_claimed,
    cast(sum(refund_amount) as double) / nullif(cast(sum(paid_amount) as double), 0) as num_refund_of_paid,
    max(date_diff('second', received_at, refunded_at)) / 3600.0 as num_hours_from_receipt_to_refund,
    cast(sum(refund_amount) as double) as num_refund,
    cast(sum(restocking_fee) as double) as num_restocking_fee,
    cast(sum(label_cost) as double) as num_label_cost,
    cast(max(scan_weight_g) as double) as num_scan_weight_g,
    cast(sum(received_quantity) as double) as num_received,
    max(date_diff('second', requested_at, authorized_at)) / 3600.0 as num_hours_to_authorized,
    max(date_diff('second', requested_at, shipped_at)) / 3600.0 as num_hours_to_shipped,
    max(date_diff('second', shipped_at, received_at)) / 3600.0 as num_hours_in_transit,
    max(date_diff('second', received_at, inspected_at)) / 3600.0 as num_hours_to_inspected,
    max(date_diff('second', requested_at, refunded_at)) / 3600.0 as num_hours_to_refunded,
    arg_max(claim_type, dearest) as word_ask_claim_type,
    arg_max(reason_code, dearest) as word_ask_reason,
    arg_max(return_method, dearest) as word_ask_method,
    arg_max(category, dearest) as word_ask_category,
    arg_max(size, dearest) as word_ask_size,
    arg_max(channel, dearest) as word_ask_channel,
    arg_max(payment_method, dearest) as word_ask_payment_method,
    arg_max(discount_code, dearest) as word_ask_discount_code,
    arg_max(delivery_proof, dearest) as word_ask_delivery_proof,
    arg_max(ship_country, dearest) as word_ask_country,
    arg_max(cast(is_gift as varchar), dearest) as word_ask_is_gift,
    arg_max(cast(unopened_only as varchar), dearest) as word_ask_unopened_only,
    arg_max(cast(final_sale as varchar), dearest) as word_ask_final_sale,
    arg_max(cast(is_serialised as varchar), dearest) as word_ask_is_serialised,
    arg_max(agent_id, dearest) as word_ask_agent,
    arg_max(store_id, dearest) as word_ask_store,
    arg_max(status, dearest) as word_status,
    arg_max(carrier, dearest) as word_carrier,
    arg_max(condition_grade, dearest) as word_grade,
    arg_max(refund_method, dearest) as word_refund_method,
    arg_max(cast(dock_received as varchar), dearest) as word_dock_received,
    arg_max(cast(is_opened as varchar), dearest) as word_is_opened,
    arg_max(cast(restocked as varchar), dearest) as word_restocked
from lines
group by rma_id
order by rma_id

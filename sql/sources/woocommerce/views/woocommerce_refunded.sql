-- What each refund gave back, by line, as amounts above zero. The refund's amount is the truth: what its shipping and
-- fees say is taken off, and the rest spread over its lines by theirs, so that they add up to it. An amount without
-- lines stands in a row of place 0, as shipping and fees do.
with head as (
    select
        refund_id,
        any_value(order_id) as order_id,
        any_value(created_at) as created_at,
        abs(any_value(amount)) as amount,
        any_value(reason) as reason,
        any_value(is_payment_refunded) as is_payment_refunded,
        coalesce(sum(abs(shipping_total) + abs(coalesce(shipping_tax, 0))), 0) as shipping,
        coalesce(sum(abs(fee_total) + abs(coalesce(fee_tax, 0))), 0) as fees
    from raw.woocommerce_refunds
    group by refund_id
),

money as (
    select
        * exclude (shipping, fees),
        least(shipping, amount) as shipping_paid,
        least(fees, amount - least(shipping, amount)) as fees_paid,
        amount - least(shipping, amount) - least(fees, amount - least(shipping, amount)) as goods_paid
    from head
),

line as (
    select
        refund_id,
        place,
        line_id,
        refunded_line_id,
        sku,
        coalesce(nullif(variation_id, '0'), nullif(product_id, '0'), product_name) as article,
        greatest(abs(coalesce(quantity, 0)), 1) as quantity,
        case
            when sum(abs(coalesce(total, 0)) + abs(coalesce(total_tax, 0))) over refund > 0
                then abs(coalesce(total, 0)) + abs(coalesce(total_tax, 0))
            else greatest(abs(coalesce(quantity, 0)), 1)
        end as weight
    from raw.woocommerce_refunds
    where part = 'line_items'
    window refund as (partition by refund_id)
),

shared as (
    select
        *,
        sum(weight) over (partition by refund_id) as total,
        sum(weight) over (partition by refund_id order by place) as so_far
    from line
),

without_line as (
    select
        refund_id,
        'refund' as kind,
        goods_paid as amount
    from money
    where refund_id not in (select refund_id from shared) and (goods_paid > 0 or amount = 0)
    union all
    select
        refund_id,
        'shipping_refund' as kind,
        shipping_paid as amount
    from money
    where shipping_paid > 0
    union all
    select
        refund_id,
        'fee_refund' as kind,
        fees_paid as amount
    from money
    where fees_paid > 0
)

select
    m.refund_id,
    m.order_id,
    m.created_at,
    m.reason,
    m.is_payment_refunded,
    'refund' as kind,
    s.place,
    s.line_id,
    s.refunded_line_id,
    s.sku,
    s.article,
    s.quantity,
    cast(m.goods_paid * s.so_far / s.total as decimal(18, 4))
    - cast(m.goods_paid * (s.so_far - s.weight) / s.total as decimal(18, 4)) as refund_amount
from money as m
inner join shared as s on m.refund_id = s.refund_id
union all
select
    m.refund_id,
    m.order_id,
    m.created_at,
    m.reason,
    m.is_payment_refunded,
    w.kind,
    0 as place,
    null as line_id,
    null as refunded_line_id,
    null as sku,
    null as article,
    null as quantity,
    w.amount as refund_amount
from money as m
inner join without_line as w on m.refund_id = w.refund_id

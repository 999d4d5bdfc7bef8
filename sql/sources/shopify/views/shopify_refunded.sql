-- What each refund gave back, by line. The money is that of the successful refund transactions, less refunded shipping;
-- without any transaction in the file it is what the lines say, less what adjustments say that was not paid back. It
-- is spread over the lines by their amounts, so that the lines add up to what was paid, to the last decimal. Money
-- without a line stands in a row of place 0.
with head as (
    select
        r.refund_id,
        any_value(r.order_id) as order_key,
        any_value(r.return_id) as return_id,
        any_value(r.created_at) as created_at,
        coalesce(any_value(r.processed_at), any_value(r.created_at)) as refunded_at,
        max(r.currency) as currency,
        count(*) filter (r.part = 'transactions') as n_transactions,
        coalesce(
            sum(r.transaction_amount) filter (
                lower(r.transaction_kind) = 'refund' and lower(r.transaction_status) = 'success'
            ),
            0
        ) as paid,
        arg_max(g.refund_method, r.transaction_amount)
        filter (lower(r.transaction_kind) = 'refund' and lower(r.transaction_status) = 'success') as refund_method,
        coalesce(-sum(r.adjustment_amount + coalesce(r.adjustment_tax, 0)) filter (a.kind = 'shipping_refund'), 0)
            as shipping,
        coalesce(
            sum(r.adjustment_amount + coalesce(r.adjustment_tax, 0)) filter (a.kind is distinct from 'shipping_refund'),
            0
        ) as unpaid,
        coalesce(sum(coalesce(r.subtotal, 0) + coalesce(r.total_tax, 0)) filter (r.part = 'refund_line_items'), 0)
            as asked
    from raw.shopify_refunds as r
    left join shopify_gateways as g on upper(r.gateway) glob g.code
    left join shopify_adjustments as a on upper(r.adjustment_kind) = a.code
    group by r.refund_id
),

money as (
    select
        *,
        n_transactions = 0 or paid > 0 as is_paid,
        greatest(if(n_transactions = 0, shipping, least(shipping, paid)), 0) as shipping_paid,
        greatest(if(n_transactions = 0, asked - unpaid, paid - greatest(shipping, 0)), 0) as goods_paid
    from head
),

line as (
    select
        refund_id,
        place,
        item_id,
        line_item_id,
        coalesce(sku, product_name, 'line item ' || line_item_id, 'line ' || place) as sku,
        quantity,
        upper(restock_type) as restock_type,
        if(
            sum(coalesce(subtotal, 0) + coalesce(total_tax, 0)) over refund > 0,
            coalesce(subtotal, 0) + coalesce(total_tax, 0),
            quantity
        ) as weight
    from raw.shopify_refunds
    where part = 'refund_line_items'
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
        cast(goods_paid as decimal(18, 4)) as amount
    from money
    where is_paid and goods_paid > 0 and refund_id not in (select refund_id from shared)
    union all
    select
        refund_id,
        'shipping_refund' as kind,
        cast(shipping_paid as decimal(18, 4)) as amount
    from money
    where is_paid and shipping_paid > 0
    union all
    select
        refund_id,
        'empty_refund' as kind,
        cast(0 as decimal(18, 4)) as amount
    from money
    where not (is_paid and goods_paid + shipping_paid > 0) and refund_id not in (select refund_id from shared)
)

select
    m.refund_id,
    m.order_key,
    m.return_id,
    m.created_at,
    m.refunded_at,
    m.currency,
    m.refund_method,
    m.is_paid,
    s.place,
    s.item_id,
    s.line_item_id,
    s.sku,
    s.quantity,
    coalesce(t.kind, 'refund') as kind,
    cast(t.restocked as boolean) as restocked,
    case
        when m.is_paid
            then
                cast(m.goods_paid * s.so_far / s.total as decimal(18, 4))
                - cast(m.goods_paid * (s.so_far - s.weight) / s.total as decimal(18, 4))
    end as refund_amount
from money as m
inner join shared as s on m.refund_id = s.refund_id
left join shopify_restock_types as t on s.restock_type = t.code
union all
select
    m.refund_id,
    m.order_key,
    m.return_id,
    m.created_at,
    m.refunded_at,
    m.currency,
    m.refund_method,
    m.is_paid,
    0 as place,
    null as item_id,
    null as line_item_id,
    null as sku,
    null as quantity,
    p.kind,
    null as restocked,
    p.amount as refund_amount
from money as m
inner join without_line as p on m.refund_id = p.refund_id

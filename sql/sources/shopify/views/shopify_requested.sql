-- Lines of returns, each with what was refunded for it: refunds name the return and the order's line. Where one return
-- lists a line of the order twice, its refunds are spread over both by their units.
with asked as (
    select
        *,
        sum(quantity) over (partition by return_id, line_item_id) as total,
        sum(quantity) over (partition by return_id, line_item_id order by place) as so_far
    from raw.shopify_returns
    where part = 'return_line_items'
),

refunded as (
    select
        return_id,
        line_item_id,
        sum(refund_amount) as refund_amount,
        max(refunded_at) as refunded_at,
        arg_max(refund_method, coalesce(refund_amount, 0)) as refund_method,
        max(currency) as currency,
        bool_or(restocked) as restocked
    from shopify_refunded
    where place > 0 and kind <> 'cancelled' and return_id is not null and line_item_id is not null
    group by return_id, line_item_id
),

first_refund as (
    select
        return_id,
        min(created_at) as created_at
    from shopify_refunded
    where return_id is not null
    group by return_id
)

select
    a.return_id,
    a.order_id as order_key,
    a.order_name,
    a.status,
    coalesce(a.created_at, f.created_at) as created_at,
    coalesce(a.return_line_id, cast(a.place as varchar)) as return_line_id,
    a.line_item_id,
    coalesce(a.sku, a.product_name, 'line item ' || a.line_item_id, 'line ' || a.place) as sku,
    a.quantity,
    a.return_reason,
    coalesce(a.customer_note, a.return_reason_note) as customer_comment,
    r.line_item_id is not null as is_refunded,
    cast(r.refund_amount * a.so_far / a.total as decimal(18, 4))
    - cast(r.refund_amount * (a.so_far - a.quantity) / a.total as decimal(18, 4)) as refund_amount,
    r.refunded_at,
    r.refund_method,
    r.currency,
    r.restocked
from asked as a
left join refunded as r on a.return_id = r.return_id and a.line_item_id = r.line_item_id
left join first_refund as f on a.return_id = f.return_id

-- Lines of the orders export, with what became of each; a row without a line that tells of no order either is one of
-- kind empty_line, so that it is not lost. A discount of the whole order is spread over its sold lines by
-- what they cost: as much of it as their own discounts do not say and the subtotal lacks.
with line as (
    select
        h.order_id,
        cast(l.line_no as varchar) as line_id,
        coalesce(l.lineitem_sku, l.lineitem_name, 'line ' || l.line_no) as sku,
        l.lineitem_name as product_name,
        l.lineitem_quantity as quantity,
        l.lineitem_price as price,
        case when l.lineitem_compare_at_price > 0 then l.lineitem_compare_at_price else l.lineitem_price end
            as list_price,
        h.happened_at,
        h.currency,
        h.subtotal,
        h.discount_amount,
        case
            when coalesce(l.lineitem_sku, l.lineitem_name) is null and l.lineitem_price is null then 'empty_line'
            when h.is_cancelled or l.lineitem_quantity is null or l.lineitem_quantity = 0 then 'cancelled'
            when l.lineitem_price is null then 'unpriced'
            else 'sale'
        end as kind,
        coalesce(abs(l.lineitem_discount), 0) as line_discount,
        greatest(
            coalesce(l.lineitem_price * l.lineitem_quantity, 0) - coalesce(abs(l.lineitem_discount), 0), 0
        ) as net
    from raw.shopify_orders as l
    inner join shopify_heads as h on regexp_replace(l.name, '^#', '') = h.order_id
    where
        coalesce(l.lineitem_sku, l.lineitem_name) is not null
        or l.lineitem_price is not null
        or l.created_at is null
        or h.currency is null
),

whole as (
    select
        order_id,
        sum(net) as net,
        greatest(
            least(
                sum(net) - coalesce(max(subtotal), sum(net) - max(discount_amount)),
                max(discount_amount) - sum(line_discount)
            ),
            0
        ) as discount
    from line
    where kind = 'sale'
    group by order_id
)

select
    l.* exclude (net),
    cast(l.net * (1 - coalesce(w.discount / nullif(w.net, 0), 0)) / nullif(l.quantity, 0) as decimal(18, 4))
        as unit_price
from line as l
left join whole as w on l.order_id = w.order_id

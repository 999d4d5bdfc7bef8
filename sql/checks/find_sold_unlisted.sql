-- Order lines whose SKU is not in core.products.
select
    1 as n_rows,
    l.order_id,
    l.line_id,
    l.sku
from core.order_lines as l
left join core.products as p on l.sku = p.sku
where p.sku is null

-- Order lines whose SKU is not in core.products.
select
    1 as n_rows,
    order_id,
    line_id,
    sku
from core.order_lines
where
    sku not in (select p.sku from core.products as p where p.sku is not null)
